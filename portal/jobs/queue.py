"""Work that must happen: asked for as a row, taken with a lease, safe to run twice."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal import lease as leases
from portal.audit.log import record
from portal.doorbell import ring_on_commit
from portal.errors import NotAllowed
from portal.hashing import canonical_sha256
from portal.jobs.models import Job
from portal.people.access.viewer import Viewer
from portal.people.facts.acting import actor_of
from portal.ui.status import StrOrPromise

log = logging.getLogger(__name__)

type Handler = Callable[[Job], Mapping[str, Any] | None]
# By id of the job, in words: for whom or what it is. As many queries for many as for one.
type About = Callable[[Sequence[Job]], Mapping[int, str]]

_handlers: dict[str, Handler] = {}
_words: dict[str, StrOrPromise] = {}
_about: dict[str, About] = {}


def register(kind: str, handler: Handler, words: StrOrPromise = "", about: About | None = None) -> None:
    """The app that knows a kind of work says how it is done, how people call it, and what each is about.

    The handler may be killed at any point.
    """
    _handlers[kind] = handler
    _words[kind] = words
    if about is not None:
        _about[kind] = about


def words_of(kind: str) -> str:
    """How people call this kind of work."""
    return str(_words.get(kind) or _("Work of another version"))


def about_of(jobs: Iterable[Job]) -> dict[int, str]:
    """By id, for whom or what each job is; of what is not on record any more nothing."""
    rows = list(jobs)
    found: dict[int, str] = {}
    for kind in dict.fromkeys(job.kind for job in rows):
        if kind in _about:
            found |= _about[kind]([job for job in rows if job.kind == kind])
    return found


def ask(
    kind: str,
    *,
    key: str,
    arguments: Mapping[str, Any] | None = None,
    actor: Any = None,
    is_first: bool = False,
) -> Job:
    """Ask for work, in the transaction of its cause; the doorbell rings on commit.

    `arguments` are plain JSON. The same kind, key and arguments asked for twice is one row; other
    arguments are other work. Where the key alone names the work (a certificate's PDF), the
    arguments follow from it. `is_first`: the key names a row that was made in this transaction, so
    that nobody can have asked before. Raises KeyError for a kind nobody registered.
    """
    if kind not in _handlers:
        raise KeyError(f"Unknown kind of job {kind!r}: call register() in the app's ready().")
    given = dict(arguments or {})
    named = {"kind": kind, "key": key, "arguments_sha256": canonical_sha256(given)}
    values = {"arguments": given, "asked_by": actor}
    if is_first:
        job, made = Job.objects.create(**named, **values), True
    else:
        job, made = Job.objects.get_or_create(**named, defaults=values)
    if made:
        _ring(job.pk)
    return job


def _ring(pk: int) -> None:
    ring_on_commit("portal.jobs.tasks.run", pk)


def lease(pk: int, now: datetime) -> Job | None:
    """Take a waiting job for the length of the lease; None if somebody else has it."""
    return leases.take(Job.objects.all(), pk, now)


def run_job(pk: int) -> Job | None:
    """Run one job if it waits. What fails is tried again later, at most Job.MAX_ATTEMPTS times."""
    job = lease(pk, timezone.now())
    if job is None:
        return None
    try:
        leases.refuse_if_worn_out(job)
        with leases.kept(job, longest=Job.LONGEST):
            result = _handlers[job.kind](job)
    except Exception as error:
        log.exception("Job %s failed", job)
        leases.fail(job, error, timezone.now())
    else:
        _done(job, result or {})
    return job


def _done(job: Job, result: Mapping[str, Any]) -> None:
    leases.finish(
        job,
        state=Job.State.DONE,
        result=dict(result),
        finished_at=timezone.now(),
        done_steps=job.all_steps,
    )


def report(job: Job, done: int, total: int) -> None:
    """Tell the page how far the work is, and keep the lease alive."""
    leases.fenced_update(job, done_steps=done, all_steps=total, lease_until=timezone.now() + Job.LEASE)


def may_try_again(by: Viewer, job: Job) -> bool:
    """HR for everybody and site admins any job, HR of a scope what they asked for themselves."""
    return by.keeps_organization or (by.has("hr") and job.asked_by_id == by.person.pk)


def try_again(job: Job, *, by: Viewer | None) -> None:
    """Somebody looked at a failed job and wants it tried again. Does nothing to one that did not fail.

    Raises NotAllowed for a job of others, unless by HR for everybody or a site admin.
    """
    if by is not None and not may_try_again(by, job):
        raise NotAllowed(_("Somebody else asked for this. Ask HR for everybody."))
    if leases.put_back(job, timezone.now()):
        record("jobs.job.tried_again", job, actor=actor_of(by), kind=job.kind, key=job.key)
        _ring(job.pk)
