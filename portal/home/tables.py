"""The lists of these pages as files: the columns on screen, and the dates behind their words."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from portal.home.board import Board, Cell
from portal.home.roster import Row
from portal.spreadsheets import Table, Value
from portal.standing.clearance import Clearance
from portal.standing.engine.status import Word
from portal.standing.items import Item
from portal.standing.labels import label


def board_table(board: Board, clearance: Mapping[int, Clearance]) -> Table:
    """Each requirement in three columns: the words, good through, deadline.

    Where one is asked for each state served, the words say each with its date, and the columns have
    the dates of the most pressing.
    """
    head = [_("Employee number"), _("Name"), _("Title"), _("Cleared")]
    for column in board.columns:
        name = {"name": column.heading}
        head += [column.heading, _("%(name)s: good through") % name, _("%(name)s: deadline") % name]
    return Table(_("Standing %(day)s") % {"day": board.on}, head, _board_rows(board, clearance))


def _board_rows(board: Board, clearance: Mapping[int, Clearance]) -> Iterator[list[Value]]:
    for row in board.rows:
        person = row.person
        found: list[Value] = [person.employee_number, person.sort_name, row.title]
        found.append(clearance[person.pk].words if person.pk in clearance else "")
        for cell in row.cells:
            found += [_words(cell), *_dates(cell)]
        yield found


def _words(cell: Cell) -> str:
    if not cell.items:
        return label(Word.NOT_REQUIRED)
    if len(cell.items) == 1:
        [item] = cell.items
        return f"{item.scope}: {item.phrase}" if item.scope else item.phrase
    return "; ".join(_with_date(item) for item in cell.items)


def _with_date(item: Item) -> str:
    day = item.last_good_day or item.deadline
    return f"{item.scope}: {item.phrase} ({day:%Y-%m-%d})" if day else f"{item.scope}: {item.phrase}"


def _dates(cell: Cell) -> list[Value]:
    return [cell.worst.last_good_day, cell.worst.deadline] if cell.items else [None, None]


def items_table(items: Iterable[Item], on: date) -> Table:
    head = [
        _("Employee number"),
        _("Person"),
        _("Requirement"),
        _("State served"),
        _("Standing"),
        _("Good through"),
        _("Deadline"),
        _("Late since"),
        _("Renewal sent"),
    ]
    return Table(_("Items %(day)s") % {"day": on}, head, map(_item_row, items))


def _item_row(item: Item) -> list[Value]:
    return [
        item.person.employee_number,
        item.person.sort_name,
        item.requirement.name,
        item.scope,
        item.phrase,
        item.last_good_day,
        item.deadline,
        item.late_since,
        _("Yes") if item.renewal_waits else _("No"),
    ]


def clearance_table(rows: Iterable[Row], on: date) -> Table:
    """A person in as many rows as there are reasons, so that each stands beside its dates."""
    head = [
        _("Employee number"),
        _("Person"),
        _("Title and team"),
        _("Cleared"),
        _("Reason"),
        _("Standing"),
        _("Deadline"),
        _("Late since"),
    ]
    return Table(_("Clearance %(day)s") % {"day": on}, head, _clearance_rows(rows))


def _clearance_rows(rows: Iterable[Row]) -> Iterator[list[Value]]:
    for row in rows:
        person, standing = row.person, row.standing
        first: list[Value] = [person.employee_number, person.sort_name, row.place, standing.words]
        barriers = [] if standing.clearance else standing.barriers
        for words, item in barriers or [("", None)]:
            dates = [item.phrase, item.deadline, item.late_since] if item else [None, None, None]
            yield [*first, words, *dates]
