"""Lease: a row that waits for a worker, is taken for a limited time, and is tried again if it fails."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.db import DatabaseError, connection, models, transaction
from django.db.models import Q
from django.utils import timezone

log = logging.getLogger(__name__)


class LeaseQuerySet(models.QuerySet[Any]):
    def waiting(self, now: datetime) -> Self:
        """Rows that wait and are due, and rows whose worker did not end before its lease ran out."""
        is_due = Q(state=self.model.WAITS_AS, not_before__lte=now)
        return self.filter(is_due | Q(state=self.model.LEASED_AS, lease_until__lt=now))


class Lease(models.Model):
    """Mixin for work kept as a row. The model has a field `state` and names three of its values here."""

    WAITS_AS: ClassVar[str]
    LEASED_AS: ClassVar[str]
    FAILED_AS: ClassVar[str]
    # How long one worker holds a row, and how often it is tried before it has failed.
    LEASE: ClassVar[timedelta]
    MAX_ATTEMPTS: ClassVar[int]

    state: Any
    not_before = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        abstract = True


class DiedEachTime(RuntimeError):
    """Each worker that took the row was killed or ran out of memory: none of them left an error."""

    def __init__(self) -> None:
        super().__init__("The worker died each time this was tried.")


@transaction.atomic
def take[L: Lease](rows: LeaseQuerySet, pk: int, now: datetime) -> L | None:
    """Lease the row with that key to this worker; None if it does not wait or another worker has it.

    `rows` may be narrowed or carry select_related(); only the row itself is locked.
    """
    waiting = rows.waiting(now)
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True, of=("self",))
    row: L | None = waiting.filter(pk=pk).first()
    if row is None:
        return None
    row.state, row.lease_until = row.LEASED_AS, now + row.LEASE
    row.attempts += 1
    row.save(update_fields=["state", "lease_until", "attempts"])
    return row


def refuse_if_worn_out(row: Lease) -> None:
    """Raises DiedEachTime for a row that was taken more often than it may be tried."""
    if row.attempts > row.MAX_ATTEMPTS:
        raise DiedEachTime


def fenced_update(row: Lease, **values: Any) -> bool:
    """Set columns of a leased row, here and in the database. False if the lease is no longer this worker's.

    The number of attempts is the fence: who outlived the lease finds a higher one and changes nothing.
    """
    for name, value in values.items():
        setattr(row, name, value)
    mine = _rows_of(row).filter(pk=row.pk, state=row.LEASED_AS, attempts=row.attempts)
    return bool(mine.update(**values))


def renew(row: Lease, now: datetime) -> bool:
    """Hold a leased row for another length of the lease. False as in fenced_update()."""
    return fenced_update(row, lease_until=now + row.LEASE)


@contextmanager
def kept(row: Lease, *, longest: timedelta) -> Iterator[None]:
    """While the block runs, another thread renews the lease; no longer than `longest`, in case it hangs.

    Work that is one transaction cannot do it itself: nobody would see it before the commit.
    """
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(row, over, longest), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep(row: Lease, over: threading.Event, longest: timedelta) -> None:
    mine = copy(row)
    end = timezone.now() + longest
    pause = row.LEASE / 4
    while not over.wait(pause.total_seconds()) and timezone.now() < end:
        try:
            if not renew(mine, timezone.now()):
                return
        except DatabaseError:
            # Busy just now: on SQLite the work itself may be writing. Nobody else can take the row meanwhile.
            log.info("The lease of %s could not be renewed now", mine, exc_info=True)
        finally:
            connection.close()


def finish(row: Lease, **values: Any) -> bool:
    """End this worker's turn without an error; `values` name the new state. False as in fenced_update()."""
    return fenced_update(row, **{"lease_until": None, "last_error": "", **values})


def fail(row: Lease, error: Exception, now: datetime) -> bool:
    """End this worker's turn with an error: tried again later, or failed after MAX_ATTEMPTS."""
    return finish(
        row,
        state=row.FAILED_AS if row.attempts >= row.MAX_ATTEMPTS else row.WAITS_AS,
        last_error=f"{type(error).__name__}: {error}"[:2000],
        not_before=retry_at(row.attempts, now),
    )


def refuse(row: Lease, error: Exception, **values: Any) -> bool:
    """End this worker's turn with an error that another try cannot change."""
    words = f"{type(error).__name__}: {error}"[:2000]
    return finish(row, state=row.FAILED_AS, last_error=words, **values)


def give_back(row: Lease, error: Exception, not_before: datetime) -> bool:
    """End this worker's turn without a try: what failed is not about this row."""
    words = f"{type(error).__name__}: {error}"[:2000]
    tries = max(row.attempts - 1, 0)
    mine = _rows_of(row).filter(pk=row.pk, state=row.LEASED_AS, attempts=row.attempts)
    return bool(
        mine.update(
            state=row.WAITS_AS, attempts=tries, lease_until=None, last_error=words, not_before=not_before
        )
    )


def retry_at(attempts: int, now: datetime) -> datetime:
    """1, 4, 9, 16 ... minutes from now: long enough for a service to come back."""
    return now + timedelta(minutes=attempts**2)


def put_back(row: Lease, now: datetime) -> bool:
    """A failed row waits again, with all its tries before it. False for a row that did not fail."""
    failed = _rows_of(row).filter(pk=row.pk, state=row.FAILED_AS)
    return bool(failed.update(state=row.WAITS_AS, attempts=0, not_before=now))


def _rows_of(row: Lease) -> Any:
    return type(row)._default_manager
