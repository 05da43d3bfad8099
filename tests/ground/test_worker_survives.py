"""A real worker, and every message that a broken sender could write: it goes on, and does the next job."""

import copy
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stack import Stack

pytestmark = pytest.mark.long

RUBBISH: list[Any] = [None, 42, "x", [], {}, ["a"], "\0", -1, {"a": 1}, "1999-99-99", 10**30]
SEND = "from portal.jobs.tasks import run; run.delay(987654)"


def paths_in(message: dict[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in message.items():
        yield (*before, key)
        if isinstance(value, dict):
            yield from paths_in(value, (*before, key))


def spoiled(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The message with each part of it replaced by rubbish, or left out."""
    for path in paths_in(message):
        for rubbish in [*RUBBISH, ...]:
            copied = copy.deepcopy(message)
            inner = copied
            for key in path[:-1]:
                inner = inner[key]
            if rubbish is ...:
                del inner[path[-1]]
            else:
                inner[path[-1]] = rubbish
            yield copied


def waiting(queue: Path) -> list[Path]:
    return [path for path in queue.glob("*.celery.msg") if not path.name.startswith(".")]


def until_none_waits(stack: Stack, queue: Path) -> None:
    end = time.monotonic() + 120
    while waiting(queue):
        assert time.monotonic() < end, f"{len(waiting(queue))} are left. {stack.tail('worker')}"
        time.sleep(0.2)


def test_no_message_ends_the_worker(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "stack")
    stack.load()
    queue = stack.folder / "broker" / "queue"
    shutil.rmtree(stack.folder / "broker", ignore_errors=True)
    stack.manage("shell", "-c", SEND)
    [sent] = waiting(queue)
    message = json.loads(sent.read_bytes())
    for number, bad in enumerate(spoiled(message)):
        (queue / f"1_{number:05d}.celery.msg").write_text(json.dumps(bad))
    (queue / "1_unknown.celery.msg").write_text(
        json.dumps({**message, "headers": {**message["headers"], "task": "portal.no.such.task"}})
    )
    stack.start("worker")
    try:
        until_none_waits(stack, queue)
        stack.manage("shell", "-c", SEND)
        until_none_waits(stack, queue)
        assert "starts again" not in stack.log("worker").read_text()
        assert "portal.no.such.task" in stack.log("worker").read_text()
    finally:
        stack.stop()
