"""Roles: given and ended."""

from typing import Any

from portal.dates import day_before
from portal.people.access.roles import end_role, grant_role
from portal.people.models import RoleGrant
from tests.scenarios import kinds
from tests.scenarios.errors import Impossible
from tests.scenarios.language import Keys, Step, act
from tests.scenarios.rows import engagement_of, scope_columns
from tests.scenarios.world import World

_WHICH: Keys = {
    "who": kinds.person,
    "role": kinds.one_of("hr", "author", "auditor", "site_admin"),
    "scope?": kinds.scope,
    "last_day?": kinds.or_null(kinds.day),
}


@act("grant", {**_WHICH, "from?": kinds.day})
def grant(world: World, step: Step) -> Any:
    return grant_role(
        world.person(step["who"]),
        step["role"],
        starts_on=step.starts,
        last_day=step.get("last_day"),
        by=world.viewer(step),
        **scope_columns(world, step.get("scope", ("all", ""))),
        **engagement_of(step["role"]),
    )


@act("end_role", _WHICH)
def end_role_(world: World, step: Step) -> Any:
    last = step.get("last_day") or day_before(step.on)
    wanted = scope_columns(world, step.get("scope", ("all", "")))
    rows = RoleGrant.objects.current().filter(person=world.people[step["who"]], role=step["role"], **wanted)
    row = rows.overlapping(last, None).order_by("starts_on").first()
    if row is None:
        raise Impossible(f"{step['who']} does not hold that role")
    return end_role(row, last_day=last, by=world.viewer(step))
