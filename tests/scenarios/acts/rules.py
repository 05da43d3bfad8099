"""Requirements: added, changed, looked at beforehand; and what somebody is excused from."""

from typing import Any

from django.db import transaction

from portal.standing.exceptions.grant import grant_extension, grant_waiver
from portal.standing.models import Requirement, RequirementVersion
from portal.standing.requirements.change import Draft, change_requirement
from portal.standing.requirements.preview import preview_change
from tests.scenarios import kinds
from tests.scenarios.errors import Impossible, NotYet
from tests.scenarios.language import Keys, Step, act
from tests.scenarios.rows import accepted_rows, audience_of, group_of
from tests.scenarios.rule_fields import DEFAULTS, FIELDS, OF_REQUIREMENT, columns
from tests.scenarios.world import World

_CHANGE: Keys = {"code": kinds.requirement, "from?": kinds.day, **FIELDS}
_EXCUSE: Keys = {
    "who": kinds.person,
    "requirement": kinds.requirement,
    "last_day?": kinds.or_null(kinds.day),
    "from?": kinds.day,
}


@act(
    "add_requirement",
    {
        "code": kinds.new_code,
        "name": kinds.word,
        "accepts": kinds.list_of(kinds.qualification),
        "from?": kinds.day,
        **{name: kind for name, kind in FIELDS.items() if name not in ("name?", "accepts?")},
    },
)
@transaction.atomic
def add_requirement(world: World, step: Step) -> Any:
    """As the demo and the set-up of an installation do it: the requirement, then its first version."""
    own = {name: step[name] for name in OF_REQUIREMENT if name in step}
    requirement = Requirement.objects.create(code=step["code"], group=group_of(step["accepts"]), **own)
    draft = Draft(
        starts_on=step.starts,
        values={
            "audience": audience_of(world, step.get("audience")),
            **DEFAULTS,
            **columns(step.values),
        },
        accepted=tuple(accepted_rows(step["accepts"])),
        reason=step.reason,
    )
    return change_requirement(requirement, draft, by=world.viewer(step))


@act("change_requirement", _CHANGE)
def change_requirement_(world: World, step: Step) -> Any:
    draft = _draft(world, step)
    return change_requirement(world.requirement(step["code"]), draft, by=world.viewer(step))


@act("preview_requirement", _CHANGE)
def preview_requirement(world: World, step: Step) -> None:
    draft = _draft(world, step)
    preview_change(world.requirement(step["code"]), draft, on=[step.starts], by=world.viewer(step))


def _draft(world: World, step: Step) -> Draft:
    """The version in force on the day, with what the step changes."""
    if "name" in step:
        raise NotYet("a change does not reach the name: it has no versions")
    version = _in_force(world, step)
    values = {**version.demands(), **columns(step.values)}
    if "audience" in step:
        values["audience"] = audience_of(world, step["audience"])
    accepted = [row.as_values() for row in version.accepted.all()]
    if "accepts" in step:
        accepted = accepted_rows(step["accepts"])
    return Draft(starts_on=step.starts, values=values, accepted=tuple(accepted), reason=step.reason)


def _in_force(world: World, step: Step) -> RequirementVersion:
    rows = RequirementVersion.objects.current().filter(requirement=world.requirement(step["code"]))
    row = rows.filter(starts_on__lte=step.starts).order_by("starts_on").last()
    if row is not None:
        return row
    raise Impossible(f"{step['code']} demands nothing on {step.starts}")


@act("waive", _EXCUSE)
def waive(world: World, step: Step) -> Any:
    return grant_waiver(
        world.person(step["who"]), world.requirement(step["requirement"]), **_days(world, step)
    )


@act("extend", _EXCUSE)
def extend(world: World, step: Step) -> Any:
    return grant_extension(
        world.person(step["who"]), world.requirement(step["requirement"]), **_days(world, step)
    )


def _days(world: World, step: Step) -> dict[str, Any]:
    return {
        "scope": "",
        "starts_on": step.starts,
        "last_day": step.get("last_day"),
        "reason": step.reason,
        "by": world.viewer(step),
    }
