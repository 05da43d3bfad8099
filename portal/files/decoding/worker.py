"""The process that opens one file: the file comes by stdin, the cleaned copy leaves by stdout.

The verdict leaves by stderr, as JSON; what libraries write there goes nowhere. Whatever a parser raises
over a damaged or hostile file, the answer is a reason, not a trace.
"""

import json
import os
import sys
from dataclasses import asdict
from typing import Any, BinaryIO

from .verdict import Cleaned, Refusal, Why

_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"heif"}
# A PDF may begin after a few bytes of a mail or a web server.
_PDF_WITHIN = 1024


def main() -> None:
    """Arguments: memory in bytes, processor seconds, bytes of the copy."""
    verdict = os.dup(2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    _limit_myself(*(int(argument) for argument in sys.argv[1:4]))
    answer = examine(sys.stdin.buffer, sys.stdout.buffer)
    sys.stdout.flush()
    os.write(verdict, json.dumps(answer).encode())


def _limit_myself(memory: int, seconds: int, size: int) -> None:
    try:
        import resource
    except ImportError:  # Not every system has limits; the parent's clock runs everywhere.
        return
    limits = {resource.RLIMIT_CPU: seconds, resource.RLIMIT_FSIZE: size, resource.RLIMIT_CORE: 0}
    if sys.platform == "linux":
        limits[resource.RLIMIT_AS] = memory
    for which, most in limits.items():
        _soft, hard = resource.getrlimit(which)
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(which, (most, most))


def examine(source: BinaryIO, out: BinaryIO) -> dict[str, Any]:
    """`refused` and why, or what the cleaned copy is. `source` can be sought in."""
    unreadable = Why.KIND
    try:
        kind = kind_of(source.read(_PDF_WITHIN + 8))
        unreadable = Why.PDF if kind == "pdf" else Why.PICTURE
        return asdict(_clean(kind, source, out))
    except Refusal as refusal:
        return {"refused": refusal.why}
    except MemoryError:
        return {"refused": Why.MEMORY}
    except Exception as error:
        return {"refused": unreadable, "error": f"{type(error).__name__}: {error}"[:300]}


def kind_of(head: bytes) -> str:
    """What the first bytes say. Raises Refusal for what is not accepted."""
    if not head:
        raise Refusal(Why.EMPTY)
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return "picture"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return "heic"
    if b"%PDF-" in head[: _PDF_WITHIN + 5]:
        return "pdf"
    raise Refusal(Why.KIND)


def _clean(kind: str, source: BinaryIO, out: BinaryIO) -> Cleaned:
    """Each kind loads only what it needs."""
    if kind == "pdf":
        from .pdf import clean_pdf

        return clean_pdf(source, out)
    from .pictures import clean_heic, clean_picture

    return clean_heic(source, out) if kind == "heic" else clean_picture(source, out)
