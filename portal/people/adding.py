"""Adding a person; names, e-mail, identifiers, disciplines, home state."""

from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.dates import day_before
from portal.errors import Refused
from portal.people import changing
from portal.people.facts import replace
from portal.people.models import (
    Discipline,
    HomeState,
    Person,
    PersonDiscipline,
    PersonIdentifier,
    PersonName,
)
from portal.people.recording import first_error, insert, not_own


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
        raise first_error(error) from error
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


@transaction.atomic
def set_email(person: Person, email: str | None, *, actor: Person | None) -> Person:
    """The one way an address is written: lower case, unique, with its row for signing in.

    HR's address is taken as verified. Raises Refused for an address in use.
    """
    address = (email or "").strip().lower() or None
    if address and not address.partition("@")[0].isascii():
        raise Refused(_("Mail servers do not take accents before the @. Write it without."), field="email")
    taken = address and Person.objects.filter(email=address).exclude(pk=person.pk).exists()
    if taken:
        raise Refused(_("Another person has this address."), field="email")
    person.email = address
    try:
        person.full_clean(exclude=["password"])
    except ValidationError as error:
        raise first_error(error) from error
    person.save(update_fields=["email"])
    EmailAddress.objects.filter(user=person).delete()
    if address:
        EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    record("people.person.changed", person, actor=actor, what="email")
    return person


@transaction.atomic
def change_name(
    person: Person,
    *,
    first_name: str,
    last_name: str,
    on: date,
    actor: Person | None,
    kind: str = PersonName.Kind.LEGAL,
    reason: str = "",
) -> PersonName:
    """A new name from a day on; the former one stays on record. The name in use follows."""
    not_own(actor, person.pk)
    changing.lock_people([person.pk])
    for row in PersonName.objects.current().filter(person=person, kind=kind).overlapping(on, None):
        if row.starts_on < on:
            replace(row, by=actor, last_day=day_before(on))
    name = insert(
        PersonName(
            person=person, kind=kind, first_name=first_name, last_name=last_name, starts_on=on, reason=reason
        ),
        actor=actor,
    )
    preferred = (
        PersonName.objects.current().filter(person=person, kind=PersonName.Kind.PREFERRED).on(on).first()
    )
    shown = preferred or name
    person.first_name, person.last_name = shown.first_name, shown.last_name
    person.save(update_fields=["first_name", "last_name"])
    record("people.name.changed", person, actor=actor)
    return name


@transaction.atomic
def set_discipline(
    person: Person, discipline: Discipline, *, on: date, actor: Person | None, batch: Any = None
) -> PersonDiscipline:
    return _take_over(PersonDiscipline(person=person, discipline=discipline, starts_on=on), actor, batch)


@transaction.atomic
def set_home_state(
    person: Person, state: str, *, on: date, actor: Person | None, batch: Any = None
) -> HomeState:
    """A move to another state: it decides which compact license counts."""
    return _take_over(HomeState(person=person, state=state.upper(), starts_on=on), actor, batch)


@transaction.atomic
def add_identifier(
    person: Person, system: str, value: str, *, on: date, actor: Person | None, batch: Any = None
) -> PersonIdentifier:
    return insert(
        PersonIdentifier(person=person, system=system, value=value, starts_on=on), actor=actor, batch=batch
    )


def _take_over[Fact: (PersonDiscipline, HomeState)](fact: Fact, actor: Person | None, batch: Any) -> Fact:
    """The new fact holds from its day on; the one before ends the day before."""
    changing.lock_people([fact.person_id])
    before = type(fact).objects.current().filter(person_id=fact.person_id)
    for row in before.overlapping(fact.starts_on, None):
        if row.starts_on < fact.starts_on:
            replace(row, by=actor, last_day=day_before(fact.starts_on))
    insert(fact, actor=actor, batch=batch)
    changing.changed([fact.person_id])
    return fact
