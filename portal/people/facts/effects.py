"""What follows a plan, in words: apps above say it for what they keep."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from portal.people.facts.plan import Plan


@dataclass(frozen=True)
class Line:
    """One thing in words, with the page where it is seen to, if there is one."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    lines: tuple[Line, ...]


type Find = Callable[[Plan, date], Iterable[Section]]

_finders: list[Find] = []


def register_effects(find: Find) -> None:
    """`find(plan, on)` says what of its own the plan would change; reads only."""
    if find not in _finders:
        _finders.append(find)


def effects_of(plan: Plan, on: date) -> list[Section]:
    """All that would follow, by kind; what is empty is left out."""
    return [section for find in _finders for section in find(plan, on) if section.lines]
