"""Words of a PDF that lie outside of their page: cut off in print, unseen on a screen."""

from collections.abc import Sequence
from typing import Any

from pypdf import PageObject
from pypdf._text_extraction._layout_mode import Font
from pypdf._text_extraction._layout_mode._text_state_params import TextStateParams

type Point = tuple[float, float]

SLACK = 0.5  # points
ASCENT = 0.7  # of the font's size: the height of a capital letter


def outside(page: PageObject) -> list[str]:
    """The pieces of text whose box is not inside the page."""
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    return [
        text
        for text, points in _boxes(page)
        if text.strip()
        and not all(
            left - SLACK <= x <= right + SLACK and bottom - SLACK <= y <= top + SLACK for x, y in points
        )
    ]


def _boxes(page: PageObject) -> list[tuple[str, list[Point]]]:
    """Each piece of text with the ends of its base line, and the points a capital letter above them."""
    fonts = page._layout_mode_fonts()
    held: dict[str, Any] = {"font": None, "size": 0.0}
    found: list[tuple[str, list[Point]]] = []

    def look(operator: bytes, operands: Any, cm: Sequence[float], tm: Sequence[float]) -> None:
        if operator == b"Tf":
            held["font"], held["size"] = fonts.get(operands[0]), float(operands[1])
        elif operator in (b"Tj", b"TJ") and held["font"] is not None:
            pieces = operands[0] if operator == b"TJ" else operands
            text, width = _measure(pieces, held["font"], held["size"])
            high = ASCENT * held["size"]
            corners = ((0.0, 0.0), (width, 0.0), (0.0, high), (width, high))
            found.append((text, [_moved(_moved(corner, tm), cm) for corner in corners]))

    page.extract_text(visitor_operand_before=look)
    return found


def _measure(pieces: Sequence[Any], font: Font, size: float) -> tuple[str, float]:
    """The text, and its width in the units of the text's own space."""
    text, width = "", 0.0
    for piece in pieces:
        if isinstance(piece, int | float):
            width -= float(piece) / 1000 * size
            continue
        raw = piece if isinstance(piece, bytes) else piece.original_bytes
        shown = TextStateParams(value=raw, font=font, font_size=size)
        text, width = text + shown.text, width + shown.displaced_tx
    return text, width


def _moved(point: Point, matrix: Sequence[float]) -> Point:
    (x, y), (a, b, c, d, e, f) = point, matrix
    return a * x + c * y + e, b * x + d * y + f
