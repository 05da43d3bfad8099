"""Rule changes for everybody run in a worker: one transaction, safe to ask for and to run twice."""

from typing import Any

from django.db.models import Max

from portal.jobs.models import Job
from portal.jobs.queue import ask
from portal.people.models import Person
from portal.standing.models import Requirement
from portal.standing.requirements.change import Draft, change_requirement

CHANGE = "standing.change_requirement"


def ask_for_change(requirement: Requirement, draft: Draft, *, actor: Person) -> Job:
    """Ask a worker for the change. The same draft asked twice is one job; another draft is another."""
    top = requirement.versions.aggregate(top=Max("number"))["top"] or 0
    arguments = {"requirement": requirement.pk, "top": top, "draft": draft.as_json()}
    return ask(CHANGE, key=f"{requirement.pk}:{top}", arguments=arguments, actor=actor)


def change_job(job: Job) -> dict[str, Any]:
    """The job's handler. If the change was made before the worker died, nothing is done again."""
    given = job.arguments
    draft = Draft.from_json(given["draft"])
    requirement = Requirement.objects.get(pk=given["requirement"])
    if any(draft.is_in(version) for version in requirement.versions.filter(number__gt=given["top"])):
        return {"skipped": "already changed"}
    version = change_requirement(requirement, draft, actor=job.asked_by)
    return {"version": version.number}
