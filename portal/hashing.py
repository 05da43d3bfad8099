"""One way to write plain JSON, and to hash it."""

import hashlib
import json
from typing import Any


def canonical_text(content: Any) -> str:
    """Plain JSON, written one way: sorted keys, no spaces, no escapes that are not needed."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def text_sha256(text: str) -> str:
    """The hash of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def canonical_sha256(content: Any) -> str:
    """The hash of plain JSON, as canonical_text writes it."""
    return text_sha256(canonical_text(content))
