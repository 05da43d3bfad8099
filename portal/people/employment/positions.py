"""Positions, and the one that is primary on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.dates import day_before
from portal.errors import Refused
from portal.people.errors import Cycle, Overlap
from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import recompute
from portal.people.facts.record import insert
from portal.people.facts.replace import replace
from portal.people.models import Employment, Person, Position, Profession, Team
from portal.people.own_record import refuse_own_record


@transaction.atomic
def take_position(
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
    """Put the person in a position from a day on.

    A primary one takes the place of the primary one before it: exactly one on any day.
    Raises Refused where the person is not employed, Cycle for a ring of supervisors.
    """
    refuse_own_record(actor, person.pk)
    lock_people([person.pk])
    employed = Employment.objects.current().filter(person=person).on(starts_on)
    if not employed.exists():
        raise Refused(_("The person is not employed on that day."), field="starts_on")
    if supervisor is not None:
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
