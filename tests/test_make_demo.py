"""`make demo` as somebody types it: it answers, Ctrl-C ends it all, and the data is there the next time.

A process killed, a broker full of rubbish or gone: the site answers all the while, and work is done.
"""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.database import ROOT
from tests.stack import Stack

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc"),
]


def processes_of(stack: Stack) -> dict[int, str]:
    """Id and command of every process, whoever's child, that was given this stack's folder."""
    mark = f"PRECEPTOR_VAR={stack.folder}".encode()
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
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
            assert any(part in command for command in processes_of(stack).values()), stack.tail("web")
        # Ctrl-C goes to make's whole group; a service manager's SIGTERM to make alone.
        if end == signal.SIGINT:
            os.killpg(demo.pid, end)
        else:
            demo.send_signal(end)
        demo.wait(timeout=20)

    deadline = time.monotonic() + 10
    while processes_of(stack) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(stack) == {}
    assert stack.manage("demo_accounts", "--json") == before


def main_process(stack: Stack, program: str) -> int:
    """The id of the program itself: the child of its keeper."""
    found = processes_of(stack)
    keepers = {pid for pid, command in found.items() if "keep_running" in command and program in command}
    for pid, command in found.items():
        if program in command and pid not in keepers and parent_of(pid) in keepers:
            return pid
    raise LookupError(f"{program} does not run: {found}")


def parent_of(pid: int) -> int:
    return int((Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])


def until(done: Callable[[], bool], stack: Stack, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, stack.tail("web")
        time.sleep(0.2)


def job_states(stack: Stack) -> set[str]:
    with closing(sqlite3.connect(stack.folder / "db.sqlite3", timeout=20)) as database:
        return {state for (state,) in database.execute("SELECT state FROM jobs_job")}


def ring_for_one_job(stack: Stack) -> None:
    """One job waits again, and its doorbell is rung from another process."""
    with closing(sqlite3.connect(stack.folder / "db.sqlite3", timeout=20)) as database, database:
        database.execute(
            "UPDATE jobs_job SET state = 'queued', not_before = '2020-01-01' WHERE id = (SELECT MIN(id) FROM jobs_job)"
        )
    stack.manage("shell", "-c", "from portal.jobs.tasks import ring; ring.delay()")


def runs(stack: Stack, program: str) -> bool:
    try:
        return bool(main_process(stack, program))
    except LookupError:
        return False


def test_neither_a_killed_process_nor_a_spoiled_broker_ends_the_site(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "demo")
    stack.load()
    with make_demo(stack) as demo:
        until(lambda: job_states(stack) == {"done"}, stack, 120)

        for program in ("worker", "beat"):
            killed = main_process(stack, program)
            os.kill(killed, signal.SIGKILL)
            assert stack.answers()
            until(lambda: runs(stack, program) and main_process(stack, program) != killed, stack)  # noqa: B023

        queue = stack.folder / "broker" / "queue"
        for number, rubbish in enumerate([b"", b'{"body": "W1t', b"42", b"\xff\xfe", b"{}"]):
            (queue / f"1_{number}.celery.msg").write_bytes(rubbish)
        ring_for_one_job(stack)
        until(lambda: job_states(stack) == {"done"}, stack)

        worker = main_process(stack, "worker")
        shutil.rmtree(stack.folder / "broker")
        assert stack.answers()
        ring_for_one_job(stack)
        until(lambda: job_states(stack) == {"done"}, stack)
        assert main_process(stack, "worker") == worker
        assert demo.poll() is None


def test_a_taken_port_ends_the_demo_and_says_so(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "demo")
    stack.load()
    with socket.create_server(("127.0.0.1", stack.port)), stack.log("web").open("ab") as log:
        demo = subprocess.Popen(
            ["make", "demo"], cwd=ROOT, env=stack.environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            assert demo.wait(timeout=90) != 0
        finally:
            if demo.poll() is None:
                os.killpg(demo.pid, signal.SIGTERM)
    assert "in use" in stack.log("web").read_text()
    until(lambda: not processes_of(stack), stack, 10)
