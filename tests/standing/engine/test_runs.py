"""What a row carries beside its state, against a walk over single days."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given

from portal.dates import FAR, day_after, day_before
from portal.standing.cases import parse_case
from portal.standing.engine.runs import Row, rows
from portal.standing.engine.timeline import timeline
from portal.standing.engine.types import Facts, State, StateSpan, VersionedRule
from tests.standing.engine.strategies import Case, cases
from tests.standing.engine.test_timeline_properties import briefly

FINE = {State.MET, State.PENDING, State.WAIVED}
LATE = {State.GRACE, State.OVERDUE}
# Rows that are open are looked at so far; longer than any run that ends in the drawn cases.
HORIZON = timedelta(4000)


def state(spans: list[StateSpan], day: date) -> State | None:
    return next((s.state for s in spans if s.start <= day and (s.until is None or day < s.until)), None)


def last_of_run(spans: list[StateSpan], day: date, states: set[State]) -> date | None:
    """The last day of the unbroken run of these states from the day on; None where presence ends with it."""
    end = day
    while state(spans, day_after(end)) in states:
        end = day_after(end)
        if end - day > HORIZON:
            return None
    return None if state(spans, day_after(end)) is None else end


def first_of_run(spans: list[StateSpan], day: date, states: set[State]) -> date:
    while state(spans, day_before(day)) in states:
        day = day_before(day)
    return day


def deadline(spans: list[StateSpan], day: date) -> date | None:
    """The last day of the latest run in time that begins by the day; the day before presence if none."""
    while (found := state(spans, day)) is not None:
        if found in FINE:
            return last_of_run(spans, day, FINE)
        day = day_before(day)
    return day


def expected(requirement: VersionedRule, facts: Facts, spans: list[StateSpan], row: Row) -> date | None:
    unclaimed = timeline(requirement, facts, claims=False)
    present = timeline(requirement, replace(facts, absences=()), claims=False)
    last = day_before(row.run_until) if row.run_until else max(row.start, spans[-1].start) + HORIZON
    run_starts = next(span.start for span in spans if span.start <= row.start < (span.until or FAR))
    if state(unclaimed, run_starts) is State.PAUSED:
        return deadline(present, last)
    found = deadline(unclaimed, last)
    if found is None or found < run_starts or state(unclaimed, day_after(found)) is not State.PAUSED:
        return found
    beyond = deadline(present, found)
    return found if beyond is not None and beyond < found else beyond


@briefly
@given(cases())
def test_every_row_answers_as_a_walk_over_the_days_does(case: Case) -> None:
    requirement, facts = parse_case(case)
    spans = timeline(requirement, facts)
    versions = [version.start for version in requirement.versions]
    found = rows(requirement, facts)
    for row in found:
        assert row.state == state(spans, row.start)
        assert not any(row.start < day < (row.until or FAR) for day in versions), "one version each"
        met = row.state is State.MET
        assert row.good_through == (last_of_run(spans, row.start, {State.MET}) if met else None)
        end = row.good_through
        assert row.renewal_waits == (end is not None and state(spans, day_after(end)) is State.REPORTED)
        late = row.state in LATE
        assert row.late_since == (first_of_run(spans, row.start, LATE) if late else None)
        assert row.deadline == expected(requirement, facts, spans, row)
    joined = [(row.start, row.state, row.because) for row in found if row.start not in versions]
    assert joined == [(s.start, s.state, s.because) for s in spans if s.start not in versions]
