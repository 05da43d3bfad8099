"""Opening files in a process of their own: limits that hold, words for what is refused."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from threading import BoundedSemaphore
from typing import IO, Any

import pytest

from portal.files import decoder
from portal.files.decoder import decoded
from portal.files.errors import BadFile
from tests.files.hostile.pdfs import pdf
from tests.files.hostile.pictures import drawn, empty_png, saved


@pytest.fixture
def sent() -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as file:
        yield file


def opened(file: IO[bytes], content: bytes) -> bytes:
    file.write(content)
    file.flush()
    with decoded(file) as copy:
        found = copy.content.read()
        assert len(found) == copy.size
        return found


def test_it_knows_neither_django_nor_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "tell nobody")
    monkeypatch.setattr(
        decoder, "_START", "import os, sys; print(sorted(os.environ)); print('django' in sys.modules)"
    )
    said = subprocess.run(
        decoder._command(), env=decoder._environment(), capture_output=True, text=True, check=True
    ).stdout
    assert "SECRET_KEY" not in said
    assert said.endswith("False\n")


def test_what_takes_too_long_is_ended_and_said(sent: IO[bytes], settings: Any) -> None:
    settings.DECODER_SECONDS = 0.01
    with pytest.raises(BadFile, match="takes too long"):
        opened(sent, pdf())


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are kept on Linux")
def test_what_needs_too_much_memory_is_refused_in_words(sent: IO[bytes], settings: Any) -> None:
    settings.DECODER_MEMORY_MB = 200
    with pytest.raises(BadFile, match="too much memory|cannot be read"):
        opened(sent, empty_png(8000, 8000, 8, 6, 32001))


@pytest.mark.parametrize(
    "ending", ["os.kill(os.getpid(), 9)", "os._exit(3)", "sys.exit('MemoryError')", "pass"]
)
def test_a_process_that_dies_is_a_file_that_cannot_be_read(
    sent: IO[bytes], monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr(decoder, "_START", f"import os, sys; {ending}")
    with pytest.raises(BadFile):
        opened(sent, pdf())


def test_a_verdict_that_is_no_verdict_is_not_believed(
    sent: IO[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    for said in ("[]", '"x"', "{}", '{"refused": "because"}'):
        monkeypatch.setattr(decoder, "_START", f"import sys; sys.stderr.write({said!r})")
        with pytest.raises(BadFile, match="cannot be read"):
            opened(sent, pdf())


def test_who_waits_too_long_for_a_place_is_told_and_the_next_one_gets_it(
    sent: IO[bytes], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = BoundedSemaphore(1)
    settings.DECODER_WAIT_SECONDS = 0.05
    monkeypatch.setattr(decoder, "_places", lambda _count: places)
    with places, pytest.raises(BadFile, match="Wait a minute"):
        opened(sent, pdf())
    assert opened(sent, pdf()).startswith(b"%PDF-")
    sent.truncate(0)
    with pytest.raises(BadFile, match="empty"):
        opened(sent, b"")
    assert places.acquire(blocking=False), "a refusal gives the place back"


def test_without_limits_of_the_system_the_clock_still_runs(
    sent: IO[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    without = "import sys; sys.modules['resource'] = None; sys.platform = 'darwin'; "
    monkeypatch.setattr(decoder, "_START", without + decoder._START)
    assert opened(sent, saved(drawn("RGB"), "PNG")).startswith(b"\x89PNG")
