"""The PDF of a closed evaluation: made in a worker, stored with its hash, one of a series."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Max

from evaluations.forms.schema import points
from evaluations.models import Document, Evaluation, Part, Signature
from evaluations.ratings.layout import sections_of
from portal.codes import public_code
from portal.documents.check import printed_check
from portal.documents.render import render_once
from portal.jobs.models import Job
from portal.people.organization.primary import primary_position, title_on

FILE_KIND = "evaluation"
RENDER = "evaluations.render"


def render_arguments(evaluation: Evaluation) -> dict[str, Any]:
    """What the job is asked with: the evaluation and the round that was closed."""
    return {"evaluation": evaluation.pk, "round": evaluation.round}


def render_round(arguments: Mapping[str, Any]) -> Document | None:
    """The job's work: the document of a round; None if the evaluation was reopened meanwhile."""
    evaluation = Evaluation.objects.select_related("person", "template").get(pk=arguments["evaluation"])
    if evaluation.state != Evaluation.State.CLOSED or evaluation.round != arguments["round"]:
        return None
    return make_document(evaluation)


def about(jobs: Sequence[Job]) -> dict[int, str]:
    """Whose evaluation each document is of."""
    ids = {job.pk: job.arguments.get("evaluation") for job in jobs}
    rows = Evaluation.objects.select_related("person").in_bulk(list(ids.values()))
    words = {pk: f"{row.person}, {row.title}" for pk, row in rows.items()}
    return {pk: words.get(evaluation, "") for pk, evaluation in ids.items()}


def make_document(evaluation: Evaluation) -> Document:
    """Render and store the document of the present round, unless it is there."""
    code, number = public_code(), evaluation.round
    return render_once(
        evaluation,
        template="pdf/evaluation.html",
        context=lambda: context_of(evaluation, code),
        file={
            "name": f"evaluation-{evaluation.period_to:%Y}-{evaluation.code}-{number}.pdf",
            "kind": FILE_KIND,
            "person": evaluation.person,
            "about": str(evaluation.pk),
        },
        there=lambda row: Document.objects.filter(evaluation=row, number=number).first(),
        keep=lambda row, stored: Document.objects.create(
            evaluation=row, number=number, file=stored, code=code
        ),
    )


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
        "check": printed_check(code),
    }


def _team_name(evaluation: Evaluation) -> str:
    position = primary_position(evaluation.person_id, evaluation.period_to)
    return position.team.name if position else ""


def current_document(evaluation: Evaluation) -> Document | None:
    found: Document | None = evaluation.documents.select_related("file").order_by("-number").first()
    return found


def file_is_readable(viewer: Any, stored: Any) -> bool:
    """Who may read the PDF: whoever may read what the evaluation says."""
    return Evaluation.objects.readable_by(viewer).filter(pk=int(stored.about)).exists()
