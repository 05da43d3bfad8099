"""The keeper of a process: it starts again what ends, passes signals on, and never spins."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.database import ROOT


def keep(*arguments: str, **more: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-P", str(ROOT / "portal" / "keep_running.py"), *arguments]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True, **more)


def wait_for(path: Path, lines: int) -> list[str]:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if path.exists() and len(found := path.read_text().splitlines()) >= lines:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{path} did not get {lines} lines.")


@pytest.mark.parametrize("end", ["exit 0", "exit 3", "kill -9 $$"])
def test_a_program_that_ends_is_started_again(tmp_path: Path, end: str) -> None:
    starts = tmp_path / "starts"
    keeper = keep("--pause", "0.05", "sh", "-c", f"echo $$ >> {starts}; {end}")
    assert len(set(wait_for(starts, 3))) >= 3
    keeper.terminate()
    _, said = keeper.communicate(timeout=5)
    assert keeper.returncode == 0
    assert "it starts again in 0.05 s" in said
    assert "it starts again in 0.1 s" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_passed_on_and_ends_it(tmp_path: Path, number: signal.Signals) -> None:
    heard = tmp_path / "heard"
    script = (
        f"trap 'echo heard >> {heard}; exit 0' TERM INT; echo up >> {heard}; while :; do sleep 0.05; done"
    )
    keeper = keep("sh", "-c", script)
    wait_for(heard, 1)
    keeper.send_signal(number)
    assert keeper.wait(timeout=5) == 0
    assert heard.read_text().splitlines() == ["up", "heard"]


def test_the_whole_group_ends_with_it(tmp_path: Path) -> None:
    """As honcho ends it: the signal reaches the program twice."""
    started = tmp_path / "started"
    keeper = keep("sh", "-c", f"echo $$ >> {started}; exec sleep 60")
    [pid] = wait_for(started, 1)
    os.killpg(keeper.pid, signal.SIGTERM)
    assert keeper.wait(timeout=5) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_it_ends_at_once_in_the_pause() -> None:
    keeper = keep("--pause", "60", "false")
    assert keeper.stderr is not None
    assert keeper.stderr.readline() == "false ended with 1; it starts again in 60 s\n"
    began = time.monotonic()
    keeper.terminate()
    assert keeper.wait(timeout=5) == 0
    assert time.monotonic() - began < 1


def test_what_must_start_and_does_not_ends_it(tmp_path: Path) -> None:
    """The port is taken: saying so for ever would hide it."""
    assert keep("--must-start", "sh", "-c", "exit 7").wait(timeout=5) == 7
    assert keep("--must-start", "true").wait(timeout=5) == 1


def test_a_program_that_is_not_there_is_said_at_once() -> None:
    assert keep("no-such-program").wait(timeout=5) == 1
