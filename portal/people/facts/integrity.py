"""What must hold among facts about people, whatever act or withdrawal changed them last.

Acts check their own part with words at a field. This is the net under taking back: what contradicts
itself after a plan, and did not before, is refused with the change that stands in the way.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from portal.dates import day_after
from portal.errors import Refused
from portal.people.errors import Conflict
from portal.people.facts.plan import Plan
from portal.people.models import (
    Absence,
    Change,
    Delegation,
    Employment,
    HomeState,
    PersonName,
    PersonProfession,
    Position,
    Role,
    RoleGrant,
    TeamLead,
)
from portal.people.models.fact import DatedFact


class Contradiction(NamedTuple):
    """A row that cannot be true beside the others; `why` in words. `beside`: the others, as far as known."""

    row: DatedFact
    why: str
    beside: tuple[DatedFact, ...] = ()


type Check = Callable[[Plan, set[int]], Iterator[Contradiction]]

_checks: list[Check] = []


def register_check(check: Check) -> None:
    """Another room checks its own kinds: `check(plan, people)` gives the contradictions after the plan."""
    if check not in _checks:
        _checks.append(check)


def refuse_contradictions(plan: Plan) -> None:
    """Raises Conflict, naming the changes that put on record what the plan would leave contradictory.

    Contradictions that were there before the plan do not count.
    """
    people = plan.about() | _named(plan)
    found = list(_all(plan, people))
    if not found:
        return
    before = {_key(one.row) for one in _all(Plan("", by=None, dry=True), people)}
    fresh = [one for one in found if _key(one.row) not in before]
    changes = {change for one in fresh if (change := _said_last(one)) is not None}
    if changes:
        raise Conflict(*changes)
    if fresh:
        raise Refused(fresh[0].why)


def _named(plan: Plan) -> set[int]:
    """Who supervises or stands in by a row that the plan puts on record: they have to be employed, too."""
    rows: list[Any] = list(plan.inserted)
    names = ("supervisor_id", "delegate_id")
    return {pk for row in rows for name in names if (pk := getattr(row, name, None))}


def _key(row: DatedFact) -> tuple[str, int | None]:
    return row._meta.label, row.pk


def _said_last(one: Contradiction) -> Change | None:
    """The latest of the changes that said what cannot be true together."""
    firsts = [row.origin or row for row in (one.row, *one.beside)]
    changes: list[Change] = [row.inserted_in for row in firsts if row.inserted_in is not None]
    return max(changes, key=lambda change: change.pk, default=None)


def _all(plan: Plan, people: set[int]) -> Iterator[Contradiction]:
    for person in sorted(people):
        yield from _of_person(plan, person)
    for check in _checks:
        yield from check(plan, people)


def _of_person(plan: Plan, person: int) -> Iterator[Contradiction]:
    employed = plan.rows(Employment, person_id=person)
    yield from _at_once(employed, _("Two employments would hold on the same day."))
    positions = plan.rows(Position, person_id=person)
    primary = [row for row in positions if row.is_primary]
    yield from _at_once(primary, _("Two positions would be primary on the same day."))
    for row in positions:
        if not row.is_primary and not any(other.holds(row.starts_on) for other in primary):
            yield Contradiction(row, _("A position would be without the primary one."))
    exclusive: list[Sequence[DatedFact]] = [
        plan.rows(HomeState, person_id=person),
        plan.rows(PersonProfession, person_id=person),
        *_by(plan.rows(PersonName, person_id=person), "kind"),
        *_by(plan.rows(Absence, person_id=person), "kind_id"),
    ]
    for rows in exclusive:
        yield from _at_once(rows, _("Two would hold on the same day."))
    for held in _held(plan, person, positions):
        if not covered(employed, held.starts_on, held.last_day):
            why = _("The person would not be employed on these days.")
            yield Contradiction(held, why, tuple(employed))


def _held(plan: Plan, person: int, positions: list[Position]) -> Iterator[DatedFact]:
    """What somebody holds only while employed."""
    yield from positions
    yield from plan.rows(TeamLead, person_id=person)
    yield from plan.rows(Delegation, person_id=person)
    yield from plan.rows(Delegation, delegate_id=person)
    yield from plan.rows(Position, supervisor_id=person)
    for grant in plan.rows(RoleGrant, person_id=person):
        if grant.role != Role.AUDITOR:
            yield grant


def _by[Row: DatedFact](rows: list[Row], column: str) -> list[list[Row]]:
    found: dict[object, list[Row]] = {}
    for row in rows:
        found.setdefault(getattr(row, column), []).append(row)
    return list(found.values())


def _at_once(rows: Sequence[DatedFact], why: str) -> Iterator[Contradiction]:
    for before, after in pairwise(sorted(rows, key=lambda row: row.starts_on)):
        if before.last_day is None or before.last_day >= after.starts_on:
            yield Contradiction(after, why, (before,))


def covered(employments: Sequence[Employment], first: date, last: date | None) -> bool:
    """Is every one of these days a day of employment? `last` None: without end."""
    day: date = first
    for row in sorted(employments, key=lambda row: row.starts_on):
        if row.starts_on > day:
            return False
        if row.last_day is None:
            return True
        if row.last_day >= day:
            day = day_after(row.last_day)
        if last is not None and day > last:
            return True
    return False


def team_leads(plan: Plan, _people: set[int]) -> Iterator[Contradiction]:
    """One lead and one acting lead of a team on any day."""
    teams = {row.team_id for row in [*plan.closed.values(), *plan.inserted] if isinstance(row, TeamLead)}
    for team in sorted(teams):
        for rows in _by(plan.rows(TeamLead, team_id=team), "acting"):
            yield from _at_once(rows, _("Two would lead the team on the same day."))


register_check(team_leads)
