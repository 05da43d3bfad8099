"""Taking a row that is to be sent, ending the turn, trying again later: for messages and account mail alike.

A row has state (pending, sending, sent, failed, ...), not_before, lease_until, attempts, last_error.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 8
PENDING, SENDING, SENT, FAILED = "pending", "sending", "sent", "failed"


@transaction.atomic
def lease_row(waiting: QuerySet[Any], pk: int, now: datetime) -> Any | None:
    """Take a row for the length of the lease; None if another worker has it."""
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True, of=("self",))
    row = waiting.filter(pk=pk).first()
    if row is None:
        return None
    row.state, row.lease_until = SENDING, now + LEASE
    row.attempts += 1
    row.save(update_fields=["state", "lease_until", "attempts"])
    return row


def end_turn(row: Any, **values: Any) -> bool:
    """End this worker's turn. Says True if the row was sent.

    A worker that outlived its lease no longer holds the row: it changes nothing.
    """
    for name, value in {"lease_until": None, "last_error": "", **values}.items():
        setattr(row, name, value)
        values[name] = value
    mine = type(row)._default_manager.filter(pk=row.pk, state=SENDING, attempts=row.attempts)
    return bool(mine.update(**values)) and row.state == SENT


def refuse_too_many(row: Any) -> None:
    """Raises RuntimeError: each worker that had it died, or there would be an error on it."""
    if row.attempts > MAX_ATTEMPTS:
        raise RuntimeError("The worker died each time this was tried.")


def retry_later(row: Any, error: Exception) -> None:
    """Wait 1, 4, 9, 16 ... minutes, long enough for a mail server to come back; then it has failed."""
    end_turn(
        row,
        state=FAILED if row.attempts >= MAX_ATTEMPTS else PENDING,
        last_error=f"{type(error).__name__}: {error}"[:1000],
        not_before=timezone.now() + timedelta(minutes=row.attempts**2),
    )


def try_now(row: Any) -> None:
    """Somebody looked at a row that failed and wants it tried again."""
    row.state, row.attempts, row.not_before = PENDING, 0, timezone.now()
    row.save(update_fields=["state", "attempts", "not_before"])
