"""Delegation: another does a supervisor's work for some days."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from portal.errors import NotAllowed, Refused
from portal.people.access.rights import actor_of, demand_hr_or_self, demand_hr_over, refuse_own_gain
from portal.people.access.viewer import Viewer
from portal.people.facts.record import insert
from portal.people.models import Delegation, Employment, Person, Position, TeamLead


@transaction.atomic
def delegate(
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
    if by is not None and by.person.pk != person.pk:
        _demand_hr_over_line(by, person, starts_on, last_day)
    if not Employment.objects.current().filter(person=to).on(starts_on).exists():
        raise Refused(_("The person is not employed on that day."), field="to")
    return insert(
        Delegation(person=person, delegate=to, starts_on=starts_on, last_day=last_day, reason=reason),
        actor=actor_of(by),
    )


def _demand_hr_over_line(by: Viewer, person: Person, starts_on: date, last_day: date | None) -> None:
    """HR of a scope opens nobody outside of it to a stand-in. Raises NotAllowed."""
    for lead in TeamLead.objects.current().filter(person=person).overlapping(starts_on, last_day):
        demand_hr_over(by, lead.team)
    named = Position.objects.current().filter(supervisor=person).overlapping(starts_on, last_day)
    if not by.is_hr_for_all and any(not by.is_hr_for(row.person_id) for row in named):
        raise NotAllowed(_("They supervise people outside of what you are HR for. Ask HR for everybody."))
