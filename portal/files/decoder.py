"""Opens a file that somebody sent, in a process of its own with limits of memory and time.

A few at once per process of ours; who waits too long for a place is told so. Nothing of the file is
opened here: bytes go in by a temporary file, the cleaned copy comes out by another. Temporary files have
no name, so nothing is left behind when a process is killed.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, Any

from django.conf import settings

from portal.files import words
from portal.files.decoding.verdict import Why
from portal.files.errors import BadFile

log = logging.getLogger(__name__)

# By path and isolated: the portal, its settings and its secrets are not loaded.
_START = "import sys; sys.path.insert(0, sys.argv.pop(1)); from decoding.worker import main; main()"
_FOLDER = str(Path(__file__).resolve().parent)
# What a system may need to find its libraries; no setting of ours.
_KEPT = (
    "PATH",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "SYSTEMROOT",
    "TMPDIR",
    "TEMP",
    "TMP",
)
_VERDICT = 64 * 1024
# A copy may be larger than what was sent, a PNG of few colors above all.
_GROWS = 8


@dataclass(frozen=True)
class Decoded:
    """The cleaned copy, and what became of it."""

    content: IO[bytes]
    size: int
    content_type: str
    extension: str
    lost: tuple[str, ...]
    removed: tuple[str, ...]


@contextmanager
def decoded(source: IO[bytes]) -> Iterator[Decoded]:
    """The cleaned copy of a file, for the length of the block. `source` is a file of the system.

    Raises BadFile with words for who sent it.
    """
    with tempfile.TemporaryFile() as out:
        answer = _asked(source, out)
        if why := answer.get("refused", "" if "content_type" in answer else Why.PICTURE):
            log.info("A file was refused: %s %s", why, answer.get("error", ""))
            raise BadFile(words.refused(why))
        size = out.seek(0, os.SEEK_END)
        out.seek(0)
        kind, extension = answer["content_type"], answer["extension"]
        yield Decoded(out, size, kind, extension, tuple(answer["lost"]), tuple(answer["removed"]))


@cache
def _places(count: int) -> BoundedSemaphore:
    return BoundedSemaphore(count)


def _asked(source: IO[bytes], out: IO[bytes]) -> dict[str, Any]:
    places = _places(settings.DECODERS_AT_ONCE)
    if not places.acquire(timeout=settings.DECODER_WAIT_SECONDS):
        raise BadFile(words.busy())
    try:
        return _ask(source, out)
    finally:
        places.release()


def _ask(source: IO[bytes], out: IO[bytes]) -> dict[str, Any]:
    """The verdict; a process that is killed, by its clock or by its memory, has none."""
    source.seek(0)
    with tempfile.TemporaryFile() as verdict:
        with subprocess.Popen(  # noqa: S603 - our own command
            _command(), stdin=source, stdout=out, stderr=verdict, env=_environment()
        ) as process:
            try:
                process.wait(settings.DECODER_SECONDS)
            except subprocess.TimeoutExpired:
                return {"refused": Why.SLOW}
            finally:
                process.kill()
        verdict.seek(0)
        return _read(verdict.read(_VERDICT), process.returncode)


def _read(said: bytes, code: int) -> dict[str, Any]:
    try:
        answer = json.loads(said)
    except ValueError:
        return {
            "refused": Why.MEMORY if b"MemoryError" in said else Why.PICTURE,
            "error": f"ended with {code}",
        }
    return answer if isinstance(answer, dict) else {}


def _command() -> list[str]:
    limits = (
        settings.DECODER_MEMORY_MB * 2**20,
        settings.DECODER_SECONDS,
        settings.UPLOAD_MAX_BYTES * _GROWS,
    )
    return [sys.executable, "-I", "-c", _START, _FOLDER, *map(str, limits)]


def _environment() -> dict[str, str]:
    # One arena: each of them reserves memory that counts.
    return {"MALLOC_ARENA_MAX": "1", **{name: os.environ[name] for name in _KEPT if name in os.environ}}
