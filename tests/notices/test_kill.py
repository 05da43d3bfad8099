"""Power cuts: a worker killed in mid-delivery, and a broker folder deleted. Nothing is lost.

The real worker, over the filesystem broker, with a real SMTP server that is slow on purpose.
"""

import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.stack import Stack, free_port

pytestmark = pytest.mark.long
PATIENCE = 90


class Postbox:
    """Takes mail, each one slowly enough to be interrupted."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.delay = 0.3
        self.lock = threading.Lock()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        import asyncio
        import email

        await asyncio.sleep(self.delay)
        message = email.message_from_bytes(envelope.content)
        with self.lock:
            self.ids.append(str(message["Message-ID"]))
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    box, port = Postbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


class MailingStack(Stack):
    """The demo stack with mail going out by SMTP."""

    smtp_port = 0

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "SMTP_URL": f"smtp://127.0.0.1:{self.smtp_port}"}

    def states(self) -> dict[str, int]:
        with sqlite3.connect(self.folder / "db.sqlite3", timeout=20) as database:
            rows = database.execute("SELECT state, COUNT(*) FROM notices_message GROUP BY state").fetchall()
        return dict(rows)


@pytest.fixture
def mailing(tmp_path: Path, postbox: tuple[Postbox, int]) -> Iterator[MailingStack]:
    stack = MailingStack(tmp_path / "stack")
    stack.smtp_port = postbox[1]
    stack.load()
    yield stack
    stack.stop()


def wait_until(done: Any, stack: "MailingStack") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if done():
            return
        time.sleep(0.2)
    raise AssertionError(f"It did not happen in time: {stack.states()}. {stack.tail('worker')}")


def test_a_killed_worker_and_a_deleted_broker_lose_no_mail(
    mailing: MailingStack, postbox: tuple[Postbox, int]
) -> None:
    box, _port = postbox
    owed = mailing.states().get("pending", 0)
    assert owed > 5
    mailing.start("worker")
    wait_until(lambda: len(box.ids) >= 2, mailing)
    mailing.kill("worker")
    shutil.rmtree(mailing.folder / "broker")
    # The lease of what the dead worker held runs out after two minutes: no need to wait for it here.
    with sqlite3.connect(mailing.folder / "db.sqlite3", timeout=20) as database:
        database.execute("UPDATE notices_message SET lease_until = '2020-01-01' WHERE state = 'sending'")
    box.delay = 0
    mailing.start("worker", "beat")
    wait_until(lambda: not {"pending", "sending"} & set(mailing.states()), mailing)
    states = mailing.states()
    assert states.get("failed", 0) == 0
    # Told in person, cancelled or sent: all that was owed is accounted for.
    assert len(set(box.ids)) + states.get("carried", 0) + states.get("cancelled", 0) >= owed
    twice = len(box.ids) - len(set(box.ids))
    assert twice <= 1, "only the one in hand may come twice, under the same Message-ID"
