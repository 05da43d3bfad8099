"""Text as it is kept: no NUL anywhere, no line breaks or invisible characters in a line."""

import re
import unicodedata

# What PDF, Word and old systems end lines and pages with.
_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Controls, but tab and line break; halves of surrogate pairs.
_NOT_IN_A_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# By category: Cc control, Cf format (zero width, direction), Cs surrogate, Zl and Zp breaks.
_NOT_IN_A_LINE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def clean_text(text: str) -> str:
    """The text with plain line breaks, without NUL and other control characters (tabs stay)."""
    return _NOT_IN_A_TEXT.sub("", _BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    """The text as one line: breaks and tabs become a space, control and invisible characters go."""
    spaced = " ".join(clean_text(text).split())
    if spaced.isprintable():
        # Then none is of these categories, and nearly every text is.
        return spaced
    return "".join(c for c in spaced if unicodedata.category(c) not in _NOT_IN_A_LINE).strip()


def flaw_of_line(text: str) -> str:
    """The first character that a line must not have, else "".

    Refused: breaks, tabs, control characters, and what cannot be seen but changes how a name reads
    or compares: zero width, and direction overrides.
    """
    return next((c for c in text if unicodedata.category(c) in _NOT_IN_A_LINE), "")


def flaw_of_text(text: str) -> str:
    """The first character that no text must have, else "": NUL, controls, half a surrogate pair."""
    found = _NOT_IN_A_TEXT.search(text)
    return found.group() if found else ""


# In a column of half a page, a line of this many letters is full.
_LINE = 45


def room_of(text: str) -> int:
    """How much room a text takes on paper, in Latin letters: wide characters count double, a line is full."""
    return width_of(text) + _LINE * text.count("\n")


def width_of(text: str) -> int:
    """How wide a line is, in Latin letters: Chinese, Japanese and Korean characters and emoji count double."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def fitted(text: str, longest: int) -> str:
    """The text as one line of at most so many characters; what is cut off is shown by an ellipsis."""
    line = one_line(text)
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
