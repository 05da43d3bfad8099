"""Public codes: 80 random bits as 16 letters and digits, made and read back."""

import re
import secrets
import unicodedata


def code_from(typed: str) -> str:
    """A code as it is stored, from what somebody read off paper or copied: any case, any grouping, O for 0, I or
    L for 1, the wide letters and digits of East Asian keyboards, the digits of any script.
    """
    plain = "".join(str(unicodedata.decimal(c, c)) for c in unicodedata.normalize("NFKC", typed))
    letters = re.sub(r"[^0-9A-Z]", "", plain.upper())
    return letters.translate(str.maketrans("OIL", "011"))


def public_code() -> str:
    """80 random bits as 16 letters and digits that cannot be misread (no I, L, O, U)."""
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(secrets.choice(alphabet) for _i in range(16))


def in_groups(code: str) -> str:
    """A code in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
