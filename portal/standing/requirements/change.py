"""Changing what a requirement demands: a new version from a day on, for everybody, in one transaction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.errors import Refused
from portal.people.access.rights import demand_keeper
from portal.people.access.viewer import Viewer
from portal.people.facts.act import act
from portal.people.facts.plan import Plan
from portal.standing.models import Requirement, RequirementVersion


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A version to be: its demand columns by name (the others as the model has them), and what it accepts."""

    starts_on: date
    values: Mapping[str, Any]
    accepted: tuple[Mapping[str, Any], ...]
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """As plain JSON, for a job's arguments."""
        written: dict[str, Any] = json.loads(json.dumps(vars(self), cls=DjangoJSONEncoder))
        return written

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Self:
        fields = {field.name: field for field in RequirementVersion.demand_fields()}
        return cls(
            starts_on=date.fromisoformat(given["starts_on"]),
            values={name: fields[name].to_python(value) for name, value in given["values"].items()},
            accepted=tuple(given["accepted"]),
            reason=given["reason"],
        )

    def accepted_values(self) -> list[dict[str, Any]]:
        """What the version to be accepts."""
        return [dict(row) for row in self.accepted]

    def is_in(self, version: RequirementVersion) -> bool:
        """Does the version say the same as the draft?"""
        demands = version.demands()
        accepts = {row["qualification_id"] for row in version.accepted_values()}
        return (
            version.starts_on == self.starts_on
            and accepts == {row["qualification_id"] for row in self.accepted}
            and all(demands[name] == value for name, value in self.values.items())
        )


@act("requirement", gettext_lazy("Requirement changed"))
def change_requirement(
    plan: Plan, /, requirement: Requirement, draft: Draft, *, by: Viewer | None, reason: str = ""
) -> RequirementVersion:
    """From `draft.starts_on` on, the draft holds, until a version that is planned for later.

    Everyone's standing is computed anew in the same transaction: seconds for thousands of
    people, so a page asks a job to do it. Raises Refused for a draft that accepts nothing.
    """
    demand_keeper(by)
    if not draft.accepted:
        raise Refused(_("Name at least one qualification that is accepted."), field="accepted")
    plan.lock_organization()
    plan.reason = draft.reason or plan.reason
    for row in plan.rows(RequirementVersion, requirement_id=requirement.pk):
        if row.starts_on != draft.starts_on:
            continue
        if draft.is_in(row):
            return row
        plan.close(row)
    return plan.insert(_version(requirement, draft), like=draft)


def _version(requirement: Requirement, draft: Draft) -> RequirementVersion:
    top = requirement.versions.aggregate(top=Max("number"))["top"] or 0
    return RequirementVersion(
        requirement=requirement,
        number=top + 1,
        starts_on=draft.starts_on,
        reason=draft.reason,
        **draft.values,
    )
