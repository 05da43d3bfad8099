"""Who may see what: judged by today's relation, written once per model as `visible_to(viewer)`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField, BooleanField, CharField, Q, Value
from django.db.models.functions import Cast

from portal.people.access.admission import Admission, admission_of
from portal.people.access.line import Line, line_of
from portal.people.access.place import places
from portal.people.models import Employment, HomeState, Person, Position, Role, RoleGrant, TeamTree

NOBODY = Q(pk__in=[])


# ---- the viewer's own facts ---------------------------------------------------------------------


@dataclass(frozen=True)
class _Own:
    employments: list[Employment]
    grants: list[RoleGrant]


_DAYS = ("id", "starts_on", "last_day")
_OF_A_GRANT = ("role", "scope", "state", "team_id", "sees_evaluations")


def _own_of(person: Person, on: date) -> _Own:
    """The person's employments, and the roles held on the day. One query."""
    nothing = [Cast(Value(""), CharField())] * 3
    none_of_a_grant = [*nothing, Cast(Value(None), BigIntegerField()), Cast(Value(False), BooleanField())]
    work = Employment.objects.current().filter(person=person).order_by()
    held = RoleGrant.objects.held(on).filter(person=person).order_by()
    rows = work.values_list(_kind(0), *_DAYS, *none_of_a_grant)
    rows = rows.union(held.values_list(_kind(1), *_DAYS, *_OF_A_GRANT), all=True)
    own = _Own([], [])
    for kind, *values in sorted(rows, key=lambda row: (row[0], row[2], row[1])):
        if kind:
            own.grants.append(RoleGrant.from_db(None, [*_DAYS, *_OF_A_GRANT], values))
        else:
            own.employments.append(Employment.from_db(None, _DAYS, values[: len(_DAYS)]))
    return own


def _kind(number: int) -> Cast:
    return Cast(Value(number), BigIntegerField())


@dataclass
class Viewer:
    """A person who looks, on a day: the roles and the line that day gives.

    Roles, leads and delegations count only while the person is employed, or is an external auditor
    within an engagement.
    """

    person: Person
    on: date
    _cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _own(self) -> "_Own":
        return _own_of(self.person, self.on)

    @property
    def employments(self) -> list[Employment]:
        """Those that count, by first day: their days are loaded."""
        return self._own.employments

    @cached_property
    def is_employed(self) -> bool:
        return any(row.holds(self.on) for row in self.employments)

    @property
    def grants(self) -> list[RoleGrant]:
        """Those held on the day: role, scope and days are loaded."""
        return self._own.grants

    @cached_property
    def admission(self) -> Admission:
        """May the person sign in on the day?"""
        return admission_of(self.person, self.employments, self.on)

    @cached_property
    def line(self) -> Line:
        return line_of(self.person.pk, self.on)

    @cached_property
    def roles(self) -> frozenset[str]:
        """staff, supervisor, hr, author, auditor, site_admin: those that hold on the day."""
        names = {str(grant.role) for grant in self.grants}
        if self.is_employed:
            names.add("staff")
        if self.line:
            names.add("supervisor")
        if self.person.is_superuser and self.admission.is_open:
            names.add(Role.SITE_ADMIN.value)
        return frozenset(names)

    def has(self, role: str) -> bool:
        return role in self.roles

    @cached_property
    def tree(self) -> TeamTree:
        """The teams as they lie on the day."""
        return TeamTree.load(self.on)

    # ---- the reach of HR --------------------------------------------------------------------

    @cached_property
    def is_hr_for_all(self) -> bool:
        """HR without a scope."""
        return any(grant.role == Role.HR and grant.scope == RoleGrant.Scope.ALL for grant in self.grants)

    @property
    def keeps_organization(self) -> bool:
        """May turn what concerns everybody: HR for all, and site admins."""
        return self.is_hr_for_all or self.has("site_admin")

    @cached_property
    def hr_teams(self) -> frozenset[int]:
        """The teams that the viewer is HR of by a grant for a team, with those below."""
        scoped = [g.team_id for g in self.grants if g.role == Role.HR and g.team_id is not None]
        return self.tree.below(scoped) if scoped else frozenset()

    @cached_property
    def hr_states(self) -> frozenset[str]:
        return frozenset(grant.state for grant in self.grants if grant.role == Role.HR and grant.state)

    # ---- circles ----------------------------------------------------------------------------

    def _grant_q(self, grant: RoleGrant, path: str, on: date | None = None) -> Q:
        day = on or self.on
        if grant.scope == RoleGrant.Scope.ALL:
            return ~NOBODY
        if grant.scope == RoleGrant.Scope.TEAM:
            tree = self.tree if day == self.on else TeamTree.load(day)
            held = places(Position, day).filter(team_id__in=tree.below([grant.team_id or 0]))
        else:
            held = places(HomeState, day).filter(state=grant.state)
        return Q(**{f"{path}__in": held.values("person_id")})

    def _grants_q(self, grants: Iterable[RoleGrant], path: str, on: date | None = None) -> Q:
        rows = NOBODY
        for grant in grants:
            rows |= self._grant_q(grant, path, on)
        return rows

    def role_q(self, roles: Iterable[str], path: str, *, on: date | None = None) -> Q:
        """People (at `path`, an id column) inside the scope of one of these roles. Nobody if none is held.

        The roles are those of today; `on`: who was inside the scope on another day.
        """
        wanted = set(roles)
        return self._grants_q((grant for grant in self.grants if grant.role in wanted), path, on)

    def line_q(self, path: str) -> Q:
        """People in the viewer's line downward; the viewer, and whom the viewer stands in for, left out.

        Who is not here yet is in the line of the place to come: what is needed on day one is asked before.
        """
        if not self.line:
            return NOBODY
        held = places(Position, self.on, leavers=False)
        held = held.filter(Q(team_id__in=self.line.teams) | Q(supervisor_id__in=self.line.supervisors))
        left_out = [self.person.pk, *self.line.stands_in_for]
        return Q(**{f"{path}__in": held.values("person_id")}) & ~Q(**{f"{path}__in": left_out})

    def standing_q(self, path: str) -> Q:
        """The standing circle: oneself, the own line, HR and auditors within their scope."""
        return Q(**{path: self.person.pk}) | self.line_q(path) | self.role_q(["hr", "auditor"], path)

    def evaluation_q(self, path: str) -> Q:
        """Whose ratings, comments and evaluation documents the viewer reads, not only that they exist.

        The standing circle; of auditors those whose engagement says so.
        """
        grants = [
            grant
            for grant in self.grants
            if grant.role == Role.HR or (grant.role == Role.AUDITOR and grant.sees_evaluations)
        ]
        return Q(**{path: self.person.pk}) | self.line_q(path) | self._grants_q(grants, path)

    def restricted_q(self, path: str) -> Q:
        """The restricted circle: HR within its scope, never on one's own record."""
        return self.role_q(["hr"], path) & ~Q(**{path: self.person.pk})

    # ---- one person -------------------------------------------------------------------------

    def sees_standing_of(self, person_id: int) -> bool:
        return self._ask("standing", self.standing_q("pk"), person_id)

    def reads_evaluations_of(self, person_id: int) -> bool:
        return self._ask("evaluation", self.evaluation_q("pk"), person_id)

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

    def require_keeper(self) -> None:
        """Raises PermissionDenied (403) unless the viewer may turn what concerns everybody."""
        if not self.keeps_organization:
            raise PermissionDenied
