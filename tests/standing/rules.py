"""Makers of requirements for tests."""

from datetime import date
from typing import Any

from portal.standing.models import Qualification, Requirement, RequirementVersion
from portal.standing.requirements.change import Draft, change_requirement

LONG_AGO = date(2015, 1, 1)


def make_qualification(code: str, jurisdiction: str = "") -> Qualification:
    kind = code.partition(":")[0]
    row, _made = Qualification.objects.get_or_create(
        code=code, defaults={"kind": kind, "name": code, "jurisdiction": jurisdiction}
    )
    return row


def make_requirement(
    code: str = "hipaa",
    *accepted: Any,
    starts_on: date = LONG_AGO,
    **values: Any,
) -> Requirement:
    """A requirement for everyone, verified, due at hire plus 30 days, once, unless `values` say else."""
    requirement = Requirement.objects.create(code=code, name=code.replace("-", " ").capitalize())
    draft = make_draft(*(accepted or (make_qualification(f"course:{code}"),)), starts_on=starts_on, **values)
    change_requirement(requirement, draft, by=None)
    return requirement


def make_draft(*accepted: Any, starts_on: date = LONG_AGO, **values: Any) -> Draft:
    rows = tuple(row if isinstance(row, dict) else {"qualification_id": row.pk} for row in accepted)
    return Draft(
        starts_on=starts_on,
        values={"audience": {"everyone": True}, "due_days": 30, **values},
        accepted=rows,
    )


def version_of(requirement: Requirement) -> RequirementVersion:
    version: RequirementVersion = requirement.versions.filter(superseded_at__isnull=True).latest("starts_on")
    return version
