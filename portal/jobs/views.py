"""What the workers do: for HR and site admins."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.jobs.models import Job
from portal.jobs.work import try_again
from portal.people.requests import PortalRequest


@login_required
@require_GET
def job_list(request: PortalRequest) -> HttpResponse:
    request.viewer.require("hr", "site_admin")
    page = Paginator(Job.objects.select_related("asked_by"), 50).get_page(request.GET.get("page"))
    return render(request, "jobs/list.html", {"page": page})


@login_required
@require_POST
def again(request: PortalRequest, pk: int) -> HttpResponse:
    request.viewer.require("hr", "site_admin")
    try_again(get_object_or_404(Job, pk=pk, state=Job.State.FAILED))
    messages.success(request, _("It is tried again."))
    return redirect("jobs:list")
