"""A person's names, profession, home state and numbers in other systems, over time."""

from datetime import date
from typing import Any

from django.db import transaction

from portal.audit.log import record
from portal.dates import day_before
from portal.people.access.rights import actor_of, demand_hr_for
from portal.people.access.viewer import Viewer
from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import recompute
from portal.people.facts.record import insert
from portal.people.facts.replace import replace
from portal.people.models import (
    HomeState,
    Person,
    PersonIdentifier,
    PersonName,
    PersonProfession,
    Profession,
)


@transaction.atomic
def change_name(
    person: Person,
    *,
    first_name: str,
    last_name: str,
    on: date,
    by: Viewer | None,
    kind: str = PersonName.Kind.LEGAL,
    reason: str = "",
) -> PersonName:
    """A new name from a day on; the former one stays on record. The name in use follows.

    Raises OwnRecord, NotAllowed unless HR for the person.
    """
    demand_hr_for(by, person.pk)
    lock_people([person.pk])
    for row in PersonName.objects.current().filter(person=person, kind=kind).overlapping(on, None):
        if row.starts_on < on:
            replace(row, by=actor_of(by), last_day=day_before(on))
    name = insert(
        PersonName(
            person=person, kind=kind, first_name=first_name, last_name=last_name, starts_on=on, reason=reason
        ),
        actor=actor_of(by),
    )
    preferred = (
        PersonName.objects.current().filter(person=person, kind=PersonName.Kind.PREFERRED).on(on).first()
    )
    shown = preferred or name
    person.first_name, person.last_name = shown.first_name, shown.last_name
    person.save(update_fields=["first_name", "last_name"])
    record("people.name.changed", person, actor=actor_of(by))
    return name


@transaction.atomic
def set_profession(
    person: Person, profession: Profession, *, on: date, by: Viewer | None, batch: Any = None
) -> PersonProfession:
    """The profession the person works in from a day on. Raises OwnRecord, NotAllowed."""
    demand_hr_for(by, person.pk)
    fact = PersonProfession(person=person, profession=profession, starts_on=on)
    return _take_over(fact, actor_of(by), batch)


@transaction.atomic
def set_home_state(
    person: Person, state: str, *, on: date, by: Viewer | None, batch: Any = None
) -> HomeState:
    """A move to another state: it decides which compact license counts. Raises OwnRecord, NotAllowed."""
    demand_hr_for(by, person.pk)
    return take_home_state(person, state, on=on, actor=actor_of(by), batch=batch)


def take_home_state(
    person: Person, state: str, *, on: date, actor: Person | None, batch: Any = None
) -> HomeState:
    """The part of set_home_state after the check of rights, for use cases that make their own."""
    return _take_over(HomeState(person=person, state=state.upper(), starts_on=on), actor, batch)


@transaction.atomic
def add_identifier(
    person: Person, system: str, value: str, *, on: date, by: Viewer | None, batch: Any = None
) -> PersonIdentifier:
    """The number another system knows the person by. Raises OwnRecord, NotAllowed."""
    demand_hr_for(by, person.pk)
    row = PersonIdentifier(person=person, system=system, value=value, starts_on=on)
    return insert(row, actor=actor_of(by), batch=batch)


def _take_over[Fact: (PersonProfession, HomeState)](fact: Fact, actor: Person | None, batch: Any) -> Fact:
    """The new fact holds from its day on; the one before ends the day before."""
    lock_people([fact.person_id])
    before = type(fact).objects.current().filter(person_id=fact.person_id)
    for row in before.overlapping(fact.starts_on, None):
        if row.starts_on < fact.starts_on:
            replace(row, by=actor, last_day=day_before(fact.starts_on))
    insert(fact, actor=actor, batch=batch)
    recompute([fact.person_id])
    return fact
