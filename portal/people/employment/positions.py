"""Positions, and the one that is primary on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.dates import day_before
from portal.errors import Refused
from portal.people.access.place import places
from portal.people.access.rights import actor_of, demand_hr_for, demand_place, refuse_own_gain
from portal.people.access.viewer import Viewer
from portal.people.errors import Cycle, Overlap
from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import recompute
from portal.people.facts.record import insert
from portal.people.facts.replace import replace
from portal.people.models import (
    Employment,
    HomeState,
    Person,
    PersonProfession,
    Position,
    Profession,
    Team,
)


@transaction.atomic
def take_position(
    person: Person,
    *,
    team: Team,
    title: str,
    starts_on: date,
    by: Viewer | None,
    profession: Profession | None = None,
    supervisor: Person | None = None,
    **values: Any,
) -> Position:
    """Put the person in a position from a day on.

    A primary one takes the place of the primary one before it: exactly one on any day.
    Raises OwnRecord, NotAllowed unless HR for the person and over the team; Refused where the person
    is not employed, or works in a profession and none is given; Cycle for a ring of supervisors.
    """
    demand_hr_for(by, person.pk)
    if by is not None:
        states = places(HomeState, by.on).filter(person=person, state__in=by.hr_states)
        demand_place(by, team, states.values_list("state", flat=True).first() or "")
    if supervisor is not None and not _supervises_already(supervisor, person, starts_on):
        refuse_own_gain(by, supervisor)
    if profession is None and (known := profession_on(person, starts_on)):
        raise Refused(
            _("Say the profession: %(name)s as before, or which from now on.") % {"name": known.name},
            field="profession",
        )
    return put_in_position(
        person,
        team=team,
        title=title,
        starts_on=starts_on,
        actor=actor_of(by),
        profession=profession,
        supervisor=supervisor,
        **values,
    )


def _supervises_already(supervisor: Person, person: Person, on: date) -> bool:
    rows = Position.objects.current().filter(person=person, supervisor=supervisor)
    return rows.filter(starts_on__lte=on).overlapping(day_before(on), None).exists()


def profession_on(person: Person, on: date) -> Profession | None:
    """The profession the person works in on the day: of the primary position, else on record."""
    held = Position.objects.current().filter(person=person, is_primary=True, starts_on__lte=on)
    last = held.select_related("profession").order_by("-starts_on", "-id").first()
    if last is not None and last.profession is not None:
        return last.profession
    row = PersonProfession.objects.current().on(on).filter(person=person).select_related("profession").first()
    return row.profession if row else None


@transaction.atomic
def put_in_position(
    person: Person,
    *,
    team: Team,
    title: str,
    starts_on: date,
    actor: Person | None,
    last_day: date | None = None,
    profession: Profession | None = None,
    states_served: Iterable[str] = (),
    supervisor: Person | None = None,
    primary: bool = True,
    batch: Any = None,
    **values: Any,
) -> Position:
    """The part of take_position after the check of rights, for use cases that make their own."""
    lock_people([person.pk])
    employed = Employment.objects.current().filter(person=person).on(starts_on)
    if not employed.exists():
        raise Refused(_("The person is not employed on that day."), field="starts_on")
    if supervisor is not None:
        _refuse_absent_supervisor(supervisor, starts_on)
        refuse_supervisor_ring(person, supervisor, starts_on)
    if primary:
        _make_way(person, starts_on, last_day, actor)
    elif not Position.objects.current().filter(person=person, is_primary=True).on(starts_on).exists():
        raise Refused(_("The first position is the primary one."), field="primary")
    row = insert(
        Position(
            person=person,
            team=team,
            title=title,
            starts_on=starts_on,
            last_day=last_day,
            profession=profession,
            states_served=sorted({state.upper() for state in states_served}),
            supervisor=supervisor,
            is_primary=primary,
            **values,
        ),
        actor=actor,
        batch=batch,
    )
    recompute([person.pk])
    return row


def _refuse_absent_supervisor(supervisor: Person, on: date) -> None:
    if not Employment.objects.current().filter(person=supervisor).on(on).exists():
        raise Refused(_("This person does not work here on that day."), field="supervisor")


def _make_way(person: Person, starts_on: date, last_day: date | None, actor: Person | None) -> None:
    """End the primary position before; refuse what would leave two on one day."""
    rows = Position.objects.current().filter(person=person, is_primary=True).overlapping(starts_on, last_day)
    for row in rows:
        if row.starts_on >= starts_on or (
            last_day is not None and (row.last_day is None or row.last_day > last_day)
        ):
            raise Overlap(
                _("Another position is primary on some of these days. End or correct it first."),
                field="starts_on",
            )
        replace(row, by=actor, last_day=day_before(starts_on))


def refuse_supervisor_ring(person: Person, supervisor: Person, on: date) -> None:
    """Nobody supervises, by name, somebody who supervises them. Raises Cycle."""
    seen, current = {person.pk}, supervisor.pk
    while current not in seen:
        seen.add(current)
        above = Position.objects.current().on(on).filter(person_id=current, supervisor__isnull=False)
        nxt = above.values_list("supervisor_id", flat=True).first()
        if nxt is None:
            return
        current = nxt
    raise Cycle(_("They would supervise each other."), field="supervisor")
