"""The PDF of a closed evaluation: made in a worker, stored with its hash, one of a series."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from evaluations.forms.schema import points
from evaluations.models import Document, Evaluation, Part, Signature
from evaluations.ratings.layout import sections_of
from portal.codes import public_code
from portal.documents.pdf import render_pdf
from portal.documents.qr import qr_data_uri
from portal.files.intake import store_bytes
from portal.jobs.models import Job
from portal.people.organization.primary import primary_position, title_on

FILE_KIND = "evaluation"


def render_job(job: Job) -> dict[str, Any]:
    """The job's handler: safe to run twice, since a round has one document."""
    evaluation = Evaluation.objects.select_related("person", "template").get(pk=job.arguments["evaluation"])
    round_ = int(job.key.partition(":")[2])
    if evaluation.state != Evaluation.State.CLOSED or evaluation.round != round_:
        return {"skipped": "reopened meanwhile"}
    return {"document": make_document(evaluation).pk}


def make_document(evaluation: Evaluation) -> Document:
    """Render and store the document of the present round, unless it is there."""
    there = Document.objects.filter(evaluation=evaluation, number=evaluation.round).first()
    if there:
        return there
    code = public_code()
    content = render_pdf("pdf/evaluation.html", context_of(evaluation, code))
    with transaction.atomic():
        Evaluation.objects.select_for_update().get(pk=evaluation.pk)
        there = Document.objects.filter(evaluation=evaluation, number=evaluation.round).first()
        if there:
            return there
        stored = store_bytes(
            content,
            name=f"evaluation-{evaluation.period_to:%Y}-{evaluation.code}-{evaluation.round}.pdf",
            content_type="application/pdf",
            kind=FILE_KIND,
            person=evaluation.person,
            about=str(evaluation.pk),
            actor=None,
        )
        return Document.objects.create(evaluation=evaluation, number=evaluation.round, file=stored, code=code)


def context_of(evaluation: Evaluation, code: str) -> dict[str, Any]:
    """Everything the document shows. No clock: the same evaluation gives the same bytes."""
    parts = {p.role: p for p in evaluation.parts.select_related("rater").prefetch_related("answers")}
    # What its writer did not sign is nobody else's to read, here as on the page.
    signed = {role: part for role, part in parts.items() if part.submitted_at}
    sections = list(sections_of(evaluation, signed))
    signatures = list(evaluation.signatures.filter(round=evaluation.round))
    last = signatures[-1]
    return {
        "evaluation": evaluation,
        "organization": settings.ORGANIZATION_NAME,
        "team": _team_name(evaluation),
        "title": evaluation.title,
        "person": evaluation.person,
        "person_title": title_on(evaluation.person_id, last.signed_on),
        "supervisor": parts[Part.Role.SUPERVISOR].rater,
        "self_part": signed.get(Part.Role.SELF),
        "supervisor_part": parts[Part.Role.SUPERVISOR],
        "sections": sections,
        "rated": [line for section in sections for line in section.lines if line.is_rating],
        "scale_words": ", ".join(f"{p['value']} {p['label']}" for p in points(evaluation.form)),
        "signatures": signatures,
        "comment": next(
            (s for s in signatures if s.meaning != Signature.Meaning.SUPERVISOR and s.comment), None
        ),
        "earlier": evaluation.documents.aggregate(top=Max("number"))["top"] or 0,
        "code": code,
        "qr": qr_data_uri(verify_url(code)),
        "verify_url": verify_url(code),
    }


def _team_name(evaluation: Evaluation) -> str:
    position = primary_position(evaluation.person_id, evaluation.period_to)
    return position.team.name if position else ""


def verify_url(code: str) -> str:
    return settings.SITE_URL + reverse("evaluations:verify", args=[code])


def current_document(evaluation: Evaluation) -> Document | None:
    found: Document | None = evaluation.documents.select_related("file").order_by("-number").first()
    return found


def file_is_readable(viewer: Any, stored: Any) -> bool:
    """Who may read the PDF: whoever may read what the evaluation says."""
    return Evaluation.objects.readable_by(viewer).filter(pk=int(stored.about)).exists()
