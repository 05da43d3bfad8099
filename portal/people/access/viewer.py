"""Who may see what: judged by today's relation, written once per model as `visible_to(viewer)`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from portal.people.models import (
    Delegation,
    Employment,
    HomeState,
    Person,
    Position,
    Role,
    RoleGrant,
    TeamLead,
    TeamTree,
)


@dataclass(frozen=True)
class Line:
    """A supervisor's line downward: teams led (and those below), and people supervised by name."""

    teams: frozenset[int] = frozenset()
    supervisors: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.teams) or len(self.supervisors) > 0


def line_of(person_id: int, on: date) -> Line:
    """Everything below a person on a day: own teams, teams of delegators, and their lines in turn."""
    stood_in_for = Delegation.objects.current().on(on).filter(delegate_id=person_id)
    seeds = {person_id, *stood_in_for.values_list("person_id", flat=True)}
    leads = list(TeamLead.objects.current().on(on).values_list("person_id", "team_id"))
    named = list(
        Position.objects.current()
        .on(on)
        .filter(supervisor__isnull=False)
        .values_list("supervisor_id", "person_id")
    )
    if not any(lead in seeds for lead, _team in leads) and not any(boss in seeds for boss, _p in named):
        return Line()
    tree = TeamTree.load()
    # Where those who supervise by name work: their own line comes along with their team.
    seats = Position.objects.current().on(on).filter(person_id__in={boss for boss, _p in named})
    placed = list(seats.values_list("person_id", "team_id"))
    bosses, teams = set(seeds), set[int]()
    while True:
        led = tree.below(team for lead, team in leads if lead in bosses)
        below = {worker for boss, worker in named if boss in bosses}
        # Who leads a team inside the line, or is supervised by name, brings the own line along.
        grown = bosses | below | {lead for lead, team in leads if team in led}
        grown |= {boss for boss, team in placed if team in led}
        if led <= teams and grown == bosses:
            break
        teams |= led
        bosses = grown
    return Line(frozenset(teams), frozenset(bosses))


@dataclass
class Viewer:
    """A person who looks, on a day: the roles and the line that day gives."""

    person: Person
    on: date
    _cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def grants(self) -> list[RoleGrant]:
        return list(RoleGrant.objects.current().on(self.on).filter(person=self.person))

    @cached_property
    def line(self) -> Line:
        return line_of(self.person.pk, self.on)

    @cached_property
    def is_employed(self) -> bool:
        return Employment.objects.current().on(self.on).filter(person=self.person).exists()

    @cached_property
    def roles(self) -> frozenset[str]:
        """staff, supervisor, hr, author, auditor, site_admin: those that hold on the day."""
        names = {str(grant.role) for grant in self.grants}
        if self.is_employed:
            names.add("staff")
        if self.line:
            names.add("supervisor")
        if self.person.is_superuser:
            names.add(Role.SITE_ADMIN.value)
        return frozenset(names)

    def has(self, role: str) -> bool:
        return role in self.roles

    def _grant_q(self, grant: RoleGrant, path: str) -> Q:
        if grant.scope == RoleGrant.Scope.ALL:
            return ~Q(pk__in=[])
        held = Position.objects.current().on(self.on)
        if grant.scope == RoleGrant.Scope.TEAM:
            teams = TeamTree.load().below([grant.team_id or 0])
            held = held.filter(team_id__in=teams)
        else:
            in_state = HomeState.objects.current().on(self.on).filter(state=grant.state)
            return Q(**{f"{path}__in": in_state.values("person_id")})
        return Q(**{f"{path}__in": held.values("person_id")})

    def role_q(self, roles: Iterable[str], path: str) -> Q:
        """People (at `path`, an id column) inside the scope of one of these roles. Nobody if none is held."""
        wanted = set(roles)
        rows = Q(pk__in=[])
        for grant in self.grants:
            if grant.role in wanted:
                rows |= self._grant_q(grant, path)
        return rows

    def line_q(self, path: str) -> Q:
        """People in the viewer's line downward, the viewer left out."""
        if not self.line:
            return Q(pk__in=[])
        held = (
            Position.objects.current()
            .on(self.on)
            .filter(Q(team_id__in=self.line.teams) | Q(supervisor_id__in=self.line.supervisors))
        )
        return Q(**{f"{path}__in": held.values("person_id")}) & ~Q(**{path: self.person.pk})

    def standing_q(self, path: str) -> Q:
        """The standing circle: oneself, the own line, HR and auditors within their scope."""
        return Q(**{path: self.person.pk}) | self.line_q(path) | self.role_q(["hr", "auditor"], path)

    def restricted_q(self, path: str) -> Q:
        """The restricted circle: HR within its scope, never on one's own record."""
        return self.role_q(["hr"], path) & ~Q(**{path: self.person.pk})

    def sees_standing_of(self, person_id: int) -> bool:
        return self._ask("standing", self.standing_q("pk"), person_id)

    def leads(self, person_id: int) -> bool:
        """Is the person in the viewer's line downward?"""
        return self._ask("line", self.line_q("pk"), person_id)

    def is_hr_for(self, person_id: int) -> bool:
        """HR for this person: inside the scope, and never for oneself."""
        if person_id == self.person.pk or "hr" not in self.roles:
            return False
        return self._ask("hr", self.role_q(["hr"], "pk"), person_id)

    def _ask(self, name: str, condition: Q, person_id: int) -> bool:
        key = f"{name}:{person_id}"
        if key not in self._cache:
            self._cache[key] = Person.objects.filter(condition, pk=person_id).exists()
        answer: bool = self._cache[key]
        return answer

    def require(self, *roles: str) -> None:
        """Raises PermissionDenied (403) unless one of the roles is held."""
        if not self.roles.intersection(roles):
            raise PermissionDenied
