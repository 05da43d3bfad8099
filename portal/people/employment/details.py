"""A person's names, profession, home state and numbers in other systems, over time."""

from datetime import date

from django.utils.translation import gettext_lazy

from portal.people.access.rights import demand_hr_for
from portal.people.access.viewer import Viewer
from portal.people.facts.act import act
from portal.people.facts.days import take_over
from portal.people.facts.plan import Plan
from portal.people.models import (
    HomeState,
    Person,
    PersonIdentifier,
    PersonName,
    PersonProfession,
    Profession,
)


@act("name", gettext_lazy("Name changed"), corrected=gettext_lazy("Name corrected"))
def change_name(
    plan: Plan,
    /,
    person: Person,
    *,
    first_name: str,
    last_name: str,
    on: date,
    by: Viewer | None,
    kind: str = PersonName.Kind.LEGAL,
    last_day: date | None = None,
    reason: str = "",
) -> PersonName:
    """A name from a day on; the former one stays on record. A former name recorded late has its own days.

    Raises OwnRecord, NotAllowed unless HR for the person.
    """
    demand_hr_for(by, person.pk)
    plan.lock([person.pk])
    name = PersonName(
        person=person,
        kind=kind,
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        starts_on=on,
        last_day=last_day,
        reason=reason,
    )
    return take_over(plan, name, plan.rows(PersonName, person_id=person.pk, kind=kind))


@act("profession", gettext_lazy("Profession"), corrected=gettext_lazy("Profession corrected"))
def set_profession(
    plan: Plan, /, person: Person, profession: Profession, *, on: date, by: Viewer | None
) -> PersonProfession:
    """The profession the person works in from a day on. Raises OwnRecord, NotAllowed."""
    demand_hr_for(by, person.pk)
    plan.lock([person.pk])
    fact = PersonProfession(person=person, profession=profession, starts_on=on)
    return take_over(plan, fact, plan.rows(PersonProfession, person_id=person.pk))


@act("home-state", gettext_lazy("Home state"), corrected=gettext_lazy("Home state corrected"))
def set_home_state(plan: Plan, /, person: Person, state: str, *, on: date, by: Viewer | None) -> HomeState:
    """A move to another state: it decides which compact license counts. Raises OwnRecord, NotAllowed."""
    demand_hr_for(by, person.pk)
    plan.lock([person.pk])
    return plan_home_state(plan, person, state, on=on)


def plan_home_state(plan: Plan, person: Person, state: str, *, on: date) -> HomeState:
    """The part of set_home_state after the check of rights, for acts that make their own."""
    fact = HomeState(person=person, state=state.upper(), starts_on=on)
    return take_over(plan, fact, plan.rows(HomeState, person_id=person.pk))


@act("identifier", gettext_lazy("Number in another system"))
def add_identifier(
    plan: Plan, /, person: Person, system: str, value: str, *, on: date, by: Viewer | None
) -> PersonIdentifier:
    """The number another system knows the person by. Raises OwnRecord, NotAllowed."""
    demand_hr_for(by, person.pk)
    plan.lock([person.pk])
    row = PersonIdentifier(person=person, system=system, value=value, starts_on=on)
    return take_over(plan, row, plan.rows(PersonIdentifier, person_id=person.pk, system=system))
