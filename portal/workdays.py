"""Working days of the organization: Monday to Friday, but for holidays. Pure, but for the setting.

The holidays are the federal ones of the United States (5 U.S.C. 6103) on the day on which they are observed,
and the organization's own days off (setting DAYS_OFF). Nothing else knows how a holiday is found.
"""

from datetime import date, timedelta
from functools import cache

from django.conf import settings

from portal.dates import day_after, day_before

MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6
# Month, weekday, and which one of the month; -1: the last.
_MOVING = (
    (1, MONDAY, 3),  # Birthday of Martin Luther King, Jr.
    (2, MONDAY, 3),  # Washington's Birthday
    (5, MONDAY, -1),  # Memorial Day
    (9, MONDAY, 1),  # Labor Day
    (10, MONDAY, 2),  # Columbus Day
    (11, THURSDAY, 4),  # Thanksgiving Day
)
# New Year's Day, Juneteenth, Independence Day, Veterans Day, Christmas Day.
_FIXED = ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in _holidays(day.year) and day not in settings.DAYS_OFF


def last_working_day(day: date) -> date:
    """The day, or the latest working day before it."""
    while not is_working_day(day):
        day = day_before(day)
    return day


def days_off_after(day: date) -> list[date]:
    """The days between this working day and the next one, in order; none on most days."""
    found = []
    while not is_working_day(day := day_after(day)):
        found.append(day)
    return found


@cache
def _holidays(year: int) -> frozenset[date]:
    """The days of the year on which a federal holiday is observed; New Year's Day perhaps on December 31."""
    days = [_observed(date(year, month, day)) for month, day in _FIXED]
    days += [_moving(year, *rule) for rule in _MOVING]
    if year < date.max.year:
        days.append(_observed(date(year + 1, 1, 1)))
    return frozenset(day for day in days if day.year == year)


def _observed(day: date) -> date:
    """On Friday what falls on a Saturday, on Monday what falls on a Sunday."""
    if day.weekday() == SATURDAY and day > date.min:
        return day_before(day)
    return day_after(day) if day.weekday() == SUNDAY else day


def _moving(year: int, month: int, weekday: int, which: int) -> date:
    if which > 0:
        first = date(year, month, 1)
        ahead = (weekday - first.weekday()) % 7
        return first + timedelta(days=ahead + 7 * (which - 1))
    last = date(year, month + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)
