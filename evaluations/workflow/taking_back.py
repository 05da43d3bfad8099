"""What follows when the closing of an evaluation is taken back: it is open for a new round."""

from collections.abc import Sequence
from functools import partial

from django.utils.translation import gettext as _

from evaluations.models import Evaluation
from evaluations.workflow.notify import rater_of_present, tell
from evaluations.workflow.rounds import open_round
from portal.audit import locks
from portal.audit.log import record
from portal.people.facts.plan import Plan
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
    reason = plan.reason or _("What closed it was taken back.")
    with locks.opened(reason, actor=plan.made_by):
        open_round(evaluation, reason)
        evaluation.state = Evaluation.State.RATING
        evaluation.save()
    record("evaluations.evaluation.reopen", evaluation, actor=plan.made_by, reason=reason)
    tell("reopened", evaluation, rater_of_present(evaluation))
