"""`make demo` as somebody types it: it answers, Ctrl-C ends it all, and the data is there the next time."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.database import ROOT
from tests.stack import Stack

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc"),
]


def processes_of(stack: Stack) -> list[str]:
    """Commands of every process, whoever's child, that was given this stack's folder."""
    mark = f"PRECEPTOR_VAR={stack.folder}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


@contextmanager
def make_demo(stack: Stack) -> Iterator[subprocess.Popen[bytes]]:
    with stack.log("web").open("ab") as log:
        demo = subprocess.Popen(
            ["make", "demo"], cwd=ROOT, env=stack.environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        stack.wait_for_web()
        yield demo
    finally:
        if demo.poll() is None:
            os.killpg(demo.pid, signal.SIGTERM)
            demo.wait(timeout=20)


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_end_of_the_demo_ends_every_process_and_keeps_the_data(
    tmp_path: Path, end: signal.Signals
) -> None:
    stack = Stack(tmp_path / "demo")
    stack.load()
    before = stack.manage("demo_accounts", "--json")

    with make_demo(stack) as demo:
        for part in ("gunicorn", "worker", "beat"):
            assert any(part in command for command in processes_of(stack)), stack.tail("web")
        # Ctrl-C goes to make's whole group; a service manager's SIGTERM to make alone.
        if end == signal.SIGINT:
            os.killpg(demo.pid, end)
        else:
            demo.send_signal(end)
        demo.wait(timeout=20)

    deadline = time.monotonic() + 10
    while processes_of(stack) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(stack) == []
    assert stack.manage("demo_accounts", "--json") == before
