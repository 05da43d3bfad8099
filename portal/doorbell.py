"""Ringing: a Celery message only says that a row waits. Nobody at the door is no error of who rang."""

import logging
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from portal.outage import Outage

log = logging.getLogger(__name__)
outage = Outage("The broker took no message; the beat rings again.", log)


def ring_quietly(task: str, *args: Any) -> None:
    """Send the task of that name now; if the broker is down, the beat rings again within half a minute.

    By its name, so that what is rung may itself import who rings. Tried once, and for some seconds not
    again: who rings is a request that somebody waits for.
    """
    if outage.lasts:
        return
    try:
        _task(task).apply_async(args, retry=False)
    except OperationalError as error:
        outage.begin(error)
    except Exception:
        log.warning("%s could not be sent; the beat rings again.", task, exc_info=True)


def _task(name: str) -> Any:
    if name not in current_app.tasks:
        # A web process loads the tasks when it first rings.
        current_app.loader.import_default_modules()
    return current_app.tasks[name]


def ring_on_commit(task: str, *args: Any) -> None:
    """Ring once the row can be seen by others; once per transaction, however many rows it wrote."""
    bell = (task, args)
    waiting = transaction.get_connection().run_on_commit
    if any(getattr(entry[1], "bell", None) == bell for entry in waiting):
        return

    def ring() -> None:
        ring_quietly(task, *args)

    ring.bell = bell  # type: ignore[attr-defined]
    transaction.on_commit(ring)
