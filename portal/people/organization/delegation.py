"""Delegation: another does a supervisor's work for some days."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from portal.errors import Refused
from portal.people.facts.record import insert
from portal.people.models import Delegation, Person


@transaction.atomic
def delegate(
    person: Person,
    to: Person,
    *,
    starts_on: date,
    last_day: date | None,
    actor: Person | None,
    reason: str = "",
) -> Delegation:
    """Another does the person's work as a supervisor on these days."""
    if person.pk == to.pk:
        raise Refused(_("Choose somebody else."), field="to")
    return insert(
        Delegation(person=person, delegate=to, starts_on=starts_on, last_day=last_day, reason=reason),
        actor=actor,
    )
