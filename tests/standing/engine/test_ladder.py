"""The ladder: stages are crossed, not hit."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.standing.engine.ladder import Recipient, day_of, next_stage, stage_on, told_at

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
LEFT = st.integers(-400, 400)


@pytest.mark.parametrize(
    ("left", "stage"),
    [
        (91, None),
        (90, 90),
        (61, 90),
        (60, 60),
        (31, 60),
        (8, 14),
        (7, 7),
        (2, 7),
        (1, 1),
        (0, 0),
        (-1, 0),
        (-6, 0),
    ],
)
def test_the_latest_stage_crossed(left: int, stage: int | None) -> None:
    day = date(2026, 11, 24)
    assert stage_on(day + timedelta(days=left), day) == stage


@pytest.mark.parametrize(("left", "stage"), [(-7, -7), (-13, -7), (-14, -14), (-70, -70)])
def test_after_the_deadline_a_stage_each_week(left: int, stage: int) -> None:
    day = date(2026, 11, 24)
    assert stage_on(day + timedelta(days=left), day) == stage


@given(DAYS, LEFT)
def test_stages_only_go_down_as_days_pass(deadline: date, left: int) -> None:
    today, tomorrow = (stage_on(deadline, deadline - timedelta(days=n)) for n in (left, left - 1))
    if today is not None:
        assert tomorrow is not None
        assert tomorrow <= today


@given(DAYS, LEFT)
def test_the_day_of_a_stage_is_the_first_on_which_it_is_reached(deadline: date, left: int) -> None:
    stage = stage_on(deadline, deadline - timedelta(days=left))
    if stage is None:
        return
    first = day_of(stage, deadline)
    assert stage_on(deadline, first) == stage
    assert stage_on(deadline, first - timedelta(days=1)) != stage
    assert next_stage(stage) < stage


@given(st.sampled_from(["holder", "supervisor", "hr"]), st.integers(-10, 13))
def test_whoever_was_told_is_told_on(responsible: str, step: int) -> None:
    stages = [90, 60, 30, 14, 7, 1, 0, -7, -14]
    told = [set(told_at(stage, responsible)) for stage in stages]
    assert all(earlier <= later for earlier, later in zip(told, told[1:], strict=False))
    assert Recipient.HR in told[-1]
