"""Rule changes for everybody run in a worker: one transaction, safe to ask for and to run twice."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from portal.clock import business_today
from portal.hashing import canonical_sha256
from portal.jobs.models import Job
from portal.jobs.queue import ask
from portal.people.access.rights import demand_keeper
from portal.people.access.viewer import Viewer
from portal.people.facts.lock import lock_organization
from portal.standing.models import Requirement
from portal.standing.requirements.change import Draft, change_requirement

CHANGE = "standing.change_requirement"


def ask_for_change(requirement: Requirement, draft: Draft, *, by: Viewer) -> Job:
    """Ask a worker for the change. The same draft asked twice is one job; another draft is another.

    Raises NotAllowed unless the viewer may turn what concerns everybody.
    """
    demand_keeper(by)
    top = requirement.versions.aggregate(top=Max("number"))["top"] or 0
    arguments = {"requirement": requirement.pk, "top": top, "draft": draft.as_json()}
    key = f"{requirement.pk}:{canonical_sha256(arguments)[:16]}"
    return ask(CHANGE, key=key, arguments=arguments, actor=by.person)


def change_job(job: Job) -> dict[str, Any]:
    """The job's handler. If the change was made before the worker died, nothing is done again."""
    with transaction.atomic():
        # Before anything is read: another worker may be making the same change.
        lock_organization()
        return _change(job)


def _change(job: Job) -> dict[str, Any]:
    given = job.arguments
    draft = Draft.from_json(given["draft"])
    requirement = Requirement.objects.get(pk=given["requirement"])
    if any(draft.is_in(version) for version in requirement.versions.filter(number__gt=given["top"])):
        return {"skipped": "already changed"}
    by = Viewer(job.asked_by, business_today()) if job.asked_by is not None else None
    version = change_requirement(requirement, draft, by=by)
    return {"version": version.number}
