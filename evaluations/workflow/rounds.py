"""Rounds of an evaluation: closing a part, ending a round, opening the next."""

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluations.documents.render import RENDER, render_arguments
from evaluations.models import Answer, Evaluation, Part, Round, Signature
from portal.jobs.queue import ask
from portal.people.facts.act import one_change
from portal.people.models import Person
from portal.standing.evidence import NewPiece, qualification, record_piece
from portal.standing.ledger import counting
from portal.standing.models import Evidence

SOURCE = "evaluations.evaluation"

# The endings that close an evaluation for good.
CLOSING = (Round.Ending.ACKNOWLEDGED, Round.Ending.REFUSED, Round.Ending.GONE)


def locked_part(evaluation: Evaluation, role: str) -> Part:
    """The part that counts in the present round."""
    rows = Part.objects.current().select_for_update(of=("self",), no_key=True).select_related("evaluation")
    part: Part = rows.get(evaluation=evaluation, role=role)
    part.evaluation = evaluation
    return part


def close_part(part: Part, *, is_signed: bool) -> Part:
    """From now on nobody changes it, in the database too. The answers first: none comes in under a closed part."""
    now = timezone.now()
    part.answers.update(closed_at=now)
    part.closed_at = now
    if is_signed:
        part.submitted_at = now
    part.save(update_fields=["submitted_at", "closed_at"])
    return part


def present_round(evaluation: Evaluation) -> Round:
    return Round.objects.get(evaluation=evaluation, number=evaluation.round)


def locked_round(evaluation: Evaluation) -> Round:
    """The present round; nobody opens what is shared meanwhile."""
    rows = Round.objects.select_for_update(of=("self",), no_key=True)
    return rows.get(evaluation=evaluation, number=evaluation.round)


def opened_by_the_person(evaluation: Evaluation) -> None:
    """The person reads what was shared: from now on it cannot be taken back silently. Once a round."""
    if evaluation.state == Evaluation.State.SHARED:
        rows = Round.objects.filter(evaluation=evaluation, number=evaluation.round, opened_at__isnull=True)
        rows.filter(ended_at__isnull=True).update(opened_at=timezone.now())
        # Taken back in the moment before: then nothing is shown.
        evaluation.refresh_from_db()


def end_round(evaluation: Evaluation, ending: str) -> Round:
    """What was not signed in it is closed as well."""
    for part in evaluation.parts.current().filter(closed_at__isnull=True):
        close_part(part, is_signed=False)
    row = locked_round(evaluation)
    row.ended_at, row.ending = timezone.now(), ending
    row.save(update_fields=["ended_at", "ending"])
    return row


def close(evaluation: Evaluation, ending: str, actor: Person) -> None:
    """End the round for good: append the evidence, ask for the PDF."""
    row = end_round(evaluation, ending)
    evaluation.closed_at = row.ended_at
    append_evidence(evaluation, actor)
    ask_for_document(evaluation, actor)


def ask_for_document(evaluation: Evaluation, actor: Person) -> None:
    """Of the present round. It is made of what was signed, whatever comes after."""
    key = f"{evaluation.pk}:{evaluation.round}"
    ask(RENDER, key=key, arguments=render_arguments(evaluation), actor=actor)


def open_round(evaluation: Evaluation, reason: str) -> None:
    """The next round, for the supervisor: it begins with what was written in the one before.

    The self-evaluation stays as it is. The evidence of the round before stays in force until this one
    closes; its signatures and its document stay in the series.
    """
    before = locked_part(evaluation, Part.Role.SUPERVISOR)
    evaluation.round = evaluation.rounds.aggregate(last=Max("number"))["last"] + 1
    evaluation.closed_at = evaluation.shared_at = None
    Round.objects.create(evaluation=evaluation, number=evaluation.round, reason=reason)
    part = Part.objects.create(
        evaluation=evaluation,
        round=evaluation.round,
        role=before.role,
        rater=before.rater,
        overall=before.overall,
    )
    Answer.objects.bulk_create(
        Answer(
            part=part,
            item=row.item,
            rating=row.rating,
            not_applicable=row.not_applicable,
            text=row.text,
            saved_at=row.saved_at,
        )
        for row in before.answers.order_by("id")
    )


def closed_before(evaluation: Evaluation) -> Round | None:
    """The last round that was closed, where what it put on record counts; None where none did."""
    counts = counting(Evidence.objects.filter(person=evaluation.person_id, subject=subject_of(evaluation)))
    if not counts.pieces:
        return None
    rows = evaluation.rounds.filter(ending__in=CLOSING, number__lt=evaluation.round)
    return rows.order_by("-number").first()


# ---- evidence ---------------------------------------------------------------------------------


def subject_of(evaluation: Evaluation) -> str:
    """What its evidence is about: the same in every round."""
    return f"evaluation:{evaluation.pk}"


def append_evidence(evaluation: Evaluation, actor: Person) -> Evidence:
    """On record for the evaluation, dated by the supervisor's signature.

    A later round takes the place of the one in force, and counts from the same day.
    """
    signed = Signature.objects.get(
        evaluation=evaluation, round=evaluation.round, meaning=Signature.Meaning.SUPERVISOR
    )
    code, subject = evaluation.qualification_code, subject_of(evaluation)
    there = counting(Evidence.objects.filter(person=evaluation.person_id, subject=subject)).pieces
    with one_change("evidence", actor=actor) as plan:
        for piece in there[:1]:
            plan.build_on(piece)
    return record_piece(
        NewPiece(
            person_id=evaluation.person_id,
            qualification=qualification(code, kind="evaluation", name=evaluation.title),
            subject=subject,
            effective_on=next(
                (piece.effective_on for piece in there if piece.effective_on), signed.signed_on
            ),
            level="verified",
            method=_("Closed evaluation"),
            verified_on=signed.signed_on,
            source_kind=SOURCE,
            source_id=f"{evaluation.pk}:{evaluation.round}",
        ),
        actor=actor,
    )
