"""Work that must happen: asked for as a row, taken with a lease, safe to run twice."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from portal.doorbell import ring_on_commit
from portal.jobs.models import Job

log = logging.getLogger(__name__)

type Handler = Callable[[Job], Mapping[str, Any] | None]

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 6
_handlers: dict[str, Handler] = {}


def register(kind: str, handler: Handler) -> None:
    """The app that knows a kind of work says how it is done. The handler may be killed at any point."""
    _handlers[kind] = handler


def ask(kind: str, *, key: str, arguments: Mapping[str, Any] | None = None, actor: Any = None) -> Job:
    """Ask for work, in the transaction of its cause; the doorbell rings on commit.

    The same kind and key asked for twice is one row. Raises KeyError for a kind nobody registered.
    """
    if kind not in _handlers:
        raise KeyError(f"Unknown kind of job {kind!r}: call register() in the app's ready().")
    job, made = Job.objects.get_or_create(
        kind=kind, key=key, defaults={"arguments": dict(arguments or {}), "asked_by": actor}
    )
    if made:
        _ring(job.pk)
    return job


def _ring(pk: int) -> None:
    from portal.jobs.tasks import run

    ring_on_commit(run, pk)


@transaction.atomic
def claim(pk: int, now: datetime) -> Job | None:
    """Take a waiting job for the length of the lease; None if somebody else has it."""
    rows = Job.objects.waiting(now)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    job: Job | None = rows.filter(pk=pk).first()
    if job is None:
        return None
    job.state = Job.State.RUNNING
    job.lease_until = now + LEASE
    job.attempts += 1
    job.save(update_fields=["state", "lease_until", "attempts"])
    return job


def run_job(pk: int) -> Job | None:
    """Run one job if it waits. What fails is tried again later, at most MAX_ATTEMPTS times."""
    job = claim(pk, timezone.now())
    if job is None:
        return None
    try:
        if job.attempts > MAX_ATTEMPTS:
            raise RuntimeError("The worker died each time this was tried.")
        result = _handlers[job.kind](job)
    except Exception as error:
        log.exception("Job %s failed", job)
        _failed(job, error)
    else:
        _done(job, result or {})
    return job


def _done(job: Job, result: Mapping[str, Any]) -> None:
    job.state, job.result, job.last_error = Job.State.DONE, dict(result), ""
    job.finished_at, job.lease_until = timezone.now(), None
    job.save(update_fields=["state", "result", "last_error", "finished_at", "lease_until"])


def _failed(job: Job, error: Exception) -> None:
    final = job.attempts >= MAX_ATTEMPTS
    job.state = Job.State.FAILED if final else Job.State.QUEUED
    job.last_error = f"{type(error).__name__}: {error}"[:2000]
    job.lease_until = None
    # 1, 4, 9, 16 ... minutes: long enough for a service to come back.
    job.not_before = timezone.now() + timedelta(minutes=job.attempts**2)
    job.save(update_fields=["state", "last_error", "lease_until", "not_before"])


def report(job: Job, done: int, total: int) -> None:
    """Tell the page how far the work is, and keep the lease alive."""
    lease = timezone.now() + LEASE
    Job.objects.filter(pk=job.pk).update(done_steps=done, all_steps=total, lease_until=lease)


def try_again(job: Job) -> None:
    """Somebody looked at a failed job and wants it tried again."""
    job.state, job.attempts, job.not_before = Job.State.QUEUED, 0, timezone.now()
    job.save(update_fields=["state", "attempts", "not_before"])
    _ring(job.pk)
