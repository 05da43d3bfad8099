"""The public check of a printed evaluation."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from evaluations.models import Document, Evaluation
from portal.people.access.requests import PortalRequest


@require_GET
def verify(request: PortalRequest, code: str) -> HttpResponse:
    """Public: is a printed evaluation genuine? Only that, what it is, when it was closed, superseded or not."""
    key = code.replace("-", "").upper()
    document = Document.objects.filter(code=key).select_related("evaluation").first()
    context: dict[str, Any] = {"document": document, "code": code}
    if document:
        last = document.evaluation.documents.order_by("-number").first()
        context["superseded"] = last != document or document.evaluation.state != Evaluation.State.CLOSED
    return render(request, "evaluations/verify.html", context, status=200 if document else 404)
