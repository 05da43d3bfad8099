"""Working days: weekends, federal holidays as observed, the organization's own days off."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.dates import day_after
from portal.workdays import days_off_after, is_working_day, last_working_day

# As the Office of Personnel Management lists them for 2026 and 2027.
OBSERVED = [
    "2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-03", "2026-09-07",
    "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25", "2027-01-01", "2027-01-18", "2027-02-15",
    "2027-05-31", "2027-06-18", "2027-07-05", "2027-09-06", "2027-10-11", "2027-11-11", "2027-11-25",
    "2027-12-24", "2027-12-31",
]  # fmt: skip


def test_the_holidays_of_two_years_are_those_that_are_observed() -> None:
    days = [date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), date(2028, 1, 1).toordinal())]
    off = [day.isoformat() for day in days if day.weekday() < 5 and not is_working_day(day)]
    assert off == OBSERVED


@pytest.mark.parametrize(
    ("day", "off"),
    [("2026-03-19", 0), ("2026-03-20", 2), ("2026-07-02", 3), ("2026-11-25", 1), ("2026-12-24", 3)],
)
def test_the_days_off_after_a_working_day(day: str, off: int) -> None:
    assert len(days_off_after(date.fromisoformat(day))) == off


def test_the_organization_has_days_off_of_its_own(settings: Any) -> None:
    settings.DAYS_OFF = frozenset({date(2026, 12, 24)})
    assert last_working_day(date(2026, 12, 27)) == date(2026, 12, 23)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)))
def test_every_day_works_or_lies_behind_a_working_day(day: date) -> None:
    last = last_working_day(day)
    assert is_working_day(last)
    assert day == last or day in days_off_after(last)
    assert is_working_day(day_after((days_off_after(last) or [last])[-1]))
