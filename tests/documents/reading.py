"""A PDF read back: its words, where each stands, with which fonts, and whether qpdf finds fault with it."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont
from pypdf import PdfReader

MM = 72 / 25.4


@dataclass(frozen=True)
class Shown:
    """One stretch of glyphs: its page, where it begins and ends, and the numbers of its glyphs."""

    page: int
    left: float
    right: float
    base: float
    font: str
    glyphs: tuple[int, ...]


class Printed:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.pdf = pikepdf.open(io.BytesIO(content))

    @property
    def faults(self) -> list[str]:
        """What `qpdf --check` would say."""
        return list(self.pdf.check_pdf_syntax())

    @cached_property
    def text(self) -> str:
        """Everything in it, without white space: lines may end anywhere in a long word."""
        pages = PdfReader(io.BytesIO(self.content)).pages
        return "".join("".join(page.extract_text() for page in pages).split())

    @property
    def spelled_out(self) -> str:
        """What lines say beside their glyphs."""
        found = []
        for page in self.pdf.pages:
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "BDC" and "/ActualText" in operands[1]:
                    found.append(str(operands[1]["/ActualText"]))
        return " ".join(found)

    def fonts(self) -> dict[str, Any]:
        found = {}
        for page in self.pdf.pages:
            for key, font in page.Resources.get("/Font", {}).items():
                found[str(key)] = font
        return found

    def outside(self, margin: float) -> list[Shown]:
        """What reaches into the left or right margin (millimeters), or off the page."""
        found = []
        for shown in self.shown():
            box = self.pdf.pages[shown.page].mediabox
            width, height = float(box[2]), float(box[3])
            edge = margin * MM - 1
            if shown.left < edge or shown.right > width - edge or not 8 < shown.base < height - 8:
                found.append(shown)
        return found

    def boxes(self) -> list[Shown]:
        """Glyphs that no font has: drawn as an empty box."""
        counts = {name: _glyph_count(font) for name, font in self.fonts().items()}
        return [s for s in self.shown() if any(not 0 < glyph < counts[s.font] for glyph in s.glyphs)]

    def shown(self) -> Iterator[Shown]:
        for number, page in enumerate(self.pdf.pages):
            widths = {str(key): _widths(font) for key, font in page.Resources.get("/Font", {}).items()}
            yield from _shown(number, page, widths)


def _shown(number: int, page: Any, widths: dict[str, dict[int, float]]) -> Iterator[Shown]:
    matrix, stack = pikepdf.Matrix(), []
    text, font, size = pikepdf.Matrix(), "", 0.0
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                stack.append(matrix)
            case "Q":
                matrix = stack.pop()
            case "cm":
                matrix = pikepdf.Matrix(*operands) @ matrix
            case "Tm":
                text = pikepdf.Matrix(*operands)
            case "Tf":
                font, size = str(operands[0]), float(operands[1])
            case "TJ" | "Tj":
                pieces = operands[0] if str(operator) == "TJ" else operands
                glyphs, advance = _advance(pieces, widths[font])
                advance *= size / 1000
                ends = [(pikepdf.Matrix().translated(x, 0) @ text @ matrix) for x in (0, advance)]
                left, right = sorted(float(end.e) for end in ends)
                yield Shown(number, left, right, float(ends[0].f), font, glyphs)
                text = pikepdf.Matrix().translated(advance, 0) @ text


def _advance(pieces: Any, widths: dict[int, float]) -> tuple[tuple[int, ...], float]:
    glyphs: list[int] = []
    total = 0.0
    for piece in pieces:
        if isinstance(piece, pikepdf.String):
            raw = bytes(piece)
            found = [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]
            glyphs += found
            total += sum(widths.get(glyph, 1000) for glyph in found)
        else:
            total -= float(piece)
    return tuple(glyphs), total


def _widths(font: Any) -> dict[int, float]:
    found: dict[int, float] = {}
    entries = list(font.DescendantFonts[0].get("/W", []))
    while entries:
        first, rest = int(entries.pop(0)), entries.pop(0)
        if isinstance(rest, pikepdf.Array):
            found |= {first + n: float(width) for n, width in enumerate(rest)}
        else:
            width = float(entries.pop(0))
            found |= dict.fromkeys(range(first, int(rest) + 1), width)
    return found


def font_file(font: Any) -> bytes:
    """The font program in the document; none: an error."""
    descriptor = font.DescendantFonts[0].FontDescriptor
    stream = descriptor.get("/FontFile2") or descriptor.get("/FontFile3")
    return bytes(stream.read_bytes())


def _glyph_count(font: Any) -> int:
    with TTFont(io.BytesIO(font_file(font)), lazy=True) as program:
        return int(program["maxp"].numGlyphs)


def family_of(font: Any) -> str:
    """Source-Sans-3 of ABCDEF+Source-Sans-3-Semi-Bold, without what a subset is marked with."""
    name = str(font.BaseFont)[1:]
    assert re.match("[A-Z]{6}[+]", name), name
    return re.sub("(-Semi-Bold|-Italic|,)*$", "", name[7:])
