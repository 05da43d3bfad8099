"""What the workers do: for HR and site admins."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from portal.jobs.models import Job
from portal.jobs.queue import about_of, try_again, words_of
from portal.jobs.wording import state_words, what_to_do
from portal.people.access.requests import PortalRequest
from portal.people.access.viewer import Viewer
from portal.ui.notation import amount

PAGE = 50


@login_required
@require_GET
def job_list(request: PortalRequest) -> HttpResponse:
    request.viewer.require("hr", "site_admin")
    rows, state = (
        Job.objects.visible_to(request.viewer).select_related("asked_by"),
        request.GET.get("state", ""),
    )
    failed = rows.filter(state=Job.State.FAILED).count()
    if state in Job.State.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "lead": _failed_words(failed),
        "page": page,
        "rows": _rows(list(page), request.viewer),
        "states": Job.State.choices,
        "state": state,
    }
    return render(request, "jobs/list.html", context)


@dataclass(frozen=True)
class Row:
    """A job in words: `about`: for whom or what; `to_do`: what the viewer does about it, if anything."""

    job: Job
    what: str
    about: str
    state: str
    to_do: str


def _rows(jobs: list[Job], viewer: Viewer) -> list[Row]:
    now, about = timezone.now(), about_of(jobs)
    return [
        Row(
            job,
            words_of(job.kind),
            about.get(job.pk, ""),
            state_words(job),
            what_to_do(job, viewer, now),
        )
        for job in jobs
    ]


def _failed_words(failed: int) -> str:
    if not failed:
        return _("Documents and other long work. It is done by itself; nothing failed.")
    return ngettext(
        "One job failed, although it was tried several times. It waits for you.",
        "%(count)s jobs failed, although they were tried several times. They wait for you.",
        failed,
    ) % {"count": amount(failed)}


@login_required
@require_GET
def progress(request: PortalRequest, pk: int) -> HttpResponse:
    """How far a job is, for who asked for it and those who look after jobs; asks again until it ended."""
    job = get_object_or_404(Job.objects.visible_to(request.viewer), pk=pk)
    return render(request, "jobs/_progress.html", {"job": job})


@login_required
@require_POST
def again(request: PortalRequest, pk: int) -> HttpResponse:
    request.viewer.require("hr", "site_admin")
    rows = Job.objects.visible_to(request.viewer).filter(state=Job.State.FAILED)
    try_again(get_object_or_404(rows, pk=pk), by=request.viewer)
    messages.success(request, _("It is tried again."))
    return redirect("jobs:list")
