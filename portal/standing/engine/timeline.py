"""Where one person stands with one requirement: dates in, spans out. No clock, no database."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from portal.dates import FAR, add_days, day_after, day_before
from portal.standing.engine.types import (
    Anchor,
    Due,
    Facts,
    State,
    StateSpan,
    Version,
    VersionedRule,
)
from portal.standing.engine.validity import Good, Row, good_pieces, standing_rows

IN_TIME = frozenset({State.MET, State.PENDING, State.WAIVED})
"""The states in which nothing is wrong yet."""

type Days = tuple[date, date]
"""Days from the first up to, not including, the second; `FAR` is open."""


class Chain(NamedTuple):
    """Pieces of presence close enough together to share one clock."""

    pieces: list[Days]
    hire_day: date

    @property
    def start(self) -> date:
        return self.pieces[0][0]


class Exempt(NamedTuple):
    """The days on which something else than evidence speaks for a person, touching ones joined."""

    waivers: list[Days]
    leaves: list[Days]
    extensions: list[Days]


class Yardstick(NamedTuple):
    """A version as it applies to one chain: when it is first due, what is good for how long."""

    version: Version
    first_due: date
    good: list[Good]

    def best_on(self, day: date) -> Good | None:
        """The piece that speaks for the day."""
        return max((p for p in self.good if p.effective_on <= day <= p.last), default=None)

    def last_past(self, day: date) -> date | None:
        """The last day before this one to which anything enough was good, wherever it lay."""
        return max((p.last for p in self.good if p.enough and p.last < day), default=None)

    def allowed(self, last_past: date | None, leaves: Iterable[Days]) -> date:
        """To what day one may be without: every leave that begins in time adds its return notice."""
        allowed = max(self.first_due, last_past or self.first_due)
        for start, until in leaves:
            if until != FAR and start <= day_after(allowed):
                notice_ends = add_days(until, self.version.return_notice_days - 1)
                allowed = max(allowed, notice_ends)
        return allowed

    def in_grace(self, day: date, last_past: date | None) -> bool:
        return last_past is not None and day <= self.version.grace.after(last_past)

    def late_on(self, day: date) -> bool:
        """Past all that the version itself allows; leave, waivers and extensions don't enter."""
        best = self.best_on(day)
        if (best and best.enough) or day <= self.first_due:
            return False
        return not self.in_grace(day, self.last_past(day))

    def state_on(self, day: date, exempt: Exempt) -> tuple[State, str | None]:
        """The state of a day and the piece it rests on.

        Precedence: evidence, waiver, leave, extension, due date, grace, overdue.
        """
        if best := self.best_on(day):
            return (State.MET if best.enough else State.REPORTED), best.id
        if _holds(exempt.waivers, day):
            return State.WAIVED, None
        if _holds(exempt.leaves, day):
            return State.PAUSED, None
        if _holds(exempt.extensions, day):
            return State.PENDING, None
        last_past = self.last_past(day)
        if day <= self.allowed(last_past, exempt.leaves):
            return State.PENDING, None
        return (State.GRACE if self.in_grace(day, last_past) else State.OVERDUE), None

    def turning_days(self, exempt: Exempt) -> set[date]:
        """Every day on which the state may differ from the day before."""
        turns = {day for spell in exempt for days in spell for day in days}
        turns.add(day_after(self.allowed(None, exempt.leaves)))
        for piece in self.good:
            turns |= {piece.effective_on, day_after(piece.last)}
            if piece.enough:
                turns.add(day_after(self.allowed(piece.last, exempt.leaves)))
                turns.add(day_after(self.version.grace.after(piece.last)))
        return turns


class Stretch(NamedTuple):
    """Days of one piece of presence, all measured by one yardstick."""

    start: date
    until: date
    yardstick: Yardstick

    def without_claims(self) -> "Stretch":
        good = [piece for piece in self.yardstick.good if piece.enough]
        return self._replace(yardstick=self.yardstick._replace(good=good))


def timeline(requirement: VersionedRule, facts: Facts, *, claims: bool = True) -> list[StateSpan]:
    """The spans of every day on which the requirement applies, in order.

    Without `claims`, evidence that is not enough is looked past, as if it had not been sent.
    """
    rows = standing_rows(facts.evidence)
    exempt = Exempt(joined(facts.waivers), joined(facts.absences), joined(facts.extensions))
    spans: list[StateSpan] = []
    for chain in chains(requirement, facts):
        for stretch in stretches(requirement, chain, rows):
            if not claims:
                stretch = stretch.without_claims()
            for span in _spans(stretch, exempt):
                _append(spans, span)
    return spans


def span_on(spans: Iterable[StateSpan], on: date) -> StateSpan | None:
    """The span that holds the day."""
    for span in spans:
        if span.start <= on and (span.until is None or on < span.until):
            return span
    return None


def chains(requirement: VersionedRule, facts: Facts) -> list[Chain]:
    """Presence in pieces, those at most `bridge_days` apart together on one clock."""
    employments = joined(facts.employments)
    versions = joined((version.start, version.until) for version in requirement.versions)
    groups: list[list[Days]] = []
    for piece in _overlap(_overlap(joined(facts.required), employments), versions):
        gap = groups[-1][-1][1] if groups else None
        if gap is not None and (piece[0] - gap).days <= requirement.bridge_days(gap):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [Chain(pieces, _hire_day(employments, pieces[0][0])) for pieces in groups]


def stretches(requirement: VersionedRule, chain: Chain, rows: Sequence[Row]) -> Iterator[Stretch]:
    """The chain cut where versions change, each part with the yardstick of its version."""
    previous: Stretch | None = None
    for piece in chain.pieces:
        for version in requirement.versions:
            for start, until in _overlap([piece], joined([(version.start, version.until)])):
                yardstick = _yardstick(requirement, version, chain, rows, previous)
                previous = Stretch(start, until, yardstick)
                yield previous


def first_due(requirement: VersionedRule, version: Version, chain: Chain) -> date:
    """The last day in time for whoever comes to the version without being late already."""
    notice_ends = add_days(max(chain.start, version.start), version.notice_days - 1)
    return max(version.due.offset.after(_anchor_day(requirement, version.due, chain)), notice_ends)


def _anchor_day(requirement: VersionedRule, due: Due, chain: Chain) -> date:
    match due.anchor:
        case Anchor.HIRE:
            return chain.hire_day
        case Anchor.PRESENCE_START:
            return chain.start
        case Anchor.REQUIREMENT_START:
            return requirement.versions[0].start
    if due.day is None:
        raise ValueError("A due date anchored to a fixed date needs the date.")
    return due.day


def _yardstick(
    requirement: VersionedRule,
    version: Version,
    chain: Chain,
    rows: Sequence[Row],
    previous: Stretch | None,
) -> Yardstick:
    """Versions follow one another, so lateness under the last one is known when it is asked for."""
    if previous and previous.yardstick.version is version:
        return previous.yardstick
    if previous and previous.yardstick.late_on(day_before(previous.until)):
        due = day_before(version.start)  # No fresh notice for who was late.
    else:
        due = first_due(requirement, version, chain)
    return Yardstick(version, due, good_pieces(rows, version, chain.hire_day, due))


def _spans(stretch: Stretch, exempt: Exempt) -> Iterator[StateSpan]:
    """One span from each turning day to the next, however alike they are."""
    start, until, yardstick = stretch
    turns = {day for day in yardstick.turning_days(exempt) if start < day < until}
    for first, end in pairwise([start, *sorted(turns), until]):
        state, because = yardstick.state_on(first, exempt)
        yield StateSpan(first, None if end == FAR else end, state, because)


def _append(spans: list[StateSpan], span: StateSpan) -> None:
    """Pieces of presence never touch, so spans that touch and agree are one."""
    last = spans[-1] if spans else None
    agrees = last and (last.until, last.state, last.because) == (span.start, span.state, span.because)
    if last and agrees:
        spans[-1] = StateSpan(last.start, span.until, span.state, span.because)
    else:
        spans.append(span)


def _hire_day(employments: Iterable[Days], day: date) -> date:
    return next(start for start, until in employments if start <= day < until)


def joined(intervals: Iterable[tuple[date, date | None]]) -> list[Days]:
    """The same days in order, with what touches or overlaps made one."""
    days: list[Days] = []
    for start, until in sorted((start, until or FAR) for start, until in intervals):
        if until <= start:
            continue
        if days and start <= days[-1][1]:
            days[-1] = days[-1][0], max(until, days[-1][1])
        else:
            days.append((start, until))
    return days


def _overlap(ones: Iterable[Days], others: Sequence[Days]) -> list[Days]:
    """The days in both, in order."""
    return [
        (max(start, other_start), min(until, other_until))
        for start, until in ones
        for other_start, other_until in others
        if max(start, other_start) < min(until, other_until)
    ]


def _holds(days: Iterable[Days], day: date) -> bool:
    return any(start <= day < until for start, until in days)
