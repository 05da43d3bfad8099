"""May this person work with patients in a state on a day, and if not, why? Pure.

Only `met` clears what blocks practice; `waived` where the version says so. Unverified, due, grace,
leave and overdue do not. An item of one state bars that state; an item of every state, and a removal
from patient work, bar everywhere. Who serves no state is judged once, for the state "".
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from portal.dates import FAR, holds
from portal.standing.engine.audience import Days
from portal.standing.engine.timeline import joined
from portal.standing.engine.types import State


class Bar(StrEnum):
    """Why somebody is not cleared."""

    NOT_EMPLOYED = "not_employed"
    REMOVED = "removed"
    REQUIREMENT = "requirement"


class Reason(NamedTuple):
    """What stands against somebody; of a requirement also which one, its state served, and how it stands."""

    bar: str
    requirement: int | None = None
    scope: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Blocking:
    """Days on which an item that blocks practice stands as it does."""

    days: Days
    requirement: int
    scope: str
    state: str
    waiver_clears: bool = False

    @property
    def clears(self) -> bool:
        return self.state == State.MET or (self.state == State.WAIVED and self.waiver_clears)


class ClearanceRow(NamedTuple):
    """[start, until) in a state served ("": none), with every reason against it; cleared where there is none.

    Reasons come by requirement and scope.
    """

    state: str
    start: date
    until: date | None
    reasons: tuple[Reason, ...]
    since: date
    """First day of the unbroken run of being cleared, or of not being cleared, for whatever reasons."""


def clearance(
    employed: Iterable[Days],
    served: Sequence[tuple[Days, tuple[str, ...]]],
    removed: Iterable[Days],
    blocking: Iterable[Blocking],
) -> Iterator[ClearanceRow]:
    """For every day of employment and every state that a position serves on it, in order.

    `served`: the states of each position over its days.
    """
    barring = sorted(
        (item for item in blocking if not item.clears), key=lambda item: (item.requirement, item.scope)
    )
    away = joined(removed)
    states = sorted({state for _days, states in served for state in states})
    for start, until in joined(employed):
        bounds = [_bounds((start, until), days) for days, _states in served]
        turns = {day for pair in bounds for day in pair}
        turns |= {day for days in away for day in _bounds((start, until), days)}
        turns |= {day for item in barring for day in _bounds((start, until), item.days)}
        cuts = list(pairwise(sorted({start, until} | turns)))
        for state in ["", *states]:
            parts = [(day, end) for day, end in cuts if _serves(served, state, day)]
            yield from _merged(state, parts, away, barring)


def _bounds(within: tuple[date, date], days: Days) -> tuple[date, ...]:
    return tuple(day for day in (days[0], days[1] or FAR) if within[0] < day < within[1])


def _serves(served: Sequence[tuple[Days, tuple[str, ...]]], state: str, day: date) -> bool:
    """Is the state served on the day? "" where none is."""
    here = [states for days, states in served if holds(*days, day)]
    return any(state in states for states in here) if state else not any(here)


def _merged(
    state: str, parts: Iterable[tuple[date, date]], removed: Iterable[Days], barring: Sequence[Blocking]
) -> Iterator[ClearanceRow]:
    """Touching parts with the same reasons as one row."""
    row: ClearanceRow | None = None
    for day, end in parts:
        reasons = tuple(_reasons(state, day, removed, barring))
        until = None if end == FAR else end
        touches = row is not None and row.until == day
        if row is not None and touches and row.reasons == reasons:
            row = row._replace(until=until)
            continue
        since = row.since if row and touches and bool(row.reasons) == bool(reasons) else day
        if row is not None:
            yield row
        row = ClearanceRow(state, day, until, reasons, since)
    if row is not None:
        yield row


def _reasons(state: str, day: date, removed: Iterable[Days], barring: Iterable[Blocking]) -> Iterator[Reason]:
    if any(holds(*days, day) for days in removed):
        yield Reason(Bar.REMOVED.value)
    for item in barring:
        if item.scope in ("", state) and holds(*item.days, day):
            yield Reason(Bar.REQUIREMENT.value, item.requirement, item.scope, item.state)
