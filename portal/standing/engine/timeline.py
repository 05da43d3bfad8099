"""Where one person stands with one requirement: dates in, spans out. No clock, no database."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
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

IN_TIME = (State.MET, State.PENDING, State.WAIVED)
"""The states in which nothing is wrong yet."""

type Days = tuple[date, date]
"""Days from the first up to, not including, the second; `FAR` is open."""

type VersionDays = tuple[date, date, Version]
"""Days of presence and the version in force on them."""

type Part = tuple[date, date, State, str | None]
"""Days with their state and the piece that it rests on."""


class Chain(NamedTuple):
    """Pieces of presence close enough together to share one clock."""

    start: date
    hire_day: date
    parts: list[VersionDays]


class Exempt(NamedTuple):
    """The days on which something else than evidence speaks for a person."""

    spells: Sequence[tuple[date, date, State]]
    """By precedence: of those that hold a day, the first speaks for it."""
    leaves: Sequence[Days]
    """In order, touching ones joined."""

    def state_on(self, day: date) -> State | None:
        for start, until, state in self.spells:
            if start <= day < until:
                return state
        return None

    def turning_days(self) -> list[date]:
        """Every day on which a spell begins or is over."""
        return [day for start, until, _state in self.spells for day in (start, until)]

    def without_leaves(self) -> "Exempt":
        return Exempt([spell for spell in self.spells if spell[2] is not State.PAUSED], [])


NOT_EXEMPT = Exempt((), ())


class Yardstick(NamedTuple):
    """A version as it applies to one chain: when it is first due, what is good for how long."""

    version: Version
    first_due: date
    good: list[Good]

    def best_on(self, day: date) -> Good | None:
        """The piece that speaks for the day."""
        covering = [piece for piece in self.good if piece.effective_on <= day <= piece.last]
        return max(covering) if covering else None

    def last_past(self, day: date) -> date | None:
        """The last day before this one to which anything enough was good, wherever it lay."""
        past = [piece.last for piece in self.good if piece.enough and piece.last < day]
        return max(past) if past else None

    def allowed(self, last_past: date | None, leaves: Iterable[Days]) -> date:
        """To what day one may be without: every leave that begins in time adds its return notice."""
        allowed = max(self.first_due, last_past or self.first_due)
        for start, until in leaves:
            if until != FAR and start <= day_after(allowed):
                notice_ends = add_days(until, self.version.return_notice_days - 1)
                allowed = max(allowed, notice_ends)
        return allowed

    def late_on(self, day: date) -> bool:
        """Past all that the version itself allows; leave, waivers and extensions don't enter."""
        best = self.best_on(day)
        if (best and best.enough) or day <= self.first_due:
            return False
        last_past = self.last_past(day)
        return last_past is None or day > self.version.grace.after(last_past)

    def turning_days(self) -> list[date]:
        """Every day on which another piece may speak, or none."""
        return [day for piece in self.good for day in (piece.effective_on, day_after(piece.last))]


class Stretch(NamedTuple):
    """Days of one piece of presence, all measured by one yardstick."""

    start: date
    until: date
    yardstick: Yardstick


def timeline(requirement: VersionedRule, facts: Facts, *, claims: bool = True) -> list[StateSpan]:
    """The spans of every day on which the requirement applies, in order.

    Without `claims`, evidence that is not enough is looked past, as if it had not been sent.
    """
    measured = stretches(requirement, facts)
    return spans_of(measured if claims else without_claims(measured), exemptions(facts))


def without_claims(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The stretches as if nothing had been sent that is not enough."""
    found = []
    for start, until, yardstick in stretches:
        good = [piece for piece in yardstick.good if piece.enough]
        found.append(Stretch(start, until, Yardstick(yardstick.version, yardstick.first_due, good)))
    return found


def exemptions(facts: Facts) -> Exempt:
    """Waivers, leaves and extensions, in this order."""
    if not (facts.waivers or facts.absences or facts.extensions):
        return NOT_EXEMPT
    leaves = joined(facts.absences)
    spells = [(start, until or FAR, State.WAIVED) for start, until in facts.waivers]
    spells += [(start, until, State.PAUSED) for start, until in leaves]
    spells += [(start, until or FAR, State.PENDING) for start, until in facts.extensions]
    return Exempt(spells, leaves)


def spans_of(stretches: Iterable[Stretch], exempt: Exempt) -> list[StateSpan]:
    """The days of the stretches by state and reason, in order."""
    spans: list[StateSpan] = []
    for stretch in stretches:
        for start, until, state, because in _parts(stretch, exempt):
            # Pieces of presence never touch, so spans that touch and agree are one.
            if spans and spans[-1][1:] == (start, state, because):
                start = spans.pop().start
            spans.append(StateSpan(start, None if until == FAR else until, state, because))
    return spans


def stretches(requirement: VersionedRule, facts: Facts) -> list[Stretch]:
    """Presence cut where versions change, each part with the yardstick of its version."""
    rows = standing_rows(facts.evidence)
    found: list[Stretch] = []
    for chain in chains(requirement, facts):
        previous: Stretch | None = None
        for start, until, version in chain.parts:
            yardstick = _yardstick(requirement, version, chain, rows, previous)
            previous = Stretch(start, until, yardstick)
            found.append(previous)
    return found


def chains(requirement: VersionedRule, facts: Facts) -> list[Chain]:
    """Presence in pieces, those at most `bridge_days` apart together on one clock."""
    employments = joined(facts.employments)
    groups: list[list[VersionDays]] = []
    gap: date | None = None
    for days in _cut_by_version(_overlap(joined(facts.required), employments), requirement.versions):
        start, until, _version = days
        # Where only the version changes there is no gap: the days between are 0.
        if gap is not None and (start - gap).days <= requirement.bridge_days(gap):
            groups[-1].append(days)
        else:
            groups.append([days])
        gap = until
    return [Chain(group[0][0], _hire_day(employments, group[0][0]), group) for group in groups]


def _cut_by_version(pieces: Iterable[Days], versions: Iterable[Version]) -> Iterator[VersionDays]:
    for start, until in pieces:
        for version in versions:
            first, end = max(start, version.start), min(until, version.until or FAR)
            if first < end:
                yield first, end, version


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


def _parts(stretch: Stretch, exempt: Exempt) -> Iterator[Part]:
    """The stretch by what speaks for its days; parts that touch may be alike.

    Precedence: evidence, waiver, leave, extension, due date, grace, overdue.
    """
    start, until, yardstick = stretch
    for first, end in _cut(start, until, yardstick.turning_days()):
        if best := yardstick.best_on(first):
            yield first, end, State.MET if best.enough else State.REPORTED, best.id
        else:
            yield from _uncovered(first, end, yardstick, exempt)


def _uncovered(start: date, until: date, yardstick: Yardstick, exempt: Exempt) -> Iterator[Part]:
    """Days for which no piece speaks: as none begins or ends among them, all look back on the same."""
    last_past = yardstick.last_past(start)
    allowed = yardstick.allowed(last_past, exempt.leaves)
    grace_ends = yardstick.version.grace.after(last_past) if last_past else allowed
    for first, end in _cut(start, until, [day_after(allowed), day_after(grace_ends), *exempt.turning_days()]):
        if spoken := exempt.state_on(first):
            yield first, end, spoken, None
        elif first <= allowed:
            yield first, end, State.PENDING, None
        else:
            yield first, end, State.GRACE if first <= grace_ends else State.OVERDUE, None


def _cut(start: date, until: date, turns: Iterable[date]) -> Iterator[Days]:
    """The days from start until, in parts from one turn to the next."""
    for turn in sorted([*turns, until]):
        if start < turn <= until:
            yield start, turn
            start = turn


def _hire_day(employments: Iterable[Days], day: date) -> date:
    """The start of the employment that holds the day."""
    return [start for start, _until in employments if start <= day][-1]


def joined(intervals: Iterable[tuple[date, date | None]]) -> list[Days]:
    """The same days in order, with what touches or overlaps made one."""
    days: list[Days] = []
    for start, until in sorted([(start, until or FAR) for start, until in intervals]):
        if until <= start:
            continue
        if days and start <= days[-1][1]:
            days[-1] = days[-1][0], max(until, days[-1][1])
        else:
            days.append((start, until))
    return days


def _overlap(ones: Iterable[Days], others: Sequence[Days]) -> list[Days]:
    """The days in both, in order."""
    found: list[Days] = []
    for start, until in ones:
        for other_start, other_until in others:
            first, end = max(start, other_start), min(until, other_until)
            if first < end:
                found.append((first, end))
    return found
