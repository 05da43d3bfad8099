"""The PDF of a round of an evaluation: made in a worker from what was signed, one of a series."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from evaluations.forms.schema import points
from evaluations.models import Document, Evaluation, Part, Signature
from evaluations.ratings.layout import laid_out
from evaluations.signatures.content import given_in
from evaluations.signatures.sign import signatures_of, signed
from portal.codes import public_code
from portal.documents.check import printed_check
from portal.documents.render import render_once
from portal.jobs.models import Job

FILE_KIND = "evaluation"
RENDER = "evaluations.render"


def render_arguments(evaluation: Evaluation) -> dict[str, Any]:
    """What the job is asked with: the evaluation and its present round."""
    return {"evaluation": evaluation.pk, "round": evaluation.round}


def render_round(arguments: Mapping[str, Any]) -> Document | None:
    """The job's work: the document of a round, whatever came after; None if it was never shared."""
    evaluation = Evaluation.objects.select_related("person").get(pk=arguments["evaluation"])
    number = arguments["round"]
    if signed(evaluation, Signature.Meaning.SUPERVISOR, number=number) is None:
        return None
    return make_document(evaluation, number)


def about(jobs: Sequence[Job]) -> dict[int, str]:
    """Whose evaluation each document is of."""
    ids = {job.pk: job.arguments.get("evaluation") for job in jobs}
    rows = Evaluation.objects.select_related("person").in_bulk(list(ids.values()))
    words = {pk: f"{row.person}, {row.title}" for pk, row in rows.items()}
    return {pk: words.get(evaluation, "") for pk, evaluation in ids.items()}


def make_document(evaluation: Evaluation, number: int = 0) -> Document:
    """Render and store the document of the round (0: the present one), unless it is there."""
    code, number = public_code(), number or evaluation.round
    return render_once(
        evaluation,
        template="pdf/evaluation.html",
        context=lambda: context_of(evaluation, number, code),
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


def context_of(evaluation: Evaluation, number: int, code: str) -> dict[str, Any]:
    """Everything the document shows, of what was signed in the round. No clock: the same bytes each time.

    Raises Signature.DoesNotExist for a round that was not shared.
    """
    signatures = signatures_of(evaluation, number)
    data = _shared(signatures).content.data
    answers = {Part.Role.SUPERVISOR.value: given_in(data["supervisor"]["answers"])}
    if data["self"]:
        answers[Part.Role.SELF.value] = given_in(data["self"]["answers"])
    # Who has one name alone has it as the last.
    called = data["person"]["first_name"] or data["person"]["name"]
    sections = list(laid_out(data["form"], called, answers))
    return {
        "evaluation": {
            **data["evaluation"],
            "period_from": date.fromisoformat(data["evaluation"]["period_from"]),
            "period_to": date.fromisoformat(data["evaluation"]["period_to"]),
        },
        "organization": data["organization"],
        "team": data["person"]["team"],
        "title": data["evaluation"]["title"],
        "person": data["person"]["name"],
        "person_title": data["person"]["title"],
        "person_number": data["person"]["number"],
        "supervisor": data["rater"]["name"],
        "self_part": data["self"],
        "supervisor_part": data["supervisor"],
        "sections": sections,
        "rated": [line for section in sections for line in section.lines if line.is_rating],
        "scale_words": ", ".join(f"{p['value']} {p['label']}" for p in points(data["form"])),
        "signatures": signatures,
        "comment": next((s for s in signatures if s.meaning not in SIGN_PARTS and s.comment), None),
        "taken_back": not any(s.meaning not in SIGN_PARTS for s in signatures),
        "check": printed_check(code),
    }


SIGN_PARTS = (Signature.Meaning.SELF, Signature.Meaning.SUPERVISOR)


def _shared(signatures: list[Signature]) -> Signature:
    """The supervisor's. Raises Signature.DoesNotExist where there is none."""
    for row in signatures:
        if row.meaning == Signature.Meaning.SUPERVISOR:
            return row
    raise Signature.DoesNotExist


def current_document(evaluation: Evaluation) -> Document | None:
    """Of the present round; none while that is open or its document is being made."""
    rows = evaluation.documents.select_related("file")
    found: Document | None = rows.filter(number=evaluation.round).first()
    return found


def file_is_readable(viewer: Any, stored: Any) -> bool:
    """Who may read the PDF: whoever may read what the evaluation says."""
    return Evaluation.objects.readable_by(viewer).filter(pk=int(stored.about)).exists()
