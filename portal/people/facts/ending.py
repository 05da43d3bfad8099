"""Ending a fact on a day: the act that does it, by kind of fact."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy

from portal.people.facts.act import act
from portal.people.facts.acting import Acting
from portal.people.facts.call import Call
from portal.people.facts.days import end_on
from portal.people.facts.guards import demand_rights
from portal.people.facts.plan import Plan
from portal.people.models.fact import DatedFact

type Ender = Callable[[Any, date, Any], Call]

_enders: dict[type[DatedFact], Ender] = {}


def register_ender(model: type[DatedFact], ender: Ender) -> None:
    """`ender(fact, last_day, by)` is the call that ends a fact of this kind, where ending it does more."""
    _enders[model] = ender


@act("end-fact", gettext_lazy("Ended"))
def end_fact(plan: Plan, fact: DatedFact, /, *, last_day: date, by: Acting | None) -> DatedFact:
    """The fact holds no longer than this day. Raises Refused, OwnRecord, NotAllowed."""
    row: Any = fact
    plan.lock([row.person_id], teams=[row.team_id] if getattr(row, "team_id", None) else [])
    demand_rights(by, [fact])
    return end_on(plan, fact, last_day)


def ending_of(fact: DatedFact, last_day: date, by: Acting | None) -> Call:
    """The call that ends the fact on the day."""
    ender = _enders.get(type(fact))
    if ender is not None:
        return ender(fact, last_day, by)
    return Call(end_fact, (fact,), {"last_day": last_day, "by": by})
