"""Adding a person, hiring and rehiring."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.dates import day_after, day_before
from portal.errors import NotAllowed, refused_from
from portal.people.access.rights import actor_of, demand_hr_for, demand_place, refuse_own_gain
from portal.people.access.viewer import Viewer
from portal.people.accounts.email import write_email
from portal.people.employment.details import take_home_state
from portal.people.employment.end import release, supervised_by_name
from portal.people.employment.positions import put_in_position
from portal.people.errors import Overlap
from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import recompute
from portal.people.facts.record import insert
from portal.people.models import Employment, Person, PersonName, Team


@transaction.atomic
def add_person(
    *,
    employee_number: str,
    first_name: str,
    last_name: str,
    by: Viewer | None,
    on: date,
    email: str | None = None,
    birth_month: int | None = None,
    birth_day: int | None = None,
    batch: Any = None,
) -> Person:
    """A new person, without an account that opens and without employment.

    Raises NotAllowed unless by HR, Refused for a number in use.
    """
    if by is not None and not by.has("hr"):
        raise NotAllowed(_("Only HR adds people."))
    actor = actor_of(by)
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
        write_email(person, email, actor=actor)
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
    by: Viewer | None,
    kind: str = Employment.Kind.EMPLOYEE,
    last_day: date | None = None,
    batch: Any = None,
) -> Employment:
    """Employ the person from a day on; a rehire is a second row, and regains neither roles nor account.

    Raises Overlap, OwnRecord, NotAllowed unless HR for the person.
    """
    demand_hr_for(by, person.pk)
    return _employ(person, starts_on, last_day, kind, actor_of(by), batch)


def _employ(
    person: Person, starts_on: date, last_day: date | None, kind: str, actor: Person | None, batch: Any
) -> Employment:
    gap = _gap_before(person, starts_on)
    workers = supervised_by_name(person, *gap) if gap else set()
    lock_people([person.pk, *workers])
    _refuse_overlap(person, starts_on, last_day)
    if gap:
        # A term that ran out by its date ended nothing by itself: nothing of it comes back.
        release(person, day_before(gap[0]), gap[1], actor, "")
    row = insert(
        Employment(person=person, starts_on=starts_on, last_day=last_day, kind=kind), actor=actor, batch=batch
    )
    recompute({person.pk, *workers})
    return row


def _gap_before(person: Person, starts_on: date) -> tuple[date, date] | None:
    """The days without employment before a return, first and last; None where there are none."""
    rows = Employment.objects.current().filter(person=person, starts_on__lt=starts_on)
    last = rows.order_by("-last_day").values_list("last_day", flat=True).first()
    if last is None or last >= day_before(starts_on):
        return None
    return day_after(last), day_before(starts_on)


@transaction.atomic
def add_employee(
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
    person = add_person(
        employee_number=employee_number,
        first_name=first_name,
        last_name=last_name,
        email=email,
        on=starts_on,
        by=by,
    )
    _employ(person, starts_on, last_day, kind, actor_of(by), None)
    if state:
        take_home_state(person, state, on=starts_on, actor=actor_of(by))
    put_in_position(
        person,
        team=team,
        title=title,
        starts_on=starts_on,
        last_day=last_day,
        actor=actor_of(by),
        **position,
    )
    return person
