"""What a stored span carries beside its state: the days of the run that it belongs to. Pure.

A *piece of presence* is a row of spans that touch. Runs are looked for within one piece, in the
spans of timeline() as they are; only then are these cut at the days on which versions change, so
that every row belongs to one version and answers by itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from portal.dates import FAR, day_before
from portal.standing.engine.timeline import IN_TIME, timeline
from portal.standing.engine.types import Facts, State, StateSpan, VersionedRule

LATE = frozenset({State.GRACE, State.OVERDUE})


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
    was none. Claims do not move it, nor does a leave that has begun: see deadlines()."""
    late_since: date | None
    """First day of the unbroken grace or overdue run."""
    renewal_waits: bool
    """Met, and a reported run follows without a gap."""
    run_until: date | None
    """First day after the days with this state and this reason, whatever the version; None is open."""


def rows(requirement: VersionedRule, facts: Facts) -> list[Row]:
    """The spans of every day on which the requirement applies, each answering by itself."""
    found: list[Row] = []
    spans = timeline(requirement, facts)
    deadlines = _Deadlines(requirement, facts, spans)
    for piece in pieces(spans):
        good_through, renewal_waits = _met_runs(piece)
        late_since = _late_runs(piece)
        for number, span in enumerate(piece):
            row = Row(
                span.start,
                span.until,
                span.state,
                span.because,
                good_through[number],
                deadlines.of(span),
                late_since[number],
                renewal_waits[number],
                span.until,
            )
            found += _cut(row, requirement)
    return found


def pieces(spans: Sequence[StateSpan]) -> list[list[StateSpan]]:
    """The spans in groups that touch, in order."""
    found: list[list[StateSpan]] = []
    for span in spans:
        if found and found[-1][-1].until == span.start:
            found[-1].append(span)
        else:
            found.append([span])
    return found


def _met_runs(piece: Sequence[StateSpan]) -> tuple[list[date | None], list[bool]]:
    """Per span: the last day of its met run, and whether a reported run follows that."""
    good_through: list[date | None] = [None] * len(piece)
    waits = [False] * len(piece)
    for number in range(len(piece) - 2, -1, -1):
        span, following = piece[number], piece[number + 1]
        if span.state is not State.MET:
            continue
        if following.state is State.MET:
            good_through[number], waits[number] = good_through[number + 1], waits[number + 1]
        else:
            good_through[number] = day_before(following.start)
            waits[number] = following.state is State.REPORTED
    return good_through, waits


def _late_runs(piece: Sequence[StateSpan]) -> list[date | None]:
    since: list[date | None] = []
    for span in piece:
        running = since[-1] if since else None
        since.append((running or span.start) if span.state in LATE else None)
    return since


def _cut(row: Row, requirement: VersionedRule) -> Iterator[Row]:
    """The row in parts that lie within one version each."""
    inside = [v.start for v in requirement.versions if row.start < v.start < (row.until or FAR)]
    for start, until in pairwise([row.start, *inside, row.until]):
        assert start is not None
        yield row._replace(start=start, until=until)


class _Deadlines:
    """The deadline of each span, from up to two timelines beside the true one.

    `unclaimed` leaves out what is not enough: what was sent and not yet checked moves no deadline.
    `present` leaves out leaves as well. It speaks for a day on leave, and for a run that ends only
    because a leave begins: nothing is due on the day before a leave for the leave's sake.
    """

    def __init__(self, requirement: VersionedRule, facts: Facts, spans: list[StateSpan]) -> None:
        states = {span.state for span in spans}
        paused = State.PAUSED in states
        claimed = State.REPORTED in states
        unclaimed = timeline(requirement, facts, claims=False) if claimed else spans
        paused = paused or any(span.state is State.PAUSED for span in unclaimed)
        present = timeline(requirement, replace(facts, absences=()), claims=False) if paused else unclaimed
        self.unclaimed, self.present = _Runs(unclaimed), _Runs(present)

    def of(self, span: StateSpan) -> date | None:
        last = day_before(span.until) if span.until else FAR
        if self.unclaimed.state_on(span.start) is State.PAUSED:
            return self.present.deadline(last)
        found = self.unclaimed.deadline(last)
        if found is not None and found >= span.start and self.unclaimed.pauses_after(found):
            beyond = self.present.deadline(found)
            return found if beyond is not None and beyond < found else beyond
        return found


class _Runs:
    """Unbroken runs of days in time, by piece of presence."""

    def __init__(self, spans: Sequence[StateSpan]) -> None:
        self.spans = spans
        # Per run: its piece's first day, its own first day, its last day (None: as long as presence).
        self.runs: list[tuple[date, date, date | None]] = []
        self.starts: list[date] = []
        for piece in pieces(spans):
            self.starts.append(piece[0].start)
            first: date | None = None
            for span in piece:
                if span.state in IN_TIME:
                    first = first or span.start
                elif first is not None:
                    self.runs.append((piece[0].start, first, day_before(span.start)))
                    first = None
            if first is not None:
                self.runs.append((piece[0].start, first, None))

    def state_on(self, day: date) -> State | None:
        span = self._span_on(day)
        return span.state if span else None

    def pauses_after(self, day: date) -> bool:
        """Does a leave begin on the day after?"""
        return any(day_before(span.start) == day and span.state is State.PAUSED for span in self.spans)

    def deadline(self, day: date) -> date | None:
        """The last day of the latest run that begins on or before the day, in the piece that holds it."""
        start = max((start for start in self.starts if start <= day), default=day)
        found = [last for piece, first, last in self.runs if piece == start and first <= day]
        return found[-1] if found else day_before(start)

    def _span_on(self, day: date) -> StateSpan | None:
        return next((s for s in self.spans if s.start <= day and (s.until is None or day < s.until)), None)
