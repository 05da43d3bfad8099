"""The public check of a printed evaluation."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from evaluations.models import Document, Evaluation
from portal.addresses import client_address
from portal.codes import code_from
from portal.limits import within_limit
from portal.people.access.requests import PortalRequest

CHECKS_PER_MINUTE = 30


@require_GET
def verify(request: PortalRequest, code: str) -> HttpResponse:
    """Public: is a printed evaluation genuine? Only that, what it is, when it was closed, superseded or not."""
    who = client_address(request)
    if not within_limit("evaluations:verify", who, times=CHECKS_PER_MINUTE, seconds=60):
        response = render(request, "evaluations/verify.html", {"too_many": True}, status=429)
        response["Retry-After"] = "60"
        return response
    key = code_from(code)
    document = Document.objects.filter(code=key).select_related("evaluation").first()
    context: dict[str, Any] = {"document": document, "code": code}
    if document:
        last = document.evaluation.documents.order_by("-number").first()
        context["superseded"] = last != document or document.evaluation.state != Evaluation.State.CLOSED
    return render(request, "evaluations/verify.html", context, status=200 if document else 404)
