"""Whose attempt is whose, and the answer to what saves itself."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from portal.people.access.requests import PortalRequest
from training.models import Attempt, Sitting


def my_attempt(request: PortalRequest, pk: int) -> Attempt:
    """One's own attempt. Raises Http404 for another's: it is not there."""
    rows = Attempt.objects.filter(person=request.user).select_related("edition", "course", "person")
    return get_object_or_404(rows, pk=pk)


def my_sitting(request: PortalRequest, pk: int, number: int) -> Sitting:
    """A try of one's own attempt. Raises Http404 for another's."""
    rows = Sitting.objects.filter(attempt__person=request.user, attempt=pk)
    related = ("attempt__edition", "attempt__course", "attempt__person")
    return get_object_or_404(rows.select_related(*related), number=number)


def saved(revision: str | None = None) -> HttpResponse:
    """204 to a script that saved something, with the time as the page shows it, and what it is now."""
    headers = {"X-Saved": timezone.localtime().strftime("%H:%M")}
    if revision is not None:
        headers["X-Revision"] = revision
    return HttpResponse(status=204, headers=headers)
