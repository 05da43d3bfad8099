"""Adding a person, hiring and rehiring."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.log import record
from portal.dates import day_before
from portal.errors import NotAllowed
from portal.people.access.rights import demand_hr_for, demand_place, refuse_own_gain
from portal.people.access.viewer import Viewer
from portal.people.accounts.email import refuse_address, write_email
from portal.people.employment.details import plan_home_state
from portal.people.employment.end import lock_what_is_held, release
from portal.people.employment.positions import plan_position
from portal.people.errors import Overlap
from portal.people.facts.act import act
from portal.people.facts.acting import actor_of
from portal.people.facts.fresh import bring
from portal.people.facts.plan import Plan
from portal.people.models import Employment, Person, PersonName, Team


@act("add-person", gettext_lazy("Person added"))
def add_person(
    plan: Plan,
    /,
    *,
    employee_number: str,
    first_name: str,
    last_name: str,
    by: Viewer | None,
    on: date,
    email: str | None = None,
    birth_month: int | None = None,
    birth_day: int | None = None,
) -> Person:
    """A new person, without an account that opens and without employment.

    Raises NotAllowed unless by HR, Refused for a number in use.
    """
    if by is not None and not by.has("hr"):
        raise NotAllowed(_("Only HR adds people."))
    person = Person(
        employee_number=employee_number.strip().lower(),
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        birth_month=birth_month,
        birth_day=birth_day,
    )
    person.set_unusable_password()
    bring(plan, person)
    plan.lock([person.pk])
    plan.insert(
        PersonName(person=person, first_name=person.first_name, last_name=person.last_name, starts_on=on)
    )
    if plan.dry:
        refuse_address(person, email)
        return person
    if email:
        write_email(person, email, actor=actor_of(by))
    record("people.person.added", person, actor=actor_of(by))
    return person


@act("hire", gettext_lazy("Hired"), corrected=gettext_lazy("Hire corrected"))
def hire(
    plan: Plan,
    /,
    person: Person,
    *,
    starts_on: date,
    by: Viewer | None,
    kind: str = Employment.Kind.EMPLOYEE,
    last_day: date | None = None,
) -> Employment:
    """Employ the person from a day on; a rehire is a second row, and regains neither roles nor account.

    Raises Overlap, OwnRecord, NotAllowed unless HR for the person.
    """
    demand_hr_for(by, person.pk)
    return _employ(plan, person, starts_on, last_day, kind)


def _employ(plan: Plan, person: Person, starts_on: date, last_day: date | None, kind: str) -> Employment:
    lock_what_is_held(plan, person, starts_on)
    for row in plan.overlapping(Employment, starts_on, last_day, person_id=person.pk):
        if (row.starts_on, row.last_day, row.kind) == (starts_on, last_day, kind):
            return row
        raise Overlap(_("The person is already employed on some of these days."), field="starts_on")
    before = [row for row in plan.rows(Employment, person_id=person.pk) if row.starts_on < starts_on]
    if before and before[-1].last_day is not None and before[-1].last_day < day_before(starts_on):
        # A term that ran out by its date ended nothing by itself: nothing of it comes back.
        release(plan, person, before[-1].last_day, day_before(starts_on))
    return plan.insert(Employment(person=person, starts_on=starts_on, last_day=last_day, kind=kind))


@act("add-employee", gettext_lazy("Hired"), corrected=gettext_lazy("Hire corrected"))
def add_employee(
    plan: Plan,
    /,
    *,
    employee_number: str,
    first_name: str,
    last_name: str,
    team: Team,
    title: str,
    starts_on: date,
    by: Viewer | None,
    email: str | None = None,
    kind: str = Employment.Kind.EMPLOYEE,
    last_day: date | None = None,
    home_state: str = "",
    **position: Any,
) -> Person:
    """A new person, employed in a first position.

    Raises NotAllowed unless HR of a scope that holds the team (HR of a state: the home state),
    OwnRecord for whoever names themselves as the supervisor.
    """
    state = home_state.upper()
    demand_place(by, team, state)
    refuse_own_gain(by, position.get("supervisor"))
    if position.get("supervisor"):
        plan.lock_lines()
    person = add_person.into(
        plan,
        employee_number=employee_number,
        first_name=first_name,
        last_name=last_name,
        email=email,
        on=starts_on,
        by=by,
    )
    _employ(plan, person, starts_on, last_day, kind)
    if state:
        plan_home_state(plan, person, state, on=starts_on)
    plan_position(plan, person, team=team, title=title, starts_on=starts_on, last_day=last_day, **position)
    return person
