"""What follows an act, in words: apps above say it for what they keep.

An act is told by two plans: the record as it is with the one, and as it is with the other.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from portal.people.facts.plan import Plan
from portal.people.models.change import Inserted
from portal.people.models.fact import RecordedFact


@dataclass(frozen=True)
class Line:
    """One thing in words, with the page where it is seen to, if there is one."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Step:
    """From the record with one plan on top to the record with another; an empty plan is the record as it is."""

    before: Plan
    after: Plan

    @classmethod
    def doing(cls, plan: Plan) -> "Step":
        """What is not done yet: the plan's own doing."""
        return cls(_nothing(), plan)

    @classmethod
    def done(cls, taking_back: Plan) -> "Step":
        """What is on record: told by the plan that takes it back, in reverse."""
        return cls(taking_back, _nothing())

    @property
    def rows(self) -> list[RecordedFact]:
        """The facts that count on one side only."""
        return [row for plan in (self.before, self.after) for row in [*plan.closed.values(), *plan.inserted]]

    @property
    def appended(self) -> list[Inserted]:
        """The rows of ledgers that count on one side only, and those that never were by them."""
        rows = [row for plan in (self.before, self.after) for row in plan.appended]
        return [*rows, *(row.takes_back for row in rows if row.takes_back is not None)]

    def about(self) -> set[int]:
        """The people whom it is about, by id."""
        return self.before.about() | self.after.about()

    def recomputed(self) -> set[int]:
        """Those whose standing is computed anew though no row is about them, by id."""
        return self.before.recomputed | self.after.recomputed


def _nothing() -> Plan:
    return Plan("", by=None, dry=True)


type Find = Callable[[Step, date], Iterable[Section]]

_finders: list[Find] = []


def register_effects(find: Find) -> None:
    """`find(step, on)` says what of its own differs between the two sides; reads only."""
    if find not in _finders:
        _finders.append(find)


def effects_of(step: Step, on: date) -> list[Section]:
    """All that follows, by kind; what is empty is left out."""
    return [section for find in _finders for section in find(step, on) if section.lines]
