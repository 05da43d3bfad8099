"""What the address asks for, after the question mark: a day, a number; or nothing that makes sense."""

from datetime import date

from django.http import HttpRequest
from django.utils.dateparse import parse_date

from portal.dates import EARLIEST, LATEST
from portal.ui.limits import BIGGEST


def day_in_query[Default: date | None](request: HttpRequest, name: str, default: Default) -> date | Default:
    """The day (YYYY-MM-DD) that the address names, from 1900 to 2200; else the default."""
    try:
        day = parse_date(request.GET.get(name, ""))
    except ValueError:
        return default
    return day if day is not None and EARLIEST <= day <= LATEST else default


def number_in_query(request: HttpRequest, name: str) -> int | None:
    """The id that the address names: digits, as large as a database holds; else None."""
    text = request.GET.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(BIGGEST))):
        return None
    number = int(text)
    return number if number <= BIGGEST else None
