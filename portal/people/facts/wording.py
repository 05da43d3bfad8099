"""Facts and changes in words: each kind of fact says what it is, without the person it is about."""

from collections.abc import Callable
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.dates import EARLIEST
from portal.people.facts.act import label_of
from portal.people.models import Change
from portal.people.models.change import Inserted

type Words = Callable[[Any], str]

_words: dict[type[Inserted], Words] = {}
_ledgers: list[Callable[[Change], list[Inserted]]] = []


def register_words(model: type[Inserted], words: Words) -> None:
    """`words(row)` says what the row is: Case manager, North."""
    _words[model] = words


def register_rows(rows_of: Callable[[Change], list[Inserted]]) -> None:
    """`rows_of(change)`: what else than facts the change put on record."""
    if rows_of not in _ledgers:
        _ledgers.append(rows_of)


def other_rows(change: Change) -> list[Inserted]:
    """The rows of ledgers that the change put on record."""
    return [row for rows_of in _ledgers for row in rows_of(change)]


def what_of(row: Inserted) -> str:
    """Position: Case manager, North."""
    kind = capfirst(str(row._meta.verbose_name))
    words = _words.get(type(row))
    return f"{kind}: {words(row)}" if words is not None else kind


def days_words(row: Any) -> str:
    """From Jan 3, 2026; Jan 3, 2026 – Mar 1, 2026; nothing for what has no days."""
    if getattr(row, "starts_on", None) is None:
        return ""
    first = date_format(row.starts_on, "M j, Y")
    last_day = getattr(row, "last_day", None)
    if row.starts_on <= EARLIEST:
        if last_day is None:
            return _("always")
        return _("until %(day)s") % {"day": date_format(last_day, "M j, Y")}
    if last_day is None:
        return _("from %(day)s") % {"day": first}
    if last_day == row.starts_on:
        return first
    return f"{first} – {date_format(last_day, 'M j, Y')}"


def name_of(change: Change) -> str:
    """What was done: New position; or Position corrected."""
    return label_of(change.act, corrects=change.corrects)


def change_words(change: Change) -> str:
    """New position, Nov 27, 2026, by Hana Sato."""
    day = date_format(change.made_on, "M j, Y")
    if change.made_by is None:
        return f"{name_of(change)}, {day}"
    return _("%(act)s, %(day)s, by %(name)s") % {
        "act": name_of(change),
        "day": day,
        "name": change.made_by,
    }
