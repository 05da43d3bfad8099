"""The moves of an evaluation: submit, share, acknowledge, close; each checked against the table."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluations.documents.render import render_arguments
from evaluations.errors import NotComplete, WrongMove
from evaluations.models import Answer, Evaluation, Part, Signature
from evaluations.ratings.answer import missing
from evaluations.workflow.lifecycle import Act, Move, find_move, may_ever
from evaluations.workflow.notify import TO_RATE, settle, tell
from portal.audit import locks
from portal.audit.log import record
from portal.errors import NotAllowed, Refused
from portal.hashing import canonical_sha256
from portal.jobs.queue import ask
from portal.people.access.viewer import Viewer
from portal.people.facts.lock import lock_people
from portal.people.models import Person
from portal.people.organization.primary import title_on
from portal.standing.evidence import NewPiece, qualification, record_piece, void_evidence
from portal.standing.models import Evidence

SOURCE = "evaluations.evaluation"
RENDER = "evaluations.render"


def _begin(evaluation: Evaluation, viewer: Viewer, act: Act) -> tuple[Evaluation, Move]:
    """Lock the person, then the evaluation, and find the move.

    Raises NotAllowed for somebody whose move this never is, WrongMove when it is not open now.
    """
    lock_people([evaluation.person_id])
    row = Evaluation.objects.select_for_update().select_related("person").get(pk=evaluation.pk)
    move = find_move(row, viewer, act)
    if move is None and not may_ever(row, viewer, act):
        raise NotAllowed(_("This step belongs to somebody else."))
    if move is None:
        raise WrongMove(
            _("This step is not open any more: the evaluation is at “%(state)s”.")
            % {"state": row.get_state_display()}
        )
    return row, move


def _part(evaluation: Evaluation, role: str) -> Part:
    part = Part.objects.select_for_update().select_related("evaluation").get(evaluation=evaluation, role=role)
    part.evaluation = evaluation
    return part


def _demand_complete(part: Part) -> None:
    if lacks := list(missing(part)):
        raise NotComplete(_("%(count)d answers need attention.") % {"count": len(lacks)}, lacks)


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
            "name": viewer.person.get_full_name(),
            "title": title_on(viewer.person.pk, viewer.on),
            "method": _("Signed in to Preceptor"),
            "comment": comment.strip(),
            "content_sha256": canonical_sha256(content_of(evaluation)),
            "signed_on": viewer.on,
        },
    )
    return signature


def _move_to(evaluation: Evaluation, move: Move, viewer: Viewer, **data: Any) -> None:
    evaluation.state = move.then
    evaluation.save()
    record(f"evaluations.evaluation.{move.act}", evaluation, actor=viewer.person, **data)


@transaction.atomic
def submit_self(evaluation: Evaluation, viewer: Viewer) -> Evaluation:
    """The person signs the self-evaluation; it cannot be changed after that. Raises NotComplete."""
    evaluation, move = _begin(evaluation, viewer, Act.SUBMIT_SELF)
    part = _part(evaluation, Part.Role.SELF)
    _demand_complete(part)
    part.submitted_at = timezone.now()
    part.save(update_fields=["submitted_at"])
    _sign(evaluation, Signature.Meaning.SELF, viewer)
    _move_to(evaluation, move, viewer)
    settle(evaluation, "launched")
    tell("self_submitted", evaluation, rater_of(evaluation))
    return evaluation


@transaction.atomic
def skip_self(evaluation: Evaluation, viewer: Viewer, *, reason: str) -> Evaluation:
    """Go on without the self-evaluation, for a stated reason. What was written stays, unsigned."""
    if not reason.strip():
        raise Refused(_("Say why there is no self-evaluation."), field="reason")
    evaluation, move = _begin(evaluation, viewer, Act.SKIP_SELF)
    _move_to(evaluation, move, viewer, reason=reason.strip())
    settle(evaluation, "launched")
    tell("self_submitted", evaluation, rater_of(evaluation))
    return evaluation


@transaction.atomic
def share(evaluation: Evaluation, viewer: Viewer) -> Evaluation:
    """The supervisor signs and shares: from now on the person reads both ratings. Raises NotComplete."""
    evaluation, move = _begin(evaluation, viewer, Act.SHARE)
    part = _part(evaluation, Part.Role.SUPERVISOR)
    _demand_complete(part)
    now = timezone.now()
    part.submitted_at = now
    part.save(update_fields=["submitted_at"])
    evaluation.shared_at = now
    _sign(evaluation, Signature.Meaning.SUPERVISOR, viewer)
    _move_to(evaluation, move, viewer)
    settle(evaluation, *TO_RATE)
    tell("shared", evaluation, evaluation.person)
    return evaluation


@transaction.atomic
def acknowledge(evaluation: Evaluation, viewer: Viewer, *, comment: str = "") -> Evaluation:
    """The person confirms having received it, with an optional comment; that closes it.

    Signing means received, not agreed.
    """
    evaluation, move = _begin(evaluation, viewer, Act.ACKNOWLEDGE)
    _sign(evaluation, Signature.Meaning.ACKNOWLEDGED, viewer, comment)
    return _close(evaluation, move, viewer)


@transaction.atomic
def record_refusal(evaluation: Evaluation, viewer: Viewer, *, note: str) -> Evaluation:
    """HR witnesses that the person received it and declined to sign; nobody signs in their name."""
    if not note.strip():
        raise Refused(_("Write what happened, and who was there."), field="note")
    evaluation, move = _begin(evaluation, viewer, Act.RECORD_REFUSAL)
    _sign(evaluation, Signature.Meaning.REFUSED, viewer, note)
    return _close(evaluation, move, viewer)


def _close(evaluation: Evaluation, move: Move, viewer: Viewer) -> Evaluation:
    """Close in the database, append the evidence, ask for the PDF: one transaction."""
    now = timezone.now()
    Answer.objects.filter(part__evaluation=evaluation).update(closed_at=now)
    Part.objects.filter(evaluation=evaluation).update(closed_at=now)
    evaluation.closed_at = now
    _move_to(evaluation, move, viewer)
    _append_evidence(evaluation, viewer.person)
    settle(evaluation, "shared")
    ask(
        RENDER,
        key=f"{evaluation.pk}:{evaluation.round}",
        arguments=render_arguments(evaluation),
        actor=viewer.person,
    )
    if (rater := rater_of(evaluation)).pk != viewer.person.pk:
        tell("closed", evaluation, rater)
    return evaluation


def _append_evidence(evaluation: Evaluation, actor: Person) -> Evidence:
    """On record for the evaluation, dated by the supervisor's signature."""
    signed = Signature.objects.get(
        evaluation=evaluation, round=evaluation.round, meaning=Signature.Meaning.SUPERVISOR
    )
    code = evaluation.template.qualification_code
    return record_piece(
        NewPiece(
            person_id=evaluation.person_id,
            qualification=qualification(code, kind="evaluation", name=evaluation.template.title),
            subject=f"evaluation:{evaluation.pk}",
            effective_on=signed.signed_on,
            level="verified",
            method=_("Closed evaluation"),
            verified_on=signed.signed_on,
            source_kind=SOURCE,
            source_id=f"{evaluation.pk}:{evaluation.round}",
        ),
        actor=actor,
    )


@transaction.atomic
def reassign(evaluation: Evaluation, viewer: Viewer, *, rater: Person, reason: str) -> Evaluation:
    """HR names another rater, when the supervisor changed; what was written goes with the part."""
    evaluation, move = _begin(evaluation, viewer, Act.REASSIGN)
    if rater.pk == evaluation.person_id:
        raise Refused(_("Nobody rates themselves. Name another rater."), field="rater")
    Part.objects.filter(evaluation=evaluation, role=Part.Role.SUPERVISOR).update(rater=rater)
    _move_to(evaluation, move, viewer, rater=rater.pk, reason=reason)
    settle(evaluation, *TO_RATE)
    tell("reassigned", evaluation, rater)
    return evaluation


@transaction.atomic
def cancel(evaluation: Evaluation, viewer: Viewer, *, reason: str) -> Evaluation:
    """HR cancels one that should not have been opened; it stays on record as cancelled."""
    if not reason.strip():
        raise Refused(_("Say why it is cancelled."), field="reason")
    evaluation, move = _begin(evaluation, viewer, Act.CANCEL)
    evaluation.cancelled_at, evaluation.cancel_reason = timezone.now(), reason.strip()
    _move_to(evaluation, move, viewer, reason=reason.strip())
    settle(evaluation, "launched", *TO_RATE)
    return evaluation


@transaction.atomic
def reopen(evaluation: Evaluation, viewer: Viewer, *, reason: str) -> Evaluation:
    """HR reopens a closed one for the supervisor: a new round with signatures and a document of its own.

    The evidence of the round before is withdrawn; its document and signatures stay in the series.
    """
    if not reason.strip():
        raise Refused(_("Say why a closed evaluation is opened again."), field="reason")
    evaluation, move = _begin(evaluation, viewer, Act.REOPEN)
    piece = Evidence.objects.filter(
        source_kind=SOURCE, source_id=f"{evaluation.pk}:{evaluation.round}", person_id=evaluation.person_id
    ).first()
    with locks.opened(reason, actor=viewer.person):
        Answer.objects.filter(part__evaluation=evaluation).update(closed_at=None)
        Part.objects.filter(evaluation=evaluation).update(closed_at=None)
        Part.objects.filter(evaluation=evaluation, role=Part.Role.SUPERVISOR).update(submitted_at=None)
        evaluation.closed_at, evaluation.shared_at = None, None
        evaluation.round += 1
        _move_to(evaluation, move, viewer, reason=reason.strip())
    if piece:
        void_evidence(
            piece,
            note=reason,
            actor=viewer.person,
            source_kind=SOURCE,
            source_id=f"{evaluation.pk}:{evaluation.round - 1}:reopened",
        )
    tell("reopened", evaluation, rater_of(evaluation))
    return evaluation


def rater_of(evaluation: Evaluation) -> Person:
    part = Part.objects.select_related("rater").get(evaluation=evaluation, role=Part.Role.SUPERVISOR)
    return part.rater
