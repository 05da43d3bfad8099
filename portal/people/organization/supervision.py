"""Who supervises a person on a day. The supervisor is a place; the answer is never nobody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from portal.errors import Refused
from portal.people.models import (
    Absence,
    Delegation,
    Employment,
    Person,
    Position,
    Role,
    RoleGrant,
    TeamLead,
    TeamTree,
)
from portal.people.models.fact import DatedFact
from portal.people.organization.primary import primary_positions


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


def _by[Row: DatedFact](rows: Iterable[Row], attribute: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(getattr(row, attribute), []).append(row)
    return found


class OrgChart:
    """The chart of one day, loaded once: a handful of queries however many people are asked about."""

    def __init__(self, on: date) -> None:
        self.on = on

    @cached_property
    def tree(self) -> TeamTree:
        return TeamTree.load(self.on)

    @cached_property
    def _leads(self) -> dict[int, list[TeamLead]]:
        rows = TeamLead.objects.current().on(self.on).select_related("person").order_by("acting", "id")
        return _by(rows, "team_id")

    @cached_property
    def _positions(self) -> dict[int, Position]:
        return primary_positions(self.on)

    @cached_property
    def _delegates(self) -> dict[int, list[Delegation]]:
        return _by(
            Delegation.objects.current().on(self.on).select_related("delegate").order_by("id"), "person_id"
        )

    @cached_property
    def _away(self) -> set[int]:
        return set(Absence.objects.current().on(self.on).values_list("person_id", flat=True))

    @cached_property
    def _employed(self) -> set[int]:
        return set(Employment.objects.current().on(self.on).values_list("person_id", flat=True))

    @cached_property
    def hr(self) -> list[Person]:
        """HR for everybody first, then any HR, then site admins: the last resort has to be somebody."""
        grants = RoleGrant.objects.held(self.on).select_related("person").order_by("id")
        rank = {(Role.HR, "all"): 0, (Role.HR, "state"): 1, (Role.HR, "team"): 1, (Role.SITE_ADMIN, "all"): 2}
        rows = [grant for grant in grants if (grant.role, grant.scope) in rank and grant.person.is_active]
        return [grant.person for grant in sorted(rows, key=lambda g: (rank[(Role(g.role), g.scope)], g.pk))]

    def is_here(self, person_id: int) -> bool:
        return person_id in self._employed and person_id not in self._away

    def position_of(self, person_id: int) -> Position | None:
        """The primary position of the day, else any."""
        return self._positions.get(person_id)

    def _present(self, candidate: Person, person_id: int, via: Via) -> Supervision | None:
        """The candidate if here, else the candidate's delegate; never the person asked about.

        A stand-in does not lead whom she stands in for; who has left has no stand-in.
        """
        if candidate.pk == person_id or candidate.pk not in self._employed:
            return None
        if self.is_here(candidate.pk):
            return Supervision(candidate, via)
        for row in self._delegates.get(candidate.pk, ()):
            if row.delegate_id != person_id and self.is_here(row.delegate_id):
                return Supervision(row.delegate, Via.DELEGATE)
        return None

    def _of_team(self, team_id: int, person_id: int, via: Via | None) -> Supervision | None:
        for lead in self._leads.get(team_id, ()):
            way = via or (Via.ACTING if lead.acting else Via.LEAD)
            if found := self._present(lead.person, person_id, way):
                return found
        return None

    def supervisor_of(self, person_id: int) -> Supervision:
        """The position's own supervisor, else the team's lead, else up the tree, else HR.

        Raises Refused when the organization has neither HR nor a site admin.
        """
        position = self.position_of(person_id)
        own = position.supervisor if position else None
        if own and (found := self._present(own, person_id, Via.OWN)):
            return found
        via = None
        for team_id in self.tree.upward(position.team_id if position else None):
            if found := self._of_team(team_id, person_id, via):
                return found
            via = Via.PARENT
        for person in self.hr:
            if person.pk != person_id:
                return Supervision(person, Via.HR)
        raise Refused("Nobody is responsible: grant the HR role to somebody.")


def supervisor_on(person: Person, day: date) -> Supervision:
    return OrgChart(day).supervisor_of(person.pk)
