"""The page of an attempt that counts no longer: says so, keeps what was typed, offers the one that does."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import render

from portal.people.access.requests import PortalRequest
from training.errors import Left
from training.models import Attempt


def left_page(
    request: PortalRequest, attempt: Attempt, left: Left, kept: Iterable[tuple[str, str]] = ()
) -> HttpResponse:
    """409 to what was posted. `kept`: questions and what the learner chose, to be chosen again where it counts."""
    context = {"attempt": attempt, "edition": attempt.edition, "left": left, "kept": list(kept)}
    status = 409 if request.method == "POST" else 200
    return render(request, "training/left.html", context, status=status)
