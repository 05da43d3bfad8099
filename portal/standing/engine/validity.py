"""Which evidence stands, whether it is enough, and to what day it is good."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from portal.dates import FAR, add_days, add_months, day_before, day_in, month_end
from portal.standing.engine.types import (
    CountsFrom,
    Ending,
    EvidenceRow,
    FromDate,
    FromEdition,
    FromHire,
    Level,
    Piece,
    Recurrence,
    Recurs,
    RenewalCountsFrom,
    Version,
    Void,
)


class Row(NamedTuple):
    """A piece that stands: when it took effect, its place in the record, its stated end."""

    effective_on: date
    order: int
    cap: date
    piece: Piece


class Good(NamedTuple):
    """The days for which a piece is good.

    The fields are in the order in which pieces compete for a day: what is enough before what
    is not, then what lasts longest, took effect latest, was recorded latest.
    """

    enough: bool
    last: date
    effective_on: date
    order: int
    id: str


class Term(NamedTuple):
    """So many cycles counted from an origin; `end` is earlier where the piece itself ends earlier."""

    origin: date
    cycles: int
    end: date


def standing_rows(evidence: Iterable[EvidenceRow]) -> list[Row]:
    """The pieces that stand, by effective day: per subject the best known, then the latest."""
    rows = _not_voided(evidence)
    standing: dict[str, tuple[int, Piece]] = {}
    for order, row in enumerate(rows):
        if isinstance(row, Piece):
            rival = standing.get(row.subject)
            if rival is None or row.level >= rival[1].level:
                standing[row.subject] = (order, row)
    ends = _earliest_endings(rows)
    return sorted(
        Row(piece.effective_on, order, min(piece.last_good_day or FAR, ends.get(piece.id, FAR)), piece)
        for order, piece in standing.values()
    )


def _not_voided(evidence: Iterable[EvidenceRow]) -> list[Piece | Ending]:
    """A void takes back a row recorded before it; voids are not kept, so none can be voided."""
    kept: dict[str, Piece | Ending] = {}
    for row in evidence:
        if isinstance(row, Void):
            kept.pop(row.voids, None)
        else:
            kept[row.id] = row
    return list(kept.values())


def _earliest_endings(rows: Iterable[Piece | Ending]) -> dict[str, date]:
    ends: dict[str, date] = {}
    for row in rows:
        if isinstance(row, Ending):
            ends[row.ends] = min(row.last_good_day, ends.get(row.ends, FAR))
    return ends


def good_pieces(rows: Sequence[Row], version: Version, hire_day: date, first_due: date) -> list[Good]:
    """Every piece that exists for a version, with the days for which it is good.

    Rows come by effective day, so what a renewal builds on is already reckoned when it comes up.
    """
    good: list[Good] = []
    held_since: dict[Term, date] = {}
    for row in _accepted(rows, version):
        if not _exists(row, version, hire_day, good):
            continue
        enough = is_enough(row.piece, version)
        terms = _terms(row, version, hire_day, held_since)
        last = max(term.end for term in terms)
        if enough:
            for term in terms:
                held_since.setdefault(term, row.effective_on)
        if _is_dated(row.piece, version.counts_from):
            last = min(last, first_due)
        # What ended before it began was never good for a day, and earns no grace either.
        if last >= row.effective_on:
            good.append(Good(enough, last, row.effective_on, row.order, row.piece.id))
    return good


def _accepted(rows: Sequence[Row], version: Version) -> Sequence[Row]:
    """The rows as the version takes them: a course in place of a card brings its own term."""
    if version.accepts is None:
        return rows
    taken: list[Row] = []
    for row in rows:
        how = version.accepts.get(row.piece.qualification)
        if how is None:
            continue
        piece, cap = row.piece, row.cap
        if how.term_months:
            end = add_months(row.effective_on, how.term_months)
            cap = min(cap, end)
            piece = replace(piece, last_good_day=min(piece.last_good_day or FAR, end))
        if how.renewal_only:
            piece = replace(piece, renewal_only=True)
        taken.append(row._replace(piece=piece, cap=cap))
    return taken


def is_enough(piece: Piece, version: Version) -> bool:
    """Known well enough; and where the piece itself must say how long it is good, it does."""
    if piece.level < version.level_for(piece):
        return False
    if version.recurrence.kind is not Recurs.OWN_VALIDITY or version.level is Level.CLAIMED:
        return True
    return piece.last_good_day is not None


def _exists(row: Row, version: Version, hire_day: date, good: Iterable[Good]) -> bool:
    """Not from too long before the hire; and a refresher needs something to refresh."""
    match version.counts_from:
        case FromHire(days_before) if row.effective_on < hire_day - timedelta(days_before):
            return False
    if not row.piece.renewal_only:
        return True
    return any(
        earlier.enough and earlier.effective_on < row.effective_on <= version.grace.after(earlier.last)
        for earlier in good
    )


def _is_dated(piece: Piece, counts_from: CountsFrom | None) -> bool:
    """Done before the retraining date, or with an older edition: good until the deadline only."""
    match counts_from:
        case FromDate(day):
            return piece.effective_on < day
        case FromEdition(edition):
            return (piece.edition or 0) < edition
    return False


def _terms(row: Row, version: Version, hire_day: date, held_since: Mapping[Term, date]) -> list[Term]:
    """The piece's own term and every running one that it renews early, within its stated end."""
    done, rule = row.effective_on, version.recurrence
    if not _renews_from_expiry(version):
        last = last_good_day(done, rule, hire_day, version.window_days)
        return [Term(done, 1, min(last, row.cap))]
    # A set, since pieces share terms: ten renewals would hand on a thousand otherwise.
    cycles = {(done, 1)} | {
        (term.origin, term.cycles + 1)
        for term, since in held_since.items()
        if since < done <= term.end <= add_days(done, version.window_days)
    }
    return [Term(origin, count, min(_months_on(origin, rule, count), row.cap)) for origin, count in cycles]


def _renews_from_expiry(version: Version) -> bool:
    return (
        version.early_renewal_counts_from is RenewalCountsFrom.EXPIRY
        and version.recurrence.kind is Recurs.EVERY_MONTHS
    )


def last_good_day(done: date, rule: Recurrence, hire_day: date, window_days: int) -> date:
    """To what day a completion is good by the rule alone, whatever the piece itself states."""
    match rule.kind:
        case Recurs.EVERY_MONTHS:
            return _months_on(done, rule, 1)
        case Recurs.EACH_YEAR:
            return _end_of_next_year(done, rule.start_month)
        case Recurs.FIXED_DAY:
            return _next_yearly(done, rule.month, rule.day, window_days)
        case Recurs.HIRE_ANNIVERSARY:
            day = 31 if rule.to_month_end else hire_day.day
            return _next_yearly(done, hire_day.month, day, window_days)
    return FAR


def _months_on(origin: date, rule: Recurrence, cycles: int) -> date:
    """Counted from the origin at once: term after term would lose the end of the month."""
    end = add_months(origin, rule.months * cycles)
    return month_end(end) if rule.to_month_end else end


def _end_of_next_year(done: date, start_month: int) -> date:
    """The last day of the year after the one it was done in; a year may begin with any month."""
    year = done.year if done.month >= start_month else done.year - 1
    return day_before(day_in(year + 2, start_month, 1))


def _next_yearly(done: date, month: int, day: int, window_days: int) -> date:
    """The next such day of a year; done shortly before it, or on it, counts for the one after."""
    year = done.year if day_in(done.year, month, day) >= done else done.year + 1
    next_day = day_in(year, month, day)
    if window_days > 0 and (next_day - done).days <= window_days:
        return day_in(year + 1, month, day)
    return next_day
