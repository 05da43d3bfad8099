"""A supervisor's line downward, from the leads, named supervision and delegations of a day."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from portal.people.models import Delegation, Employment, Position, TeamLead, TeamTree
from portal.prepared import prepared


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


def _leads(on: date) -> Any:
    return TeamLead.objects.current().on(on).filter(_of_the_employed(on, "person")).order_by()


def _supervised(on: date) -> Any:
    rows = Position.objects.current().on(on).order_by()
    return rows.filter(_of_the_employed(on, "supervisor"), supervisor__isnull=False)


@prepared
def _own(on: date, person_id: int) -> Any:
    """Whose line is the person's own: those stood in for; the person, where she leads anybody."""
    delegations = Delegation.objects.current().on(on).filter(delegate_id=person_id).order_by()
    delegations = delegations.filter(_of_the_employed(on, "person"), _of_the_employed(on, "delegate"))
    return delegations.values_list("person_id").union(
        _leads(on).filter(person_id=person_id).values_list("person_id"),
        _supervised(on).filter(supervisor_id=person_id).values_list("supervisor_id"),
    )


@prepared
def _led(on: date) -> Any:
    return _leads(on).values_list("person_id", "team_id")


@prepared
def _named(on: date) -> Any:
    return _supervised(on).values_list("supervisor_id", "person_id")


@prepared
def _seats(on: date, people: Collection[int]) -> Any:
    rows = Position.objects.current().on(on).filter(person_id__in=people)
    return rows.order_by().values_list("person_id", "team_id", "supervisor_id")


def line_of(person_id: int, on: date) -> Line:
    """Everything below a person on a day: own teams, teams of delegators, and their lines in turn.

    Only who is employed on the day leads, supervises by name, stands in or is stood in for.
    """
    # Most people lead nobody: that is found in one query, whatever the organization's size.
    own = _own(on, person_id)
    seeds = {person_id, *(found for (found,) in own)}
    if not own:
        return Line()
    stood_in_for = seeds - {person_id}
    led, named = _led(on), _named(on)
    if not any(lead in seeds for lead, _team in led) and not any(boss in seeds for boss, _p in named):
        return Line()
    # Where those who supervise by name work: their own line comes along with their team.
    seats = _seats(on, {boss for boss, _p in named} | stood_in_for)
    rows = _Rows(led, named, seats, TeamTree.load(on))
    teams, bosses = rows.below(seeds)
    return Line(teams, bosses, _not_below(rows, person_id, stood_in_for))


def _not_below(rows: _Rows, person_id: int, stood_in_for: set[int]) -> frozenset[int]:
    """Those stood in for who are not in the person's own line anyway."""
    if not stood_in_for:
        return frozenset()
    teams, bosses = rows.below({person_id})
    own = {person for person, team, above in rows.seats if team in teams or above in bosses}
    return frozenset(stood_in_for - own)
