"""Hiring, rehiring, ending; positions and the one that is primary."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.dates import day_after, day_before
from portal.errors import Refused
from portal.people import changing
from portal.people.errors import Cycle, Overlap
from portal.people.facts import replace
from portal.people.models import Discipline, Employment, Person, Position, Team, TeamLead
from portal.people.recording import insert, not_own


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
    not_own(actor, person.pk)
    changing.lock_people([person.pk])
    _refuse_overlap(person, starts_on, last_day)
    row = insert(
        Employment(person=person, starts_on=starts_on, last_day=last_day, kind=kind), actor=actor, batch=batch
    )
    changing.changed([person.pk])
    return row


@transaction.atomic
def end_employment(
    person: Person, *, last_day: date, actor: Person, end_reason: str = "", reason: str = ""
) -> Employment:
    """End the employment that holds the day; open positions and leads end with it.

    Raises Refused when there is none, or the day lies before its first.
    """
    not_own(actor, person.pk)
    changing.lock_people([person.pk])
    row = Employment.objects.current().filter(person=person).on(last_day).first()
    if row is None:
        raise Refused(_("The person is not employed on that day."), field="last_day")
    fresh = replace(row, by=actor, reason=reason, last_day=last_day, end_reason=end_reason)
    for model in (Position, TeamLead):
        for held in model.objects.current().filter(person=person).overlapping(day_after(last_day), None):
            if held.starts_on <= last_day:
                replace(held, by=actor, reason=reason, last_day=last_day)
    changing.changed([person.pk])
    record("people.fact.ended", fresh, actor=actor, person=person.pk, model="employment")
    return fresh


@transaction.atomic
def take_position(
    person: Person,
    *,
    team: Team,
    title: str,
    starts_on: date,
    actor: Person | None,
    last_day: date | None = None,
    discipline: Discipline | None = None,
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
    not_own(actor, person.pk)
    changing.lock_people([person.pk])
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
            discipline=discipline,
            states_served=sorted({state.upper() for state in states_served}),
            supervisor=supervisor,
            is_primary=primary,
            **values,
        ),
        actor=actor,
        batch=batch,
    )
    changing.changed([person.pk])
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
