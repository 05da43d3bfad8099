"""What a file is called, and what its first bytes say it is."""

import re
from pathlib import PurePath
from typing import IO

from portal.files.decoding.worker import kind_of

_TYPES = {"pdf": (".pdf", "application/pdf"), "heic": (".heic", "image/heic")}
_JPEG, _PNG = (".jpg", "image/jpeg"), (".png", "image/png")


def safe_name(name: str, extension: str) -> str:
    """The person's own name for the file, without path or odd characters, with the true extension."""
    stem = re.sub(r"[^\w\- ().]+", "_", PurePath(name.replace("\\", "/")).stem).strip("._ ")[:80]
    return f"{stem or 'file'}{extension}"


def extension_of(source: IO[bytes]) -> tuple[str, str]:
    """Extension and type of a file that was accepted."""
    source.seek(0)
    head = source.read(2048)
    kind = kind_of(head)
    return _TYPES.get(kind) or (_PNG if head.startswith(b"\x89PNG") else _JPEG)
