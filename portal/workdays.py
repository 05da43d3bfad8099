"""Working days of the organization: Monday to Friday, but for holidays. Pure, but for the setting.

The holidays are the federal ones of the United States (5 U.S.C. 6103) on the day on which they are observed,
from the `holidays` package, and the organization's own days off (setting DAYS_OFF).
"""

from datetime import date
from functools import cache

from django.conf import settings
from holidays import country_holidays

from portal.dates import day_after, day_before

SATURDAY = 5


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
    return frozenset(day for day in country_holidays("US", years=year, observed=True) if day.year == year)
