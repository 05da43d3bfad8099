"""Rule changes for everybody run in a worker: one transaction, safe to ask for and to run twice."""

from collections.abc import Sequence
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
from portal.standing.projection.one_rule import prepare, using
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
    """The job's handler. If the change was made before the worker died, nothing is done again.

    Everybody is computed before the organization is locked, so that acts on people wait only while
    the rows are written.
    """
    draft = Draft.from_json(job.arguments["draft"])
    requirement = Requirement.objects.get(pk=job.arguments["requirement"])
    by = Viewer(job.asked_by, business_today()) if job.asked_by is not None else None
    if _is_made(job, draft, requirement):
        return {"skipped": "already changed"}
    plan = change_requirement.plan(requirement, draft, by=by)
    with using(prepare(requirement.pk, plan)), transaction.atomic():
        # Before anything is read: another worker may be making the same change.
        lock_organization()
        if _is_made(job, draft, requirement):
            return {"skipped": "already changed"}
        return {"version": change_requirement(requirement, draft, by=by).number}


def about(jobs: Sequence[Job]) -> dict[int, str]:
    """Which requirement each is to change."""
    ids = {job.pk: job.arguments.get("requirement") for job in jobs}
    names = dict(Requirement.objects.filter(pk__in=ids.values()).values_list("pk", "name"))
    return {pk: names.get(requirement, "") for pk, requirement in ids.items()}


def _is_made(job: Job, draft: Draft, requirement: Requirement) -> bool:
    later = requirement.versions.filter(number__gt=job.arguments["top"])
    return any(draft.is_in(version) for version in later)
