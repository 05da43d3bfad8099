"""Power cuts: a worker killed in mid-delivery, and a broker folder deleted. No mail and no job is lost.

The real worker, over the filesystem broker, with a real SMTP server that is slow on purpose.
"""

import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
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
        return {**super().environment, "SMTP_URL": f"smtp://127.0.0.1:{self.smtp_port}", "DIGEST_HOUR": "0"}

    def states(self, table: str = "notices_message") -> dict[str, int]:
        return dict(self.sql(f"SELECT state, COUNT(*) FROM {table} GROUP BY state"))

    def sql(self, statement: str) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "db.sqlite3", timeout=20)) as database, database:
            return database.execute(statement).fetchall()


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
    raise AssertionError(f"It did not happen in time: {stack.states()}. {stack.tail('mail')}")


def test_a_killed_worker_and_a_deleted_broker_lose_no_mail(
    mailing: MailingStack, postbox: tuple[Postbox, int]
) -> None:
    box, _port = postbox
    # What stands in the inboxes of the demo was told in the weeks before: all of it is new again.
    mailing.sql("UPDATE notices_told SET message_id = NULL, mailed_at = NULL, read_at = NULL")
    mailing.sql("UPDATE notices_notice SET looked_on = NULL")
    [[owed]] = mailing.sql(
        "SELECT COUNT(DISTINCT recipient_id) FROM notices_notice"
        " WHERE looked_on IS NULL AND by_mail AND settled_at IS NULL"
    )
    jobs = mailing.states("jobs_job").get("queued", 0)
    assert owed > 5
    assert jobs > 0
    mailing.start("worker", "mail")
    wait_until(lambda: len(box.ids) >= 2, mailing)
    mailing.kill("worker")
    mailing.kill("mail")
    shutil.rmtree(mailing.folder / "broker")
    # The lease of what the dead worker held runs out after minutes: no need to wait for it here.
    mailing.sql("UPDATE notices_message SET lease_until = '2020-01-01' WHERE state = 'sending'")
    mailing.sql("UPDATE jobs_job SET lease_until = '2020-01-01' WHERE state = 'running'")
    box.delay = 0
    mailing.start("worker", "mail", "beat")
    wait_until(lambda: len(set(box.ids)) > 5, mailing)
    wait_until(lambda: not {"pending", "sending"} & set(mailing.states()), mailing)
    states = mailing.states()
    assert states.get("failed", 0) == 0
    # Told in person, cancelled or sent: all that was owed is accounted for.
    assert len(set(box.ids)) + states.get("carried", 0) + states.get("cancelled", 0) >= owed
    # Each of the two processes had at most one in hand: it may come again, under the same Message-ID.
    assert len(box.ids) - len(set(box.ids)) <= 2
    wait_until(lambda: not {"queued", "running"} & set(mailing.states("jobs_job")), mailing)
    assert mailing.states("jobs_job") == {"done": jobs}
