"""Adding a person, hiring and rehiring."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.errors import refused_from
from portal.people.accounts.email import set_email
from portal.people.errors import Overlap
from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import recompute
from portal.people.facts.record import insert
from portal.people.models import (
    Employment,
    Person,
    PersonName,
)
from portal.people.own_record import refuse_own_record


@transaction.atomic
def add_person(
    *,
    employee_number: str,
    first_name: str,
    last_name: str,
    actor: Person | None,
    on: date,
    email: str | None = None,
    birth_month: int | None = None,
    birth_day: int | None = None,
    batch: Any = None,
) -> Person:
    """A new person, without an account that opens and without employment. Raises Refused for a number in use."""
    person = Person(
        employee_number=employee_number.strip().lower(),
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        birth_month=birth_month,
        birth_day=birth_day,
    )
    person.set_unusable_password()
    try:
        person.full_clean()
    except ValidationError as error:
        raise refused_from(error) from error
    person.save()
    insert(
        PersonName(person=person, first_name=person.first_name, last_name=person.last_name, starts_on=on),
        actor=actor,
        batch=batch,
    )
    if email:
        set_email(person, email, actor=actor)
    record("people.person.added", person, actor=actor)
    return person


def _refuse_overlap(person: Person, starts_on: date, last_day: date | None) -> None:
    if Employment.objects.current().filter(person=person).overlapping(starts_on, last_day).exists():
        raise Overlap(_("The person is already employed on some of these days."), field="starts_on")


@transaction.atomic
def hire(
    person: Person,
    *,
    starts_on: date,
    actor: Person | None,
    kind: str = Employment.Kind.EMPLOYEE,
    last_day: date | None = None,
    batch: Any = None,
) -> Employment:
    """Employ the person from a day on; a rehire is a second row. Raises Overlap, OwnRecord."""
    refuse_own_record(actor, person.pk)
    lock_people([person.pk])
    _refuse_overlap(person, starts_on, last_day)
    row = insert(
        Employment(person=person, starts_on=starts_on, last_day=last_day, kind=kind), actor=actor, batch=batch
    )
    recompute([person.pk])
    return row
