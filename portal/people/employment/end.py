"""Ending employment."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.dates import day_after
from portal.errors import Refused
from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import recompute
from portal.people.facts.replace import replace
from portal.people.models import Employment, Person, Position, TeamLead
from portal.people.own_record import refuse_own_record


@transaction.atomic
def end_employment(
    person: Person, *, last_day: date, actor: Person, end_reason: str = "", reason: str = ""
) -> Employment:
    """End the employment that holds the day; open positions and leads end with it.

    Raises Refused when there is none, or the day lies before its first.
    """
    refuse_own_record(actor, person.pk)
    lock_people([person.pk])
    row = Employment.objects.current().filter(person=person).on(last_day).first()
    if row is None:
        raise Refused(_("The person is not employed on that day."), field="last_day")
    fresh = replace(row, by=actor, reason=reason, last_day=last_day, end_reason=end_reason)
    for model in (Position, TeamLead):
        for held in model.objects.current().filter(person=person).overlapping(day_after(last_day), None):
            if held.starts_on <= last_day:
                replace(held, by=actor, reason=reason, last_day=last_day)
    recompute([person.pk])
    record("people.fact.ended", fresh, actor=actor, person=person.pk, model="employment")
    return fresh
