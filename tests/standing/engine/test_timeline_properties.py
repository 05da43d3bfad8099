"""What holds of every timeline, whatever the rules and the facts."""

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.dates import add_months, day_in, month_end
from portal.standing.cases import parse_case
from portal.standing.engine.timeline import timeline
from portal.standing.engine.types import (
    Anchor,
    Due,
    Facts,
    Level,
    Piece,
    Recurrence,
    Recurs,
    State,
    StateSpan,
    Version,
    VersionedRule,
)
from tests.standing.engine.strategies import Case, cases, pieces

BEST_FIRST = list(State)
WATCHED = [date(2023, 10, 1) + timedelta(number) for number in range(900)]

briefly = settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def spans_of(case: Case) -> list[StateSpan]:
    return timeline(*parse_case(case))


def with_rows(case: Case, *rows: Case) -> Case:
    return {**case, "evidence": [*case["evidence"], *rows]}


def is_among(intervals: list[Any], day: date) -> bool:
    on = day.isoformat()
    return any(start <= on and (until is None or on < until) for start, until in intervals)


def is_present(case: Case, day: date) -> bool:
    versions = [[v["from"], v["until"]] for v in case["requirement"]["versions"]]
    return all(is_among(days, day) for days in (case["required"], case["employments"], versions))


def days_of(spans: list[StateSpan]) -> dict[date, State]:
    """The state of every watched day, by a walk over spans that are in order."""
    found = {}
    for span in spans:
        for day in WATCHED:
            if span.start <= day and (span.until is None or day < span.until):
                assert day not in found, "a day lies in one span only"
                found[day] = span.state
    return found


@briefly
@given(cases())
def test_the_days_of_presence_have_one_state_each_and_no_other_day_has_any(case: Case) -> None:
    assert set(days_of(spans_of(case))) == {day for day in WATCHED if is_present(case, day)}


@briefly
@given(cases())
def test_spans_come_in_order_and_neighbors_that_touch_differ(case: Case) -> None:
    spans = spans_of(case)
    for before, after in zip(spans, spans[1:], strict=False):
        assert before.until is not None
        assert before.start < before.until <= after.start
        alike = (before.state, before.because) == (after.state, after.because)
        assert not (alike and before.until == after.start)


@briefly
@given(cases())
def test_only_evidence_that_speaks_is_named(case: Case) -> None:
    for span in spans_of(case):
        assert (span.because is not None) == (span.state in {State.MET, State.REPORTED})


@briefly
@given(cases(), pieces(st.just("a new subject")))
def test_one_more_piece_of_a_new_subject_makes_no_day_worse(case: Case, piece: Case) -> None:
    before = days_of(spans_of(case))
    after = days_of(spans_of(with_rows(case, {"id": "new", **piece})))
    for day, state in before.items():
        assert BEST_FIRST.index(after[day]) <= BEST_FIRST.index(state), day


@briefly
@given(cases(), pieces(st.sampled_from(["s1", "s2", "a new subject"])))
def test_voiding_a_piece_gives_back_exactly_what_was(case: Case, piece: Case) -> None:
    new = {"id": "new", **piece}
    assert spans_of(with_rows(case, new, {"id": "void", "voids": "new"})) == spans_of(case)


@briefly
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_recording_matters_only_inside_a_subject_and_for_ties(case: Case, random: Any) -> None:
    # Voids look back, so they stay behind; every piece gets a subject and a first day of its own.
    rows = [
        {
            **row,
            "subject": row["id"],
            "effective_on": _earlier(row["effective_on"], number),
        }
        if "subject" in row
        else row
        for number, row in enumerate(case["evidence"])
    ]
    pieces = [row for row in rows if "subject" in row]
    others = [row for row in rows if "subject" not in row]
    days = [row["effective_on"] for row in pieces]
    if len(set(days)) < len(days):
        return
    straight = spans_of({**case, "evidence": [*pieces, *others]})
    random.shuffle(pieces)
    assert spans_of({**case, "evidence": [*pieces, *others]}) == straight


def _earlier(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days)).isoformat()


@briefly
@given(
    st.dates(date(1999, 1, 1), date(2060, 12, 31)) | st.just(date(2024, 2, 29)),
    st.integers(0, 60),
)
def test_adding_months_keeps_the_day_or_ends_with_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and later == month_end(later))
    assert later <= month_end(later) == day_in(later.year, later.month, 31)


@briefly
@given(st.integers(2000, 2060), st.sampled_from(list(Recurs)), st.integers(1, 3))
def test_the_29th_of_february_breaks_no_rule(year: int, kind: Recurs, months: int) -> None:
    hired = date(2000, 2, 29)
    rule = Recurrence(kind, months=months, start_month=2, month=2, day=29)
    version = Version(start=hired, level=Level.SEEN, due=Due(Anchor.HIRE), recurrence=rule, window_days=20)
    piece = Piece(
        id="p",
        subject="p",
        effective_on=day_in(year, 2, 29),
        last_good_day=day_in(year + 1, 2, 29),
        level=Level.SEEN,
    )
    days = ((hired, None),)
    spans = timeline(VersionedRule((version,)), Facts(employments=days, required=days, evidence=(piece,)))
    assert [span.state for span in spans if span.because == "p"] == [State.MET]
