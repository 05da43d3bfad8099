"""Which fonts a text needs: whole ones of our own, by script, loaded only where the text has the script.

Nothing depends on the fonts of the machine: the same text looks the same, and has the same bytes, anywhere.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "vendor"

_UPRIGHT = ("400-normal",)
_TWO = ("400-normal", "600-normal")
_THREE = ("400-normal", "400-italic", "600-normal")


@dataclass(frozen=True)
class Family:
    """The font files of one family: `slug-weight-style.suffix`."""

    name: str
    slug: str
    faces: tuple[str, ...] = _UPRIGHT
    suffix: str = "ttf"

    def path(self, face: str) -> Path:
        return FOLDER / f"{self.slug}-{face}.{self.suffix}"

    def rules(self) -> str:
        """The family as @font-face rules."""
        found = ""
        for face in self.faces:
            weight, style = face.split("-")
            found += (
                f'@font-face {{ font-family: "{self.name}"; font-weight: {weight}; font-style: {style}; '
                f'src: url("{self.path(face).as_uri()}"); }}\n'
            )
        return found


SANS = Family("Source Sans 3", "source-sans-3", _THREE)
SERIF = Family("Source Serif 4", "source-serif-4", _THREE)

# Latin, Greek and Cyrillic to their last letter, and Devanagari.
NOTO = Family("Noto Sans", "noto-sans", _THREE)
HEBREW = Family("Noto Sans Hebrew", "noto-sans-hebrew", _TWO)
# Each letter is one glyph. Noto Sans Arabic puts letters together of dots and shapes that many letters share:
# what is copied out of such a PDF is another text.
ARABIC = Family("Noto Naskh Arabic", "noto-naskh-arabic", _TWO)
THAI = Family("Noto Sans Thai", "noto-sans-thai", _TWO)
# Pango looks for a family of this name first where characters are meant as emoji.
EMOJI = Family("emoji", "noto-emoji")
MATH = Family("Noto Sans Math", "noto-sans-math", suffix="woff2")
SYMBOLS = Family("Noto Sans Symbols 2", "noto-sans-symbols-2", suffix="woff2")
CHINESE = Family("Noto Sans SC", "noto-sans-sc", suffix="otf")
JAPANESE = Family("Noto Sans JP", "noto-sans-jp", suffix="otf")
KOREAN = Family("Noto Sans KR", "noto-sans-kr", suffix="otf")

# The same Chinese characters are drawn differently in the three languages: kana and hangul tell which.
_KANA = re.compile("[\u3041-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\uac00-\ud7ff]")

# Nothing is drawn for these: joiners, marks of direction, selectors of a variant.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
# What ends a line somewhere and nowhere else.
_LINE_ENDS = str.maketrans("\x0b\x0c\x85\u2028\u2029", "\n" * 5)


def fonts_for(text: str) -> tuple[str, tuple[Family, ...]]:
    """The text as it can be printed, and the families that it needs beside Source Sans and Serif.

    A character that no font has is spelled out, as [U+0B95]: nothing is a box, and nothing is lost.
    """
    text = text.translate(_LINE_ENDS)
    open_ones = {ord(c) for c in set(text) if not (" " <= c <= "~" or c in "\n\r\t" or _INVISIBLE.match(c))}
    open_ones -= coverage(SANS)
    families = []
    for family in _in_order(text):
        if not open_ones:
            break
        if found := open_ones & coverage(family):
            families.append(family)
            open_ones -= found
    return text.translate({code: f"[U+{code:04X}]" for code in open_ones}), tuple(families)


def _in_order(text: str) -> Iterable[Family]:
    yield from (NOTO, HEBREW, ARABIC, THAI, EMOJI, MATH, SYMBOLS)
    if _KANA.search(text):
        yield JAPANESE
    if _HANGUL.search(text):
        yield KOREAN
    yield from (CHINESE, JAPANESE, KOREAN)


@cache
def coverage(family: Family) -> frozenset[int]:
    """The code points that every face of the family has."""
    from fontTools.ttLib import TTFont

    found: frozenset[int] | None = None
    for face in family.faces:
        with TTFont(family.path(face), lazy=True) as font:
            codes = frozenset(font.getBestCmap())
        found = codes if found is None else found & codes
    return found or frozenset()


def style_sheet(families: Iterable[Family]) -> str:
    """The fonts, and in which order each character looks for one that has it."""
    rules = "".join(family.rules() for family in (SANS, SERIF, *families))
    others = "".join(f', "{family.name}"' for family in families)
    sans, serif = f'"{SANS.name}"', f'"{SERIF.name}", "{SANS.name}"'
    return f"{rules}:root {{ --sans: {sans}{others}; --serif: {serif}{others}; }}\n"
