"""What the workers do: for HR and site admins."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.files.sweeping import last_removals
from portal.files.words import swept
from portal.jobs.models import Job
from portal.jobs.queue import try_again, words_of
from portal.people.access.requests import PortalRequest

PAGE = 50


@login_required
@require_GET
def job_list(request: PortalRequest) -> HttpResponse:
    request.viewer.require("hr", "site_admin")
    rows, state = (
        Job.objects.visible_to(request.viewer).select_related("asked_by"),
        request.GET.get("state", ""),
    )
    if state in Job.State.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(job, words_of(job.kind)) for job in page],
        "states": Job.State.choices,
        "state": state,
        "sweeps": [(row, swept(row)) for row in last_removals()],
    }
    return render(request, "jobs/list.html", context)


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
