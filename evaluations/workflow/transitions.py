"""Making a move of an evaluation: checked against the table, in one transaction."""

from contextlib import nullcontext
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from evaluations.errors import WrongMove
from evaluations.models import Evaluation, Part
from evaluations.workflow.lifecycle import Move, MoveName, find_move, may_ever
from evaluations.workflow.notify import settle, tell
from evaluations.workflow.raters import take_over
from portal.audit import locks
from portal.audit.log import record
from portal.errors import NotAllowed
from portal.people.access.viewer import Viewer
from portal.people.facts.act import one_change
from portal.people.models import Person


@transaction.atomic
def move(evaluation: Evaluation, viewer: Viewer, name: MoveName, **given: Any) -> Evaluation:
    """Make the move; `given` is what its form asks. Returns the evaluation as it is then.

    What it puts on record is one Change; a move that puts nothing on record makes none.

    Raises NotAllowed for somebody whose move this never is, WrongMove when it is not open now,
    NotComplete or Refused for what is missing.
    """
    with one_change(name, by=viewer, reason=given.get("reason", "")) as plan:
        plan.lock([evaluation.person_id])
        evaluation, row = _begin(evaluation, viewer, name)
        number = evaluation.round
        if row.signs == Part.Role.SUPERVISOR:
            take_over(evaluation, by=viewer)
        for guard in row.guards:
            guard(evaluation, viewer=viewer, **given)
        opened = locks.opened(given["reason"], actor=viewer.person) if row.opens_closed else nullcontext()
        with opened:
            said = row.perform(evaluation, viewer, **given)
            evaluation.state = row.then or evaluation.state
            evaluation.save()
    record(f"evaluations.evaluation.{row.name}", evaluation, actor=viewer.person, **said)
    settle(evaluation, number, *row.settles)
    for kind, whom in row.notifies:
        if told := whom(evaluation, viewer):
            tell(kind, evaluation, told)
    return evaluation


def _begin(evaluation: Evaluation, viewer: Viewer, name: MoveName) -> tuple[Evaluation, Move]:
    """Lock the evaluation, the person being locked, and find the move."""
    locked = (
        Evaluation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person")
        .get(pk=evaluation.pk)
    )
    row = find_move(locked, viewer, name)
    if row is None and not may_ever(locked, viewer, name):
        raise NotAllowed(_("This step belongs to somebody else."))
    if row is None:
        raise WrongMove(
            _("This step is not open any more: the evaluation is at “%(state)s”.")
            % {"state": locked.get_state_display()}
        )
    return locked, row


# ---- each move with its own arguments, for callers in code -------------------------------------


def submit_self(evaluation: Evaluation, viewer: Viewer) -> Evaluation:
    return move(evaluation, viewer, MoveName.SUBMIT_SELF)


def skip_self(evaluation: Evaluation, viewer: Viewer, *, reason: str) -> Evaluation:
    return move(evaluation, viewer, MoveName.SKIP_SELF, reason=reason)


def share(evaluation: Evaluation, viewer: Viewer) -> Evaluation:
    return move(evaluation, viewer, MoveName.SHARE)


def acknowledge(evaluation: Evaluation, viewer: Viewer, *, comment: str = "") -> Evaluation:
    return move(evaluation, viewer, MoveName.ACKNOWLEDGE, comment=comment)


def record_refusal(evaluation: Evaluation, viewer: Viewer, *, note: str, witness: Person) -> Evaluation:
    return move(evaluation, viewer, MoveName.RECORD_REFUSAL, note=note, witness=witness)


def record_gone(evaluation: Evaluation, viewer: Viewer, *, note: str) -> Evaluation:
    return move(evaluation, viewer, MoveName.RECORD_GONE, note=note)


def recall(evaluation: Evaluation, viewer: Viewer) -> Evaluation:
    return move(evaluation, viewer, MoveName.RECALL)


def correct(evaluation: Evaluation, viewer: Viewer, *, reason: str) -> Evaluation:
    return move(evaluation, viewer, MoveName.CORRECT, reason=reason)


def reassign(evaluation: Evaluation, viewer: Viewer, *, rater: Person, reason: str) -> Evaluation:
    return move(evaluation, viewer, MoveName.REASSIGN, rater=rater, reason=reason)


def cancel(evaluation: Evaluation, viewer: Viewer, *, reason: str) -> Evaluation:
    return move(evaluation, viewer, MoveName.CANCEL, reason=reason)


def reopen(evaluation: Evaluation, viewer: Viewer, *, reason: str) -> Evaluation:
    return move(evaluation, viewer, MoveName.REOPEN, reason=reason)


def leave_closed(evaluation: Evaluation, viewer: Viewer, *, reason: str) -> Evaluation:
    return move(evaluation, viewer, MoveName.LEAVE_CLOSED, reason=reason)
