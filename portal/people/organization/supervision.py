"""Who answers for a person on a day. The supervisor is a place; the answer is never nobody."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Case, CharField, F, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Concat

from portal.errors import Refused
from portal.people.access.place import places
from portal.people.models import (
    Absence,
    Delegation,
    Employment,
    HomeState,
    Person,
    Position,
    Role,
    RoleGrant,
    TeamLead,
    TeamPlace,
    TeamTree,
)
from portal.prepared import prepared


class Via(StrEnum):
    """By which way the supervisor was found."""

    OWN = "own"
    LEAD = "lead"
    ACTING = "acting"
    DELEGATE = "delegate"
    PARENT = "parent"
    HR = "hr"


@dataclass(frozen=True)
class Supervision:
    person: Person
    via: Via


class Holder(NamedTuple):
    """Who supervises, by id; `place`: who holds the place, another one where the person stands in."""

    person_id: int
    via: Via
    place: int


@dataclass(frozen=True)
class _Grant:
    """Who holds a role, over whom."""

    person_id: int
    role: str
    scope: str
    state: str
    team_id: int


@dataclass(frozen=True)
class _Seat:
    """Where somebody belongs: the team, and the supervisor by name if there is one."""

    team_id: int
    supervisor_id: int | None


# ---- what a day says, read at once ------------------------------------------------------------

# What kind of row, two ids, a word, and the row's own id: the same columns from every table.
type _Row = tuple[str, int, int, str, int]


def _columns(rows: Any, what: Any, one: str, two: Any = 0, word: Any = "") -> Any:
    text, number = CharField(), IntegerField()
    return rows.order_by().values_list(
        Cast(Value(what) if isinstance(what, str) else what, text),
        Cast(F(one), number),
        Cast(Coalesce(F(two), Value(0)) if isinstance(two, str) else Value(two), number),
        Cast(Value(word) if isinstance(word, str) else word, text),
        Cast(F("pk"), number),
    )


def _answerers(on: date, people: Collection[int], path: str) -> Q:
    """At `path`, an id column: these people, and whoever could answer for them."""
    leads = TeamLead.objects.current().on(on).values("person_id")
    named = Position.objects.current().filter(supervisor__isnull=False).values("supervisor_id")
    delegates = Delegation.objects.current().on(on).values("delegate_id")
    grants = RoleGrant.objects.current().on(on).filter(role=Role.HR).values("person_id")
    found = Q(**{f"{path}__in": list(people)})
    for ids in (leads, named, delegates, grants):
        found |= Q(**{f"{path}__in": ids})
    return found


def _day_rows(on: date, work: Any) -> Any:
    """Where teams lie, leads, stand-ins, absences, these employments, roles. One query."""
    when = Case(
        When(starts_on__gt=on, then=Value("coming")),
        When(last_day__lt=on, then=Value("gone")),
        default=Value("employed"),
    )
    acting = Case(When(acting=True, then=Value("acting")), default=Value(""))
    reach = Concat(F("role"), Value(":"), F("scope"), Value(":"), F("state"), output_field=CharField())
    parts = [
        _columns(TeamPlace.objects.current().on(on), "place", "team_id", "parent_id"),
        _columns(TeamLead.objects.current().on(on), "lead", "team_id", "person_id", acting),
        _columns(Delegation.objects.current().on(on), "delegate", "person_id", "delegate_id"),
        _columns(Absence.objects.current().on(on), "away", "person_id"),
        _columns(work, when, "person_id"),
        _columns(
            RoleGrant.objects.held(on).filter(role__in=[Role.HR, Role.SITE_ADMIN], person__is_active=True),
            "grant", "person_id", "team_id", reach,
        ),
    ]  # fmt: skip
    return parts[0].union(*parts[1:], all=True).order_by()


@prepared
def _day_of_all(on: date) -> Any:
    return _day_rows(on, Employment.objects.current())


@prepared
def _day_of(on: date, people: Collection[int]) -> Any:
    return _day_rows(on, Employment.objects.current().filter(_answerers(on, people, "person_id")))


def _seats(on: date) -> Any:
    rows = places(Position, on).order_by("-is_primary", "id")
    return rows.values_list("person_id", "team_id", "supervisor_id")


@prepared
def _seats_of_all(on: date) -> Any:
    return _seats(on)


@prepared
def _seats_of(on: date, people: Collection[int]) -> Any:
    return _seats(on).filter(_answerers(on, people, "person_id"))


@prepared
def _home_states(on: date) -> Any:
    return places(HomeState, on).order_by("id").values_list("person_id", "state")


class OrgChart:
    """The chart of one day: four queries however many people are asked about.

    Everybody has a place: the primary position of the day, else the next, else the last. `people`: ids of
    those who are asked about; None: anybody may be.
    """

    def __init__(self, on: date, people: Collection[int] | None = None) -> None:
        self.on = on
        self._asked = people

    @cached_property
    def _rows(self) -> dict[str, list[_Row]]:
        found: dict[str, list[_Row]] = {}
        rows: list[_Row] = _day_of_all(self.on) if self._asked is None else _day_of(self.on, self._asked)
        for row in sorted(rows, key=lambda row: row[4]):
            found.setdefault(row[0], []).append(row)
        return found

    def _ids(self, what: str) -> set[int]:
        return {row[1] for row in self._rows.get(what, ())}

    @cached_property
    def tree(self) -> TeamTree:
        return TeamTree({row[1]: row[2] or None for row in self._rows.get("place", ())})

    @cached_property
    def _leads(self) -> dict[int, list[tuple[int, bool]]]:
        """Team -> who leads it; those who act in the lead's place last."""
        found: dict[int, list[tuple[int, bool]]] = {}
        for row in sorted(self._rows.get("lead", ()), key=lambda row: row[3] == "acting"):
            found.setdefault(row[1], []).append((row[2], row[3] == "acting"))
        return found

    @cached_property
    def _delegates(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for row in self._rows.get("delegate", ()):
            found.setdefault(row[1], []).append(row[2])
        return found

    @cached_property
    def away(self) -> set[int]:
        return self._ids("away")

    @cached_property
    def employed(self) -> set[int]:
        return self._ids("employed")

    @cached_property
    def _seats(self) -> dict[int, _Seat]:
        rows = _seats_of_all(self.on) if self._asked is None else _seats_of(self.on, self._asked)
        found: dict[int, _Seat] = {}
        for person, team, supervisor in rows:
            found.setdefault(person, _Seat(team, supervisor))
        return found

    @cached_property
    def _grants(self) -> list[_Grant]:
        found = []
        for _what, person, team, reach, _pk in self._rows.get("grant", ()):
            role, scope, state = reach.split(":")
            found.append(_Grant(person, role, scope, state, team))
        return found

    @cached_property
    def _home_states(self) -> dict[int, str]:
        if not any(grant.scope == RoleGrant.Scope.STATE for grant in self._grants):
            return {}
        return dict(_home_states(self.on))

    @cached_property
    def people(self) -> dict[int, Person]:
        """Whoever can answer for somebody, by id."""
        ids = {person for leads in self._leads.values() for person, _acting in leads}
        ids |= {seat.supervisor_id for seat in self._seats.values() if seat.supervisor_id is not None}
        ids |= {person for rows in self._delegates.values() for person in rows}
        ids |= {grant.person_id for grant in self._grants}
        return Person.objects.in_bulk(ids)

    # ---- who is here ----------------------------------------------------------------------------

    def is_here(self, person_id: int) -> bool:
        """Employed on the day and not away."""
        return person_id in self.employed and person_id not in self.away

    def has_left(self, person_id: int) -> bool:
        """Was employed, is not, and does not come back on a day that is known."""
        gone = person_id in self._ids_of_the_gone and person_id not in self.employed
        return gone and person_id not in self._coming

    @cached_property
    def _ids_of_the_gone(self) -> set[int]:
        return self._ids("gone")

    @cached_property
    def _coming(self) -> set[int]:
        return self._ids("coming")

    # ---- HR -------------------------------------------------------------------------------------

    @property
    def hr(self) -> list[Person]:
        """HR of whatever scope, then site admins."""
        ranked = sorted(self._grants, key=lambda grant: grant.role != Role.HR)
        ids = dict.fromkeys(g.person_id for g in ranked if g.role == Role.HR or g.scope == "all")
        return [self.people[pk] for pk in ids]

    def hr_for(self, person_id: int) -> list[int]:
        """HR of the person's team, else of the home state, else for everybody; of these all who are here."""
        for ids in self._hr_of(person_id):
            if here := [pk for pk in ids if pk != person_id and self.is_here(pk)]:
                return here
        return []

    def _hr_of(self, person_id: int) -> Iterator[list[int]]:
        """Those whose scope holds the person, from the narrowest scope to the widest."""
        seat = self._seats.get(person_id)
        teams = set(self.tree.upward(seat.team_id)) if seat else set()
        state = self._home_states.get(person_id)
        rows = [grant for grant in self._grants if grant.role == Role.HR]
        yield [g.person_id for g in rows if g.scope == RoleGrant.Scope.TEAM and g.team_id in teams]
        yield [g.person_id for g in rows if g.scope == RoleGrant.Scope.STATE and g.state == state]
        yield [g.person_id for g in rows if g.scope == RoleGrant.Scope.ALL]

    def _last_resort(self, person_id: int) -> Iterator[int]:
        """HR who is here, then HR who is away, then site admins: somebody has to answer."""
        yield from self.hr_for(person_id)
        for ids in self._hr_of(person_id):
            yield from ids
        yield from (grant.person_id for grant in self._grants if grant.role == Role.SITE_ADMIN)

    # ---- the line -------------------------------------------------------------------------------

    def _present(self, candidate: int, person_id: int, via: Via) -> Holder | None:
        """The candidate if here, else the candidate's delegate; never the person asked about.

        A stand-in does not lead whom she stands in for; who has left has no stand-in.
        """
        if candidate == person_id or candidate not in self.employed:
            return None
        if self.is_here(candidate):
            return Holder(candidate, via, candidate)
        for delegate in self._delegates.get(candidate, ()):
            if delegate != person_id and self.is_here(delegate):
                return Holder(delegate, Via.DELEGATE, candidate)
        return None

    def _of_team(self, team_id: int, person_id: int, via: Via | None) -> Holder | None:
        for lead, is_acting in self._leads.get(team_id, ()):
            way = via or (Via.ACTING if is_acting else Via.LEAD)
            if found := self._present(lead, person_id, way):
                return found
        return None

    def in_line(self, person_id: int) -> Holder | None:
        """The position's own supervisor, else the team's lead, else up the tree; None where nobody is."""
        seat = self._seats.get(person_id)
        if seat and seat.supervisor_id and (found := self._present(seat.supervisor_id, person_id, Via.OWN)):
            return found
        via = None
        for team_id in self.tree.upward(seat.team_id if seat else None):
            if found := self._of_team(team_id, person_id, via):
                return found
            via = Via.PARENT
        return None

    def next_up(self, person_id: int) -> Holder | None:
        """The supervisor of whoever holds the supervisor's place; None where nobody is, or it is the person."""
        first = self.in_line(person_id)
        found = self.in_line(first.place) if first else None
        if found is None or first is None or found.person_id in (person_id, first.person_id):
            return None
        return found

    def supervisor_of(self, person_id: int) -> Supervision:
        """The supervisor in the line, else HR for the person, else a site admin.

        Raises Refused when the organization has neither HR nor a site admin.
        """
        if found := self.in_line(person_id):
            return Supervision(self.people[found.person_id], found.via)
        for pk in self._last_resort(person_id):
            if pk != person_id:
                return Supervision(self.people[pk], Via.HR)
        raise Refused("Nobody is responsible: grant the HR role to somebody.")


def supervisor_on(person: Person, day: date) -> Supervision:
    return OrgChart(day, [person.pk]).supervisor_of(person.pk)
