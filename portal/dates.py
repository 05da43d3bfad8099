"""Business-date arithmetic: pure functions over dates, with a far end that nothing runs past."""

from calendar import isleap
from datetime import MAXYEAR, date, timedelta

FAR = date.max
"""The day that stands for "never": sums that would run past it stop there."""

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
"""The days that people may enter, both inclusive."""

_DAY = timedelta(1)
_LAST_ORDINAL = FAR.toordinal()
_DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def day_in(year: int, month: int, day: int) -> date:
    """The given day of a month, or the month's last day where the month is shorter."""
    if year > MAXYEAR:
        return FAR
    return date(year, month, day if day <= 28 else min(day, _days_in_month(year, month)))


def month_end(day: date) -> date:
    """The last day of the month that holds `day`."""
    return day_in(day.year, day.month, 31)


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on; the end of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day_in(year, month + 1, day.day)


def add_days(day: date, days: int) -> date:
    """So many days on or back, stopping at the ends of time."""
    ordinal = day.toordinal() + days
    return FAR if ordinal > _LAST_ORDINAL else date.fromordinal(max(ordinal, 1))


def holds(start: date, until: date | None, day: date) -> bool:
    """Is the day in [start, until)? `until` None is open."""
    return start <= day and (until is None or day < until)


def day_after(day: date) -> date:
    return day + _DAY if day < FAR else FAR


def day_before(day: date) -> date:
    return day - _DAY if day > date.min else date.min


def _days_in_month(year: int, month: int) -> int:
    return 29 if month == 2 and isleap(year) else _DAYS_IN_MONTH[month - 1]
