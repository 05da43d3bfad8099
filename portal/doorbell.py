"""Ringing: a Celery message only says that a row waits. Nobody at the door is no error of who rang."""

import logging
from typing import Any

from django.db import transaction
from kombu.exceptions import OperationalError

from portal.outage import Outage

log = logging.getLogger(__name__)
outage = Outage("The broker took no message; the beat rings again.", log)


def ring_quietly(task: Any, *args: Any) -> None:
    """Send the task now; if the broker is down, the beat rings again within half a minute.

    Tried once, and for some seconds not again: who rings is a request that somebody waits for.
    """
    if outage.lasts:
        return
    try:
        task.apply_async(args, retry=False)
    except OperationalError as error:
        outage.begin(error)
    except Exception:
        log.warning("%s could not be sent; the beat rings again.", task.name, exc_info=True)


def ring_on_commit(task: Any, *args: Any) -> None:
    """Ring once the row can be seen by others; once per transaction, however many rows it wrote."""
    bell = (task.name, args)
    waiting = transaction.get_connection().run_on_commit
    if any(getattr(entry[1], "bell", None) == bell for entry in waiting):
        return

    def ring() -> None:
        ring_quietly(task, *args)

    ring.bell = bell  # type: ignore[attr-defined]
    transaction.on_commit(ring)
