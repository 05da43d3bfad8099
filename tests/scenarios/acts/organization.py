"""Teams, who leads them, and who stands in."""

from typing import Any

from portal.people.organization.delegation import delegate
from portal.people.organization.teams import move_team, set_lead
from tests.scenarios import kinds
from tests.scenarios.language import Step, act
from tests.scenarios.world import World


@act("delegate", {"to": kinds.person, "last_day?": kinds.or_null(kinds.day), "from?": kinds.day})
def delegate_(world: World, step: Step) -> Any:
    return delegate(
        world.person(step.by),
        world.person(step["to"]),
        starts_on=step.starts,
        last_day=step.get("last_day"),
        by=world.viewer(step),
        reason=step.reason,
    )


@act("lead", {"team": kinds.team, "who": kinds.person, "from?": kinds.day})
def lead(world: World, step: Step) -> Any:
    return set_lead(
        world.team(step["team"]), world.person(step["who"]), starts_on=step.starts, by=world.viewer(step)
    )


@act("move_team", {"team": kinds.team, "parent": kinds.or_null(kinds.team), "from?": kinds.day})
def move_team_(world: World, step: Step) -> Any:
    parent = world.team(step["parent"]) if step["parent"] else None
    return move_team(world.team(step["team"]), parent=parent, starts_on=step.starts, by=world.viewer(step))
