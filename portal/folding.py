"""Text as it is compared in a search: without accents, case and apostrophes."""

import unicodedata

# Letters that Unicode does not take apart into a plain letter and a mark.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
    | dict.fromkeys("'’‘ʼ`´ʻ′", "")
)


def fold(text: str) -> str:
    """ "Núñez" and "nunez" fold to the same, as do "O’Brien", "O'Brien" and "obrien". White space is single."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(bare.translate(_PLAIN).split())
