"""What each move does to the record, beside state, audit and notices, which the table names.

Each function is called in the move's transaction, with person and evaluation locked. It gets what the
form gave, and returns what the audit log says of it.
"""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from evaluations.documents.render import RENDER, render_arguments
from evaluations.errors import NotComplete
from evaluations.models import Answer, Evaluation, Part, Signature
from evaluations.ratings.answer import missing
from evaluations.workflow.raters import refuse_absent_rater
from portal.errors import Refused
from portal.hashing import canonical_sha256
from portal.jobs.queue import ask
from portal.people.access.viewer import Viewer
from portal.people.facts.act import one_change
from portal.people.models import Person
from portal.people.organization.primary import title_on
from portal.standing.evidence import NewPiece, qualification, record_piece
from portal.standing.ledger import counting
from portal.standing.models import Evidence
from portal.texts import fitted

SOURCE = "evaluations.evaluation"

type Told = Mapping[str, Any]


# ---- guards: what must be there before the move -----------------------------------------------


def self_is_complete(evaluation: Evaluation, **_given: Any) -> None:
    """Raises NotComplete."""
    _demand_complete(locked_part(evaluation, Part.Role.SELF))


def rating_is_complete(evaluation: Evaluation, **_given: Any) -> None:
    """Raises NotComplete."""
    _demand_complete(locked_part(evaluation, Part.Role.SUPERVISOR))


def _demand_complete(part: Part) -> None:
    if lacks := list(missing(part)):
        raise NotComplete(_("%(count)d answers need attention.") % {"count": len(lacks)}, lacks)


def reason_is_given(_evaluation: Evaluation, *, reason: str, **_given: Any) -> None:
    if not reason.strip():
        raise Refused(_("Say why: the reason is part of the record."), field="reason")


def note_is_given(_evaluation: Evaluation, *, note: str) -> None:
    if not note.strip():
        raise Refused(_("Write what happened, and who was there."), field="note")


def rater_is_somebody_else(evaluation: Evaluation, *, rater: Person, **_given: Any) -> None:
    if rater.pk == evaluation.person_id:
        raise Refused(_("Nobody rates themselves. Name another rater."), field="rater")


# ---- up to sharing ----------------------------------------------------------------------------


def submit_self(evaluation: Evaluation, viewer: Viewer) -> Told:
    """The person signs the self-evaluation; it cannot be changed after that."""
    _submit(evaluation, Part.Role.SELF)
    _sign(evaluation, Signature.Meaning.SELF, viewer)
    return {}


def skip_self(_evaluation: Evaluation, _viewer: Viewer, *, reason: str) -> Told:
    """On without the self-evaluation. What was written stays, unsigned."""
    return {"reason": reason.strip()}


def share(evaluation: Evaluation, viewer: Viewer) -> Told:
    """The supervisor signs and shares: from now on the person reads both ratings."""
    evaluation.shared_at = _submit(evaluation, Part.Role.SUPERVISOR).submitted_at
    _sign(evaluation, Signature.Meaning.SUPERVISOR, viewer)
    return {}


def reassign(evaluation: Evaluation, viewer: Viewer, *, rater: Person, reason: str) -> Told:
    """HR names another rater, when the supervisor changed; what was written goes with the part.

    Raises Refused for somebody who does not work here.
    """
    refuse_absent_rater(rater, viewer.on)
    Part.objects.filter(evaluation=evaluation, role=Part.Role.SUPERVISOR).update(rater=rater)
    return {"rater": rater.pk, "reason": reason.strip()}


def cancel(evaluation: Evaluation, _viewer: Viewer, *, reason: str) -> Told:
    """HR cancels one that should not have been opened; it stays on record as cancelled."""
    evaluation.cancelled_at, evaluation.cancel_reason = timezone.now(), reason.strip()
    return {"reason": reason.strip()}


def locked_part(evaluation: Evaluation, role: str) -> Part:
    rows = Part.objects.select_for_update(of=("self",), no_key=True).select_related("evaluation")
    part = rows.get(evaluation=evaluation, role=role)
    part.evaluation = evaluation
    return part


def _submit(evaluation: Evaluation, role: str) -> Part:
    part = locked_part(evaluation, role)
    part.submitted_at = timezone.now()
    part.save(update_fields=["submitted_at"])
    return part


# ---- closing and reopening --------------------------------------------------------------------


def acknowledge(evaluation: Evaluation, viewer: Viewer, *, comment: str = "") -> Told:
    """The person confirms having received it, with an optional comment. Received, not agreed."""
    _sign(evaluation, Signature.Meaning.ACKNOWLEDGED, viewer, comment)
    return _close(evaluation, viewer)


def record_refusal(evaluation: Evaluation, viewer: Viewer, *, note: str) -> Told:
    """HR witnesses that the person received it and declined to sign; nobody signs in their name."""
    _sign(evaluation, Signature.Meaning.REFUSED, viewer, note)
    return _close(evaluation, viewer)


def _close(evaluation: Evaluation, viewer: Viewer) -> Told:
    """Close every row, append the evidence, ask for the PDF."""
    now = timezone.now()
    Answer.objects.filter(part__evaluation=evaluation).update(closed_at=now)
    Part.objects.filter(evaluation=evaluation).update(closed_at=now)
    evaluation.closed_at = now
    _append_evidence(evaluation, viewer.person)
    ask(
        RENDER,
        key=f"{evaluation.pk}:{evaluation.round}",
        arguments=render_arguments(evaluation),
        actor=viewer.person,
    )
    return {}


def reopen(evaluation: Evaluation, _viewer: Viewer, *, reason: str) -> Told:
    """A new round for the supervisor, with signatures and a document of its own.

    The evidence of the round before stays in force until the new round closes; its document and
    signatures stay in the series.
    """
    open_round(evaluation)
    return {"reason": reason.strip()}


def open_round(evaluation: Evaluation) -> None:
    """Open the rows of a closed evaluation for the supervisor once more. Under the logged override."""
    Answer.objects.filter(part__evaluation=evaluation).update(closed_at=None)
    Part.objects.filter(evaluation=evaluation).update(closed_at=None)
    Part.objects.filter(evaluation=evaluation, role=Part.Role.SUPERVISOR).update(submitted_at=None)
    evaluation.closed_at, evaluation.shared_at = None, None
    evaluation.round += 1


# ---- signatures and evidence ------------------------------------------------------------------


def content_of(evaluation: Evaluation) -> dict[str, Any]:
    """What is signed: the form as launched and every answer, as plain JSON."""
    parts = {
        part.role: {
            row.item: {"rating": row.rating, "na": row.not_applicable, "text": row.text}
            for row in part.answers.order_by("id")
        }
        for part in evaluation.parts.order_by("role")
    }
    return {
        "code": evaluation.code,
        "form": evaluation.form_sha256,
        "round": evaluation.round,
        "parts": parts,
    }


def _sign(evaluation: Evaluation, meaning: str, viewer: Viewer, comment: str = "") -> Signature:
    signature, _made = Signature.objects.get_or_create(
        evaluation=evaluation,
        round=evaluation.round,
        meaning=meaning,
        defaults={
            "signer": viewer.person,
            "name": fitted(viewer.person.get_full_name(), 200),
            "title": title_on(viewer.person.pk, viewer.on),
            "method": _("Signed in to Preceptor"),
            "comment": comment.strip(),
            "content_sha256": canonical_sha256(content_of(evaluation)),
            "signed_on": viewer.on,
        },
    )
    return signature


def subject_of(evaluation: Evaluation) -> str:
    """What its evidence is about: the same in every round."""
    return f"evaluation:{evaluation.pk}"


def _append_evidence(evaluation: Evaluation, actor: Person) -> Evidence:
    """On record for the evaluation, dated by the supervisor's signature.

    A later round takes the place of the one in force, and counts from the same day.
    """
    signed = Signature.objects.get(
        evaluation=evaluation, round=evaluation.round, meaning=Signature.Meaning.SUPERVISOR
    )
    code, subject = evaluation.template.qualification_code, subject_of(evaluation)
    there = counting(Evidence.objects.filter(person=evaluation.person_id, subject=subject)).pieces
    with one_change("evidence", actor=actor) as plan:
        for piece in there[:1]:
            plan.build_on(piece)
    return record_piece(
        NewPiece(
            person_id=evaluation.person_id,
            qualification=qualification(code, kind="evaluation", name=evaluation.template.title),
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
