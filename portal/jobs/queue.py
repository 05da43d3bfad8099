"""Work that must happen: asked for as a row, taken with a lease, safe to run twice."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from portal.audit.log import record
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
    ring_on_commit("portal.jobs.tasks.run", pk)


@transaction.atomic
def lease(pk: int, now: datetime) -> Job | None:
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
    job = lease(pk, timezone.now())
    if job is None:
        return None
    try:
        if job.attempts > MAX_ATTEMPTS:
            # Each of those workers was killed, or ran out of memory: there was no error to record.
            raise RuntimeError("The worker died each time this was tried.")
        result = _handlers[job.kind](job)
    except Exception as error:
        log.exception("Job %s failed", job)
        _failed(job, error)
    else:
        _done(job, result or {})
    return job


def _done(job: Job, result: Mapping[str, Any]) -> None:
    _mark(
        job,
        state=Job.State.DONE,
        result=dict(result),
        last_error="",
        finished_at=timezone.now(),
        done_steps=job.all_steps,
    )


def _failed(job: Job, error: Exception) -> None:
    _mark(
        job,
        state=Job.State.FAILED if job.attempts >= MAX_ATTEMPTS else Job.State.QUEUED,
        last_error=f"{type(error).__name__}: {error}"[:2000],
        # 1, 4, 9, 16 ... minutes: long enough for a service to come back.
        not_before=timezone.now() + timedelta(minutes=job.attempts**2),
    )


def _mark(job: Job, **values: Any) -> None:
    """End this worker's turn. One that outlived its lease no longer holds the job: it changes nothing."""
    for name, value in {**values, "lease_until": None}.items():
        setattr(job, name, value)
        values[name] = value
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts).update(**values)


def report(job: Job, done: int, total: int) -> None:
    """Tell the page how far the work is, and keep the lease alive."""
    job.done_steps, job.all_steps, job.lease_until = done, total, timezone.now() + LEASE
    mine = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)
    mine.update(done_steps=done, all_steps=total, lease_until=job.lease_until)


def try_again(job: Job, *, actor: Any) -> None:
    """Somebody looked at a failed job and wants it tried again. Does nothing to one that did not fail."""
    failed = Job.objects.filter(pk=job.pk, state=Job.State.FAILED)
    if failed.update(state=Job.State.QUEUED, attempts=0, not_before=timezone.now()):
        record("jobs.job.tried_again", job, actor=actor, kind=job.kind, key=job.key)
        _ring(job.pk)
