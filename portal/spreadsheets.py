"""Text in cells that a spreadsheet program must not take for a formula."""

import re

# Excel, LibreOffice and Google Sheets begin a formula with these, their full-width twins included,
# and look past white space.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d[\d.,]*%?")


def formula_safe(text: str) -> str:
    """The text, with an apostrophe before what would be computed. A number, negative too, stays one."""
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text
