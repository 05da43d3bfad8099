"""Dates, numbers and words as the portal writes them; most functions are template filters too.

Non-breaking spaces inside dates and units. `today` is the day something is seen from.
"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portal.dates import EARLIEST

NBSP = "\xa0"


def _as_day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value if isinstance(value, date) else None


def _today(today: Any) -> date:
    return _as_day(today) or timezone.localdate()


def _written(value: date | datetime | time, pattern: str) -> str:
    return date_format(value, pattern).replace(" ", NBSP)


def day(value: Any, today: Any = None) -> str:
    """Nov 23, or Nov 23, 2025 outside the current year."""
    on = _as_day(value)
    if on is None:
        return ""
    if on.year == _today(today).year:
        return _written(on, pgettext("date format, day in this year", "M j"))
    return day_year(on)


def day_year(value: Any) -> str:
    """Nov 23, 2026, always with the year: documents and records."""
    on = _as_day(value)
    return _written(on, pgettext("date format, day with year", "M j, Y")) if on else ""


def day_long(value: Any) -> str:
    """November 23, 2026."""
    on = _as_day(value)
    return _written(on, pgettext("date format, long", "F j, Y")) if on else ""


def day_full(value: Any) -> str:
    """Monday, November 23, 2026. The weekday may stand on a line of its own."""
    on = _as_day(value)
    if on is None:
        return ""
    return f"{date_format(on, 'l')}, {day_long(on)}"


def days_of(row: Any, today: Any = None) -> str:
    """The days of a dated fact: Jan 3, 2024 – Mar 1, 2026, since Jan 3, 2024, or from Dec 1, 2026 on.

    What holds for all days says so.
    """
    first, last = row.starts_on, row.last_day
    if first <= EARLIEST:
        return _("until %(day)s") % {"day": day_year(last)} if last is not None else _("always")
    if last is not None:
        return day_year(first) if first == last else f"{day_year(first)} – {day_year(last)}"
    if first > _today(today):
        return _("from %(day)s on") % {"day": day_year(first)}
    return _("since %(day)s") % {"day": day_year(first)}


def clock(value: Any) -> str:
    """14:02, in the time zone in force."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return date_format(value, "H:i") if isinstance(value, datetime | time) else ""


def moment(value: Any, today: Any = None) -> str:
    """Nov 23, 14:02."""
    return f"{day(value, today)}, {clock(value)}" if isinstance(value, datetime) else day(value, today)


def days_left(value: Any, today: Any = None) -> str:
    """In prose: in 19 days, tomorrow, today, yesterday, 12 days ago."""
    on = _as_day(value)
    if on is None:
        return ""
    days = (on - _today(today)).days
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if days in near:
        return near[days]
    words = (
        ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
        if days > 0
        else ngettext("%(n)d day ago", "%(n)d days ago", -days) % {"n": -days}
    )
    return words.replace(" ", NBSP)


def plain_number(value: Any, decimals: int | None = None) -> str:
    number = Decimal(str(value))
    if decimals is not None:
        return f"{number:,.{decimals}f}"
    text = f"{number:,.2f}"
    return text.rstrip("0").rstrip(".")


def amount(value: Any) -> str:
    """1,136 or 1.5: thousands with a comma, no idle zeros."""
    return "" if value in (None, "") else plain_number(value)


def hours(value: Any, decimals: int | None = None) -> str:
    """52 h, 1.5 h; `hours:1` keeps one decimal, for columns."""
    return "" if value in (None, "") else f"{plain_number(value, decimals)}{NBSP}h"


def percent(part: Any, whole: Any = None) -> str:
    """95.8%, of `part` in `whole`, or of a number that is a percentage already. Nothing of nothing is nothing."""
    if part in (None, ""):
        return ""
    number = Decimal(str(part))
    if whole is not None:
        if not whole:
            return ""
        number = number * 100 / Decimal(str(whole))
    text = f"{number:.1f}".removesuffix(".0")
    return f"{text}%"


def count_words(value: Any) -> str:
    """Zero to twelve in words, larger numbers in figures."""
    words = (
        _("zero"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"),
        _("eight"), _("nine"), _("ten"), _("eleven"), _("twelve"),
    )  # fmt: skip
    number = int(value)
    return words[number] if 0 <= number < len(words) else amount(number)


def filesize_short(value: Any) -> str:
    """84 KB, 1.2 MB."""
    size = float(value or 0)
    for unit in ("bytes", "KB", "MB"):
        if size < 1000 or unit == "MB":
            break
        size /= 1000
    text = f"{size:.1f}" if unit == "MB" and size < 10 else f"{size:.0f}"
    return f"{text}{NBSP}{unit}"


def code_groups(code: Any) -> str:
    """A verification code in groups of four, as it is printed."""
    text = str(code)
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def browser_name(user_agent: Any) -> str:
    """Firefox on Windows: enough to know one's own devices."""
    text = str(user_agent)
    browsers = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows"}
    systems |= {"Mac OS": "macOS", "Linux": "Linux"}
    browser = next((name for mark, name in browsers.items() if mark in text), "")
    system = next((name for mark, name in systems.items() if mark in text), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown browser")


FILTERS = (
    day,
    day_year,
    day_long,
    day_full,
    days_of,
    clock,
    moment,
    amount,
    hours,
    percent,
    count_words,
    filesize_short,
    code_groups,
    browser_name,
)
