"""Delegation: another does a supervisor's work for some days."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.errors import NotAllowed, Refused
from portal.people.access.rights import demand_hr_or_self, demand_hr_over, refuse_own_gain
from portal.people.access.viewer import Viewer
from portal.people.facts.act import act
from portal.people.facts.days import take_over, within_employment
from portal.people.facts.plan import Plan
from portal.people.models import Delegation, Person, Position, TeamLead


@act("delegation", gettext_lazy("Stand-in named"), corrected=gettext_lazy("Stand-in corrected"))
def delegate(
    plan: Plan,
    /,
    person: Person,
    to: Person,
    *,
    starts_on: date,
    last_day: date | None,
    by: Viewer | None,
    reason: str = "",
) -> Delegation:
    """Another does the person's work as a supervisor on these days.

    By the person, or by HR for the person who is HR over the teams that the person leads and for whom
    the person supervises by name, never in HR's own favor. Raises NotAllowed, OwnRecord, Refused for
    somebody who is not employed.
    """
    demand_hr_or_self(by, person.pk)
    if person.pk == to.pk:
        raise Refused(_("Choose somebody else."), field="to")
    refuse_own_gain(by, to)
    plan.lock([person.pk, to.pk])
    if by is not None and by.person.pk != person.pk:
        _demand_hr_over_line(plan, by, person, starts_on, last_day)
    ends = (
        within_employment(plan, person.pk, starts_on, last_day),
        within_employment(plan, to.pk, starts_on, last_day, field="to"),
    )
    last_day = min((day for day in ends if day is not None), default=None)
    row = Delegation(person=person, delegate=to, starts_on=starts_on, last_day=last_day, reason=reason)
    return take_over(plan, row, plan.rows(Delegation, person_id=person.pk, delegate_id=to.pk))


def _demand_hr_over_line(plan: Plan, by: Viewer, person: Person, first: date, last: date | None) -> None:
    """HR of a scope opens nobody outside of it to a stand-in. Raises NotAllowed."""
    for lead in plan.overlapping(TeamLead, first, last, person_id=person.pk):
        demand_hr_over(by, lead.team)
    named = plan.overlapping(Position, first, last, supervisor_id=person.pk)
    if not by.is_hr_for_all and any(not by.is_hr_for(row.person_id) for row in named):
        raise NotAllowed(_("They supervise people outside of what you are HR for. Ask HR for everybody."))
