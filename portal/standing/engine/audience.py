"""To whom a requirement applies, over time: positions and versions in, days out. Pure.

An audience is JSON: {"everyone": true}, or {"people": [ids]}, or {"any": [group, ...]} where a
group names what a position must have, each key a list of which one must hold:
"professions" (codes), "teams" (ids, with those below), "titles", "work_settings",
"employment_types", "states" (served).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

type Days = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Held:
    """A position over days, as far as audiences look at it."""

    days: Days
    team: int
    profession: str
    title: str
    work_setting: str
    employment_type: str
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience:
    everyone: bool = False
    people: frozenset[int] = frozenset()
    groups: tuple[Mapping[str, frozenset[Any]], ...] = field(default=())

    @classmethod
    def parse(
        cls, data: Mapping[str, Any], teams_below: Callable[[Iterable[int]], frozenset[int]]
    ) -> "Audience":
        """The audience as stored; `teams_below` gives teams with all that lie below them."""
        groups = []
        for group in data.get("any", ()):
            wanted = {key: frozenset(values) for key, values in group.items() if values}
            if "teams" in wanted:
                wanted["teams"] = teams_below(wanted["teams"])
            groups.append(wanted)
        return cls(bool(data.get("everyone")), frozenset(data.get("people", ())), tuple(groups))

    def holds(self, position: Held) -> bool:
        """Does a position belong to the audience, by what it is?"""
        return self.everyone or any(_fits(group, position) for group in self.groups)


def _fits(group: Mapping[str, frozenset[Any]], position: Held) -> bool:
    values: dict[str, Iterable[Any]] = {
        "professions": (position.profession,),
        "teams": (position.team,),
        "titles": (position.title,),
        "work_settings": (position.work_setting,),
        "employment_types": (position.employment_type,),
        "states": position.states,
    }
    return all(not wanted.isdisjoint(values[key]) for key, wanted in group.items())


def clip(days: Days, start: date, until: date | None) -> Days | None:
    """The part of the days within [start, until), if any."""
    first = max(days[0], start)
    ends = [end for end in (days[1], until) if end is not None]
    last = min(ends) if ends else None
    return None if last is not None and last <= first else (first, last)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a version asks on the days [start, until), and whether once for each state served."""

    start: date
    until: date | None
    audience: Audience
    per_state: bool = False


def required_days(asked: Sequence[Asked], positions: Sequence[Held], person_id: int) -> dict[str, list[Days]]:
    """Days under the audience, by scope: "" or, where asked per state served, each state.

    Named people are asked on every day of the version, in the states their positions serve.
    """
    found: dict[str, list[Days]] = {}
    for part in asked:
        named = person_id in part.audience.people
        if named and not part.per_state:
            found.setdefault("", []).append((part.start, part.until))
        for position in positions:
            days = clip(position.days, part.start, part.until)
            if days is None or not (named or part.audience.holds(position)):
                continue
            for scope in position.states if part.per_state else ("",):
                found.setdefault(scope, []).append(days)
    return found
