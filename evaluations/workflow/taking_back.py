"""What follows when the closing of an evaluation is taken back (it is open for a new round), or its reopening."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from evaluations.models import Evaluation, Part, Reopening, Signature
from evaluations.signatures.content import part_as_plain
from evaluations.signatures.sign import signed
from evaluations.workflow.notify import TO_RATE, rater_of_present, settle, tell
from evaluations.workflow.rounds import close_again, closed_before, open_round
from portal.audit import locks
from portal.audit.log import record
from portal.errors import Refused
from portal.people.access.rights import demand_hr_for
from portal.people.facts.plan import Plan
from portal.people.facts.taking_back import taken_back_with
from portal.people.models import Change
from portal.standing.models import Evidence


def follow(plan: Plan, withdrawn: Sequence[Evidence], _restored: Sequence[Evidence]) -> None:
    """Plan that a round whose evidence never was is rated anew. Signatures and document stay in the series.

    Where the evidence counts again it is in force, and the new round takes its place when it closes.
    """
    for row in withdrawn:
        if row.kind == Evidence.Kind.PIECE:
            pk, number = row.source_id.split(":")
            plan.then(partial(_open_again, plan, int(pk), int(number)))


def _open_again(plan: Plan, pk: int, number: int, _change: Change) -> None:
    """Unless it was opened meanwhile."""
    rows = Evaluation.objects.select_for_update(of=("self",), no_key=True).select_related("person")
    evaluation = rows.get(pk=pk)
    if evaluation.state != Evaluation.State.CLOSED or evaluation.round != number:
        return
    _open(plan, evaluation, plan.reason or _("What closed it was taken back."))


def _open(plan: Plan, evaluation: Evaluation, reason: str) -> None:
    with locks.opened(reason, actor=plan.made_by):
        open_round(evaluation, reason)
        evaluation.state = Evaluation.State.RATING
        evaluation.save()
    record("evaluations.evaluation.reopen", evaluation, actor=plan.made_by, reason=reason)
    tell("reopened", evaluation, rater_of_present(evaluation))


# ---- a reopening ----------------------------------------------------------------------------------


def take_back(plan: Plan, change: Change) -> None:
    """Plan that the round before is closed as it was; registered with the acts that take back.

    Where a taking back is taken back, that the round is open again. Raises OwnRecord and NotAllowed;
    Refused where the new round was begun, or there is nothing to go back to.
    """
    ids = [row.pk for row in taken_back_with(change)]
    rows = list(Reopening.objects.filter(inserted_in__in=ids).select_related("evaluation__person"))
    by: Any = plan.by
    for row in rows:
        demand_hr_for(by, row.evaluation.person_id)
    plan.lock(row.evaluation.person_id for row in rows)
    for row in rows:
        words = _("%(evaluation)s: round %(number)d is open again")
        if row.inserted_in_id == change.pk:
            _refuse_begun(row)
            words = _("%(evaluation)s: closed again, as it was before round %(number)d")
        plan.then(
            partial(_settle, plan, row.pk), words=words % {"evaluation": row.evaluation, "number": row.round}
        )


def _refuse_begun(row: Reopening) -> None:
    """Raises Refused unless the round stands as its reopening left it."""
    evaluation = Evaluation.objects.get(pk=row.evaluation_id)
    if evaluation.state != Evaluation.State.RATING or evaluation.round < row.round:
        raise Refused(_("The new round has gone on since. What was signed in it stays on record."))
    before = closed_before(evaluation)
    if before is None:
        raise Refused(_("What closed the round before was taken back too."))
    if before.number >= row.round:
        raise Refused(_("The new round has gone on since. What was signed in it stays on record."))
    shared = signed(evaluation, Signature.Meaning.SUPERVISOR, number=before.number)
    part = rater_of_present(evaluation)
    rater = evaluation.parts.get(role=Part.Role.SUPERVISOR, round=before.number).rater_id
    if shared is None or part_as_plain(part) != shared.data["supervisor"] or part.rater_id != rater:
        raise Refused(_("The new round has been begun: something in it is no longer as it was signed."))


def _settle(plan: Plan, pk: int, change: Change) -> None:
    """Closed again where the reopening counts no longer, open again where it counts."""
    row = Reopening.objects.select_related("inserted_in").get(pk=pk)
    rows = Evaluation.objects.select_for_update(of=("self",), no_key=True).select_related("person")
    evaluation = rows.get(pk=row.evaluation_id)
    stands = row.inserted_in is None or row.inserted_in.stands
    is_open = evaluation.state == Evaluation.State.RATING and evaluation.round >= row.round
    if stands and evaluation.state == Evaluation.State.CLOSED and evaluation.round < row.round:
        _open(plan, evaluation, plan.reason)
    elif is_open and not stands:
        # What the round asks of the rater is named by the round.
        settle(evaluation, evaluation.round, *TO_RATE)
        close_again(evaluation)
        evaluation.state = Evaluation.State.CLOSED
        evaluation.save()
        record("evaluations.evaluation.closed_again", evaluation, actor=plan.made_by, reason=plan.reason)
        tell("stays_closed", evaluation, evaluation.person)
