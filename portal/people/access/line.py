"""A supervisor's line downward, from the leads, named supervision and delegations of a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Coalesce

from portal.people.models import Delegation, Employment, Position, TeamLead, TeamPlace, TeamTree


@dataclass(frozen=True)
class Line:
    """Teams led (and those below), people supervised by name, and whom the line leaves out.

    `stands_in_for`: those whose work the person does on the day and who are not below the person
    otherwise. A stand-in does not lead whom she stands in for.
    """

    teams: frozenset[int] = frozenset()
    supervisors: frozenset[int] = frozenset()
    stands_in_for: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.teams) or len(self.supervisors) > 0


@dataclass(frozen=True)
class _Rows:
    """Of one day: (lead, team), (supervisor by name, worker), (person, team, supervisor or None)."""

    leads: list[tuple[int, int]]
    named: list[tuple[int, int]]
    seats: list[tuple[int, int, int | None]]
    tree: TeamTree

    def below(self, seeds: Iterable[int]) -> tuple[frozenset[int], frozenset[int]]:
        """The teams and the supervisors of everything below these people, themselves included."""
        bosses, teams = set(seeds), set[int]()
        while True:
            led = self.tree.below(team for lead, team in self.leads if lead in bosses)
            # Who leads a team inside the line, or is supervised by name, brings the own line along.
            grown = bosses | {worker for boss, worker in self.named if boss in bosses}
            grown |= {lead for lead, team in self.leads if team in led}
            grown |= {boss for boss, team, _above in self.seats if team in led}
            if led <= teams and grown == bosses:
                return frozenset(teams), frozenset(bosses)
            teams |= led
            bosses = grown


def _of_the_employed(on: date, column: str) -> Exists:
    return Exists(Employment.objects.current().on(on).filter(person=OuterRef(column)))


def line_of(person_id: int, on: date) -> Line:
    """Everything below a person on a day: own teams, teams of delegators, and their lines in turn.

    Only who is employed on the day leads, supervises by name, stands in or is stood in for.
    """
    delegations = Delegation.objects.current().on(on).filter(delegate_id=person_id)
    delegations = delegations.filter(_of_the_employed(on, "person"), _of_the_employed(on, "delegate"))
    leads = TeamLead.objects.current().on(on).filter(_of_the_employed(on, "person"))
    positions = Position.objects.current().on(on)
    supervised = positions.filter(_of_the_employed(on, "supervisor"), supervisor__isnull=False)
    # Most people lead nobody: that is found in one query, whatever the organization's size.
    own = delegations.order_by().values_list("person_id")
    own = own.union(
        leads.filter(person_id=person_id).order_by().values_list("person_id"),
        supervised.filter(supervisor_id=person_id).order_by().values_list("supervisor_id"),
    )
    seeds = {person_id, *(found for (found,) in own)}
    if not own:
        return Line()
    stood_in_for = seeds - {person_id}
    # Where those who supervise by name work: their own line comes along with their team.
    seats = positions.filter(
        Q(person_id__in=supervised.values("supervisor_id")) | Q(person_id__in=stood_in_for)
    )
    rows = _read(leads, supervised, seats, on)
    if not any(lead in seeds for lead, _team in rows.leads) and not any(b in seeds for b, _p in rows.named):
        return Line()
    teams, bosses = rows.below(seeds)
    return Line(teams, bosses, _not_below(rows, person_id, stood_in_for))


def _read(leads: Any, supervised: Any, seats: Any, on: date) -> _Rows:
    """All that a line follows from, in one query."""
    parts = (
        _columns(leads, 0, "person_id", "team_id"),
        _columns(supervised, 1, "supervisor_id", "person_id"),
        _columns(seats, 2, "person_id", "team_id", "supervisor_id"),
        _columns(TeamPlace.objects.current().on(on), 3, "team_id", "parent_id"),
    )
    found: list[list[tuple[int, ...]]] = [[], [], [], []]
    for what, *ids in parts[0].union(*parts[1:], all=True):
        found[what].append(tuple(ids))
    led, named, sat, placed = found
    return _Rows(
        [(lead, team) for lead, team, _none in led],
        [(boss, worker) for boss, worker, _none in named],
        [(person, team, boss or None) for person, team, boss in sat],
        TeamTree({team: above or None for team, above, _none in placed}),
    )


def _columns(rows: Any, what: int, *names: str) -> Any:
    """Which kind of row, and three ids, 0 for none."""
    number = BigIntegerField()
    ids = [Cast(Coalesce(F(name), Value(0)), number) for name in names]
    ids += [Cast(Value(0), number)] * (3 - len(ids))
    return rows.order_by().values_list(Cast(Value(what), number), *ids)


def _not_below(rows: _Rows, person_id: int, stood_in_for: set[int]) -> frozenset[int]:
    """Those stood in for who are not in the person's own line anyway."""
    if not stood_in_for:
        return frozenset()
    teams, bosses = rows.below({person_id})
    own = {person for person, team, above in rows.seats if team in teams or above in bosses}
    return frozenset(stood_in_for - own)
