"""What a stored span carries beside its state: the days of the run that it belongs to. Pure.

A *piece of presence* is a row of spans that touch. Runs are looked for within one piece, in the
spans of timeline() as they are; only then are these cut at the days on which versions change, so
that every row belongs to one version and answers by itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from portal.dates import FAR, day_after, day_before
from portal.standing.engine.timeline import (
    IN_TIME,
    Exempt,
    Stretch,
    exemptions,
    spans_of,
    stretches,
    without_claims,
)
from portal.standing.engine.types import Facts, State, StateSpan, VersionedRule

LATE = (State.GRACE, State.OVERDUE)


class Row(NamedTuple):
    """[start, until) in one state under one version, with the days of its run."""

    start: date
    until: date | None
    state: State
    because: str | None
    good_through: date | None
    """Last day of the unbroken met run; None where it lasts as long as presence, and on days not met."""
    deadline: date | None
    """Last day of the latest unbroken run of met, pending or waived days that begins on or before the
    row's last day. None where that run lasts as long as presence; the day before presence where there
    was none. Claims do not move it, nor does a leave that has begun: see _Deadlines."""
    late_since: date | None
    """First day of the unbroken grace or overdue run."""
    renewal_waits: bool
    """Met, and a reported run follows without a gap."""
    run_until: date | None
    """First day after the days with this state and this reason, whatever the version; None is open."""


def rows(requirement: VersionedRule, facts: Facts) -> list[Row]:
    """The spans of every day on which the requirement applies, each answering by itself."""
    measured, exempt = stretches(requirement, facts), exemptions(facts)
    present = pieces(spans_of(measured, exempt))
    deadlines = _Deadlines(measured, exempt, present)
    changes = [version.start for version in requirement.versions[1:]]
    return [row for piece in present for row in _rows_of(piece, deadlines, changes)]


def _rows_of(piece: Sequence[StateSpan], deadlines: "_Deadlines", changes: Sequence[date]) -> Iterator[Row]:
    met_runs, late_runs = _met_runs(piece), _late_runs(piece)
    for span, (good_through, waits), late_since in zip(piece, met_runs, late_runs, strict=True):
        start, until, state, because = span
        deadline = deadlines.of(span)
        for first, end in _cut(start, until, changes):
            yield Row(first, end, state, because, good_through, deadline, late_since, waits, until)


def pieces(spans: Sequence[StateSpan]) -> list[list[StateSpan]]:
    """The spans in groups that touch, in order."""
    found: list[list[StateSpan]] = []
    for span in spans:
        if found and found[-1][-1].until == span.start:
            found[-1].append(span)
        else:
            found.append([span])
    return found


def _met_runs(piece: Sequence[StateSpan]) -> list[tuple[date | None, bool]]:
    """Per span: the last day of its met run, and whether a reported run follows that."""
    found: list[tuple[date | None, bool]] = []
    run: tuple[date | None, bool] = (None, False)
    following: StateSpan | None = None
    for span in reversed(piece):
        if span.state is not State.MET or following is None:
            run = (None, False)
        elif following.state is not State.MET:
            run = (day_before(following.start), following.state is State.REPORTED)
        found.append(run)
        following = span
    found.reverse()
    return found


def _late_runs(piece: Sequence[StateSpan]) -> list[date | None]:
    """Per span: the first day of its late run."""
    found: list[date | None] = []
    since: date | None = None
    for span in piece:
        since = (since or span.start) if span.state in LATE else None
        found.append(since)
    return found


def _cut(start: date, until: date | None, changes: Iterable[date]) -> list[tuple[date, date | None]]:
    """The days in parts that lie within one version each."""
    parts: list[tuple[date, date | None]] = []
    for change in changes:
        if start < change < (until or FAR):
            parts.append((start, change))
            start = change
    return [*parts, (start, until)]


class _Deadlines:
    """The deadline of each span, from up to two timelines beside the true one.

    `unclaimed` leaves out what is not enough: what was sent and not yet checked moves no deadline.
    `present` leaves out leaves as well. It speaks for a day on leave, and for a run that ends only
    because a leave begins: nothing is due on the day before a leave for the leave's sake.
    """

    def __init__(
        self, measured: Sequence[Stretch], exempt: Exempt, true_pieces: Sequence[Sequence[StateSpan]]
    ) -> None:
        if any(span.state is State.REPORTED for piece in true_pieces for span in piece):
            unclaimed = spans_of(without_claims(measured), exempt)
            self.unclaimed = _Runs(pieces(unclaimed))
        else:
            self.unclaimed = _Runs(true_pieces)
        if self.unclaimed.leaves:
            present = spans_of(without_claims(measured), exempt.without_leaves())
            self.present = _Runs(pieces(present))
        else:
            self.present = self.unclaimed

    def of(self, span: StateSpan) -> date | None:
        last = day_before(span.until) if span.until else FAR
        found = self.unclaimed.deadline(last)
        if not self.unclaimed.leaves:
            return found
        if self.unclaimed.is_paused(span.start):
            return self.present.deadline(last)
        if found is None or found < span.start or not self.unclaimed.is_paused(day_after(found)):
            return found
        beyond = self.present.deadline(found)
        return found if beyond is not None and beyond < found else beyond


class _Runs:
    """Unbroken runs of days in time."""

    def __init__(self, pieces: Iterable[Sequence[StateSpan]]) -> None:
        self.leaves: list[StateSpan] = []
        # From which day on there is which deadline; the first of a piece lies before its presence.
        self.deadlines: list[tuple[date, date | None]] = []
        for piece in pieces:
            self.leaves += [span for span in piece if span.state is State.PAUSED]
            self.deadlines.append((piece[0].start, day_before(piece[0].start)))
            self.deadlines += _runs_in_time(piece)

    def is_paused(self, day: date) -> bool:
        return any(leave.start <= day < (leave.until or FAR) for leave in self.leaves)

    def deadline(self, day: date) -> date | None:
        """The last day of the latest run that begins on or before the day, in the piece that holds it."""
        return [last for first, last in self.deadlines if first <= day][-1]


def _runs_in_time(piece: Sequence[StateSpan]) -> Iterator[tuple[date, date | None]]:
    """The first and the last day of each run; no last where it lasts as long as presence."""
    first: date | None = None
    for span in piece:
        if span.state in IN_TIME:
            first = first or span.start
        elif first is not None:
            yield first, day_before(span.start)
            first = None
    if first is not None:
        yield first, None
