"""Rule changes for everybody run in a worker: one transaction, safe to ask for and to run twice."""

from typing import Any

from django.db.models import Max

from portal.jobs.models import Job
from portal.jobs.queue import ask
from portal.people.models import Person
from portal.standing.models import Requirement, RequirementVersion
from portal.standing.requirements.change import Draft, change_requirement

CHANGE = "standing.change_requirement"


def ask_for_change(requirement: Requirement, draft: Draft, *, actor: Person) -> Job:
    """Ask a worker for the change. The same draft asked twice is one job."""
    values = {name: _plain(value) for name, value in draft.values.items()}
    arguments = {
        "requirement": requirement.pk,
        "starts_on": draft.starts_on.isoformat(),
        "values": values,
        "accepted": [dict(row) for row in draft.accepted],
        "reason": draft.reason,
        "top": requirement.versions.aggregate(top=Max("number"))["top"] or 0,
    }
    key = f"{requirement.pk}:{arguments['top']}:{draft.starts_on.isoformat()}"
    return ask(CHANGE, key=key, arguments=arguments, actor=actor)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def change_job(job: Job) -> dict[str, Any]:
    """The job's handler. If the change was made before the worker died, nothing is done again."""
    given = job.arguments
    requirement = Requirement.objects.get(pk=given["requirement"])
    made = requirement.versions.filter(number__gt=given["top"], starts_on=given["starts_on"])
    if made.filter(reason=given["reason"]).exists():
        return {"skipped": "already changed"}
    version = change_requirement(requirement, _draft(given), actor=job.asked_by)
    return {"version": version.number}


def _draft(given: dict[str, Any]) -> Draft:
    fields = {f.name: f for f in RequirementVersion._meta.get_fields() if hasattr(f, "to_python")}
    values = {name: fields[name].to_python(value) for name, value in given["values"].items()}
    day = fields["starts_on"].to_python(given["starts_on"])
    return Draft(starts_on=day, values=values, accepted=tuple(given["accepted"]), reason=given["reason"])
