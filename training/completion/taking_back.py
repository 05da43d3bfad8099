"""What follows when a completion, or the revocation of its certificate, is taken back or counts again."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from portal.notices.models import Notice
from portal.notices.notify import settle
from portal.people.access.rights import demand_hr_for
from portal.people.facts.plan import Plan
from portal.people.facts.taking_back import taken_back_with
from portal.people.models import Change
from training.completion.complete import COMPLETED, tell_completed
from training.completion.revoke import clear_revoked, mark_revoked
from training.models import Certificate


def take_back(plan: Plan, change: Change) -> None:
    """Plan what follows: registered with the acts that take back.

    The certificate of a completion that never was is revoked; one whose revocation is taken back is in
    force again. Raises OwnRecord and NotAllowed.
    """
    ids = [row.pk for row in taken_back_with(change)]
    rows = Certificate.objects.filter(Q(revoked_in__in=ids) | Q(completion__inserted_in__in=ids))
    found = list(rows.select_related("completion"))
    by: Any = plan.by
    for row in found:
        demand_hr_for(by, row.completion.person_id)
    plan.lock(row.completion.person_id for row in found)
    if found:
        plan.then(lambda made: _settle(plan, found, made))


def _settle(plan: Plan, certificates: Iterable[Certificate], made: Change) -> None:
    rows = Certificate.objects.filter(pk__in=[row.pk for row in certificates])
    for row in rows.select_related("revoked_in", "completion__inserted_in", "completion__edition"):
        entered = row.completion.inserted_in
        never_was = entered is not None and not entered.stands
        by_act = row.revoked_in is not None and row.revoked_in.stands
        if (never_was or by_act) and not row.revoked_at:
            mark_revoked(row, made, actor=plan.made_by, reason=plan.reason)
        elif row.revoked_at and not (never_was or by_act):
            clear_revoked(row, actor=plan.made_by, reason=plan.reason)
        if never_was:
            settle(kind=COMPLETED, key=str(row.completion_id), why=Notice.Why.GONE)
        else:
            tell_completed(row.completion)
