"""Tables as files: CSV and XLSX with the same columns, dates as dates, text never as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.texts import clean_text

type Value = str | int | Decimal | date | None

# Excel, LibreOffice and Google Sheets begin a formula with these, their full-width and small twins
# included, and look past white space and what cannot be seen; quotes and separators may end a cell early.
_SIGNS = "=+\\-@＝＋－＠﹦﹢﹣﹫"
_HIDDEN = "\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_FORMULA = re.compile(f"[{_HIDDEN}\"';,|]*[{_SIGNS}]|[\t\r\n]")
_GUARDED = re.compile(f"'[{_SIGNS}]")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*%?")
# A cell that a semicolon or a tab begins, where the reader takes these for separators. A dash before a
# blank or a digit is prose.
_INSIDE = re.compile(f"(?s)(?<=.)([;\t\r\n][{_HIDDEN}\"']*)(?=[=@＝＠﹦﹫]|[+\\-＋－﹢﹣](?![\\s\\d]))")

DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
# Excel's own limits.
_LONGEST_CELL, _LONGEST_TITLE = 32_767, 31
_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")
_WIDEST = 60


def formula_safe(text: str) -> str:
    """The text, with an apostrophe before what would be computed. A number, negative too, stays one."""
    if _GUARDED.match(text) or _NUMBER.fullmatch(text):
        return text
    text = _INSIDE.sub(r"\1'", text)
    return f"'{text}" if _FORMULA.match(text) else text


@dataclass(frozen=True)
class Table:
    """What a list gives as a file: `title` names the sheet."""

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Value]]


def as_csv(table: Table) -> bytes:
    """UTF-8 with a mark that Excel looks for, dates as 2026-11-28, each text guarded."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in (table.head, *table.rows):
        writer.writerow([_plain(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _plain(value: Value) -> str | int | Decimal:
    match value:
        case None:
            return ""
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case str():
            return formula_safe(_tidy(value))
    return value


def _tidy(text: str) -> str:
    """Without control characters; the blanks that keep a date together on a page are plain ones."""
    return clean_text(text).replace("\u00a0", " ")


def as_xlsx(table: Table) -> bytes:
    """Dates are dates, text is text whatever it begins with; the first row stays in sight."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NOT_IN_A_TITLE.sub(" ", table.title)[:_LONGEST_TITLE] or "Sheet")
    for number, heading in enumerate(table.head, 1):
        sheet.column_dimensions[get_column_letter(number)].width = min(len(heading) + 6, _WIDEST)
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, heading, bold=True) for heading in table.head])
    for row in table.rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Value, *, bold: bool = False) -> Any:
    """What the sheet gets: a plain value, or a cell where it needs a type or a look."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    content = _tidy(value)[:_LONGEST_CELL] if isinstance(value, str) else value
    is_formula = isinstance(content, str) and (content[:1] == "#" or _FORMULA.match(content) is not None)
    if not (is_formula or bold or isinstance(value, date)):
        return content
    cell = WriteOnlyCell(sheet, content)
    if is_formula:
        # Otherwise text that begins with "=" is a formula, "#N/A" an error; the mark keeps it text when edited.
        cell.data_type, cell.quotePrefix = "s", True
    elif isinstance(value, date):
        cell.number_format = MOMENT if isinstance(value, datetime) else DAY
    if bold:
        cell.font = Font(bold=True)
    return cell
