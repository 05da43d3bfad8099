"""One way to hash plain JSON."""

import hashlib
import json
from typing import Any


def canonical_sha256(content: Any) -> str:
    """The hash of plain JSON, written one way: sorted keys, no spaces, UTF-8."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
