"""The tree of teams: what lies below a team, and what lies above it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from portal.people.models.organization import TeamPlace
from portal.prepared import prepared


@prepared
def _places_on(on: date) -> Any:
    return TeamPlace.objects.current().on(on).order_by().values_list("team_id", "parent_id")


class TeamTree:
    """Team id -> id of the team it is part of (None: of none). A cycle in bad data ends a walk, it does not hang it."""

    def __init__(self, parents: Mapping[int, int | None]) -> None:
        self.parents = parents
        self._children: dict[int, list[int]] = {}
        for team, parent in parents.items():
            if parent is not None:
                self._children.setdefault(parent, []).append(team)

    @classmethod
    def load(cls, on: date) -> "TeamTree":
        """The tree of a day, as it is on record now. One query."""
        return cls(dict(_places_on(on)))

    @classmethod
    def of_day(cls, places: Iterable[TeamPlace], on: date) -> "TeamTree":
        """The tree of a day from the rows that say where teams lie; a team without one is part of none."""
        return cls({row.team_id: row.parent_id for row in places if row.holds(on)})

    def below(self, teams: Iterable[int]) -> frozenset[int]:
        """These teams and all that lie below them."""
        found: set[int] = set()
        waiting = list(teams)
        while waiting:
            team = waiting.pop()
            if team not in found:
                found.add(team)
                waiting.extend(self._children.get(team, ()))
        return frozenset(found)

    def upward(self, team: int | None) -> Iterator[int]:
        """The team, the one it is part of, and so on to the top."""
        seen: set[int] = set()
        while team is not None and team not in seen:
            seen.add(team)
            yield team
            team = self.parents.get(team)
