"""Taking back what concerns everybody, in a worker: one transaction, safe to ask for and to run twice."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.clock import business_today
from portal.errors import Refused, Stale
from portal.hashing import canonical_sha256
from portal.jobs.models import Job
from portal.jobs.queue import ask
from portal.people.access.viewer import Viewer
from portal.people.errors import Conflict
from portal.people.facts.act import refuse_unexpected
from portal.people.facts.lock import lock_organization
from portal.people.facts.taking_back import undo, withdraw
from portal.people.facts.wording import change_words
from portal.people.models import Batch, Change
from portal.people.record.later import Told

TAKE_BACK = "people.take_back"

type Subject = Change | Batch


def ask_for_taking_back(subject: Subject, reason: str, by: Viewer) -> Job:
    """Ask a worker to take the change, or all of the batch, back as the plan of today says.

    Asked twice it is one job, until that has ended: by then the record may be another. Raises what
    taking back refuses, and Stale where the plan is not what recording() expects.
    """
    plan = _act(subject).plan(subject, reason=reason, by=by)
    refuse_unexpected(plan)
    name = _name(subject)
    arguments = {"subject": name, "plan": plan.fingerprint(), "reason": reason, "after": _ended(name)}
    key = f"{name}:{canonical_sha256(arguments)[:16]}"
    return ask(TAKE_BACK, key=key, arguments=arguments, actor=by.person)


def _ended(name: str) -> int:
    """The latest job about it that has ended; 0 where none has."""
    ended = Job.objects.filter(kind=TAKE_BACK, arguments__subject=name, state__in=Job.ENDED)
    return ended.order_by("pk").values_list("pk", flat=True).last() or 0


def take_back_job(job: Job) -> dict[str, Any]:
    """The job's handler. A refusal ends it, with words for the page; what waited in vain is tried again."""
    try:
        with transaction.atomic():
            # Before anything is read: another worker may be taking back the same.
            lock_organization()
            subject = _subject(job.arguments["subject"])
            if not _stands(subject):
                return {"skipped": "taken back already"}
            return _take_back(job, subject)
    except Conflict as conflict:
        return {"refused": conflict.message, "changes": [change.pk for change in conflict.changes]}
    except Stale:
        raise
    except Refused as refused:
        return {"refused": refused.message}


def _take_back(job: Job, subject: Subject) -> dict[str, Any]:
    """As it was asked for. The rights are those of today."""
    given, act = job.arguments, _act(subject)
    asked = {"reason": given["reason"], "by": _viewer(job)}
    try:
        refuse_unexpected(act.plan(subject, **asked), given["plan"])
    except Stale as stale:
        # Nothing changes beside this transaction, so trying again does not help: somebody looks again.
        return {"refused": stale.message}
    act(subject, **asked)
    return {"taken_back": given["subject"]}


def _viewer(job: Job) -> Viewer | None:
    return Viewer(job.asked_by, business_today()) if job.asked_by is not None else None


def _act(subject: Subject) -> Any:
    return undo if isinstance(subject, Batch) else withdraw


def _name(subject: Subject) -> str:
    """change:7"""
    return f"{subject._meta.model_name}:{subject.pk}"


def _subject(name: str) -> Subject:
    model, _colon, pk = name.partition(":")
    return Batch.objects.get(pk=pk) if model == "batch" else Change.objects.get(pk=pk)


def _stands(subject: Subject) -> bool:
    return bool(subject.changes.standing().exists() if isinstance(subject, Batch) else subject.stands)


# ---- what the pages say ---------------------------------------------------------------------------


_MODELS = ("change", "batch")


def about(jobs: Sequence[Job]) -> dict[int, str]:
    """Which change or batch each is to take back."""
    named = {job.pk: job.arguments.get("subject", "") for job in jobs}
    ids = {
        model: [name.partition(":")[2] for name in named.values() if name.startswith(model)]
        for model in _MODELS
    }
    changes = Change.objects.select_related("made_by").filter(pk__in=ids["change"])
    words = {_name(row): change_words(row) for row in changes}
    words |= {_name(row): _batch_words(row) for row in Batch.objects.filter(pk__in=ids["batch"])}
    return {pk: words.get(name, "") for pk, name in named.items()}


def _batch_words(batch: Batch) -> str:
    """Batch of Nov 27, 2026: the wrong list."""
    day = date_format(timezone.localtime(batch.created_at), "M j, Y")
    words = _("Batch of %(day)s") % {"day": day}
    return f"{words}: {batch.reason}" if batch.reason else words


def told_of(subjects: Iterable[Subject]) -> Mapping[Subject, Told]:
    """What became of the latest asking about each, of those that still stand. One query where nothing was asked."""
    named = {_name(subject): subject for subject in subjects}
    rows = Job.objects.filter(kind=TAKE_BACK, arguments__subject__in=list(named)).order_by("pk")
    latest = {named[job.arguments["subject"]]: job for job in rows}
    found = {subject: _told(job) for subject, job in latest.items() if _stands(subject)}
    return {subject: told for subject, told in found.items() if told is not None}


def _told(job: Job) -> Told | None:
    """Nothing where it was taken back: it stands again since."""
    if not job.has_ended:
        words = _("It concerns everybody, so it takes a moment. Nothing else needs to be done.")
        return Told(waits=True, title=_("Being taken back"), words=words)
    if job.state == Job.State.FAILED:
        words = _(
            "An error came up. HR and the site admin see it under background work and can try it again."
        )
        return Told(waits=False, title=_("Could not be taken back"), words=words)
    if (refused := job.result.get("refused")) is None:
        return None
    later = Change.objects.filter(pk__in=job.result.get("changes", ())).select_related("made_by")
    return Told(
        waits=False,
        title=_("Not taken back"),
        words=refused,
        conflicts=tuple(change_words(change) for change in later.order_by("-pk")),
    )
