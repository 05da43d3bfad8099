"""Editions as they were published: for authors, HR and auditors, word for word."""

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from portal.people.access.requests import PortalRequest
from training.models import Edition

READERS = ("author", "hr", "auditor")


@login_required
@require_GET
def editions(request: PortalRequest) -> HttpResponse:
    """Every edition of every course, the latest of each first."""
    request.viewer.require(*READERS)
    rows = Edition.objects.defer("content").select_related("course", "published_by")
    counting = Count("completions", filter=Q(completions__certificate__revoked_at__isnull=True))
    rows = rows.annotate(completed=counting).order_by("course__title", "course_id", "-number")
    return render(request, "training/editions.html", {"rows": rows})


@login_required
@require_GET
def edition(request: PortalRequest, code: str, number: int) -> HttpResponse:
    """What learners of this edition read and were asked, and whether it is still what its hash says."""
    request.viewer.require(*READERS)
    rows = Edition.objects.select_related("course", "published_by")
    row = get_object_or_404(rows, course__code=code, number=number)
    context = {"edition": row, "completed": row.completions.counting().count()}
    return render(request, "training/edition.html", context)
