"""Which evidence stands, whether it is enough, and to what day it is good."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from portal.dates import FAR, add_days, add_months, day_before, day_in, month_end
from portal.standing.engine.types import (
    Acceptance,
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
    ends = _earliest_endings(rows)
    standing: dict[str, Row] = {}
    for order, piece in enumerate(rows):
        if isinstance(piece, Piece):
            rival = standing.get(piece.subject)
            if rival is None or piece.level >= rival.piece.level:
                cap = min(piece.last_good_day or FAR, ends.get(piece.id, FAR))
                standing[piece.subject] = Row(piece.effective_on, order, cap, piece)
    return sorted(standing.values())


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
    from_expiry = _renews_from_expiry(version)
    for row in _existing(rows, version, hire_day):
        done, piece = row.effective_on, row.piece
        if piece.renewal_only and not _refreshes(row, version, good):
            continue
        enough = is_enough(piece, version)
        if from_expiry:
            last = _prolonged(row, version, enough, held_since)
        else:
            last = min(row.cap, last_good_day(done, version, hire_day))
        if version.counts_from and _is_dated(piece, version.counts_from):
            last = min(last, first_due)
        # What ended before it began was never good for a day, and earns no grace either.
        if last >= done:
            good.append(Good(enough, last, done, row.order, piece.id))
    return good


def _existing(rows: Sequence[Row], version: Version, hire_day: date) -> Sequence[Row]:
    """The rows that the version takes, but for those from too long before the hire."""
    if version.accepts is not None:
        rows = _accepted(rows, version.accepts)
    if isinstance(version.counts_from, FromHire):
        earliest = add_days(hire_day, -version.counts_from.days_before)
        rows = [row for row in rows if row.effective_on >= earliest]
    return rows


def _accepted(rows: Iterable[Row], accepts: Mapping[str, Acceptance]) -> list[Row]:
    """The rows as the version takes them: a course in place of a card brings its own term."""
    taken: list[Row] = []
    for row in rows:
        how = accepts.get(row.piece.qualification)
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


def _refreshes(row: Row, version: Version, good: Iterable[Good]) -> bool:
    """A refresher needs something to refresh."""
    return any(
        earlier.enough and earlier.effective_on < row.effective_on <= version.grace.after(earlier.last)
        for earlier in good
    )


def _is_dated(piece: Piece, counts_from: CountsFrom) -> bool:
    """Done before the retraining date, or with an older edition: good until the deadline only."""
    match counts_from:
        case FromDate(day):
            return piece.effective_on < day
        case FromEdition(edition):
            return (piece.edition or 0) < edition
    return False


def _renews_from_expiry(version: Version) -> bool:
    return (
        version.early_renewal_counts_from is RenewalCountsFrom.EXPIRY
        and version.recurrence.kind is Recurs.EVERY_MONTHS
    )


def _prolonged(row: Row, version: Version, enough: bool, held_since: dict[Term, date]) -> date:
    """The last good day of the longest term; what is enough holds its terms from here on."""
    terms = _terms(row, version, held_since)
    if enough:
        for term in terms:
            held_since.setdefault(term, row.effective_on)
    return max(term.end for term in terms)


def _terms(row: Row, version: Version, held_since: Mapping[Term, date]) -> list[Term]:
    """The piece's own term and every running one that it renews early, within its stated end."""
    done, rule = row.effective_on, version.recurrence
    # A set, since pieces share terms: ten renewals would hand on a thousand otherwise.
    cycles = {(done, 1)} | {
        (term.origin, term.cycles + 1)
        for term, since in held_since.items()
        if since < done <= term.end <= add_days(done, version.window_days)
    }
    return [Term(origin, count, min(_months_on(origin, rule, count), row.cap)) for origin, count in cycles]


def last_good_day(done: date, version: Version, hire_day: date) -> date:
    """To what day a completion is good by the rule alone, whatever the piece itself states."""
    rule = version.recurrence
    match rule.kind:
        case Recurs.EVERY_MONTHS:
            return _months_on(done, rule, 1)
        case Recurs.EACH_YEAR:
            return _end_of_next_year(done, rule.start_month)
        case Recurs.FIXED_DAY:
            return _next_yearly(done, rule.month, rule.day, version.window_days)
        case Recurs.HIRE_ANNIVERSARY:
            day = 31 if rule.to_month_end else hire_day.day
            return _next_yearly(done, hire_day.month, day, version.window_days)
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
