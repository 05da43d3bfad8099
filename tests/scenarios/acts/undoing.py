"""Taking back: what a label made, a correction of it, a batch as a whole."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from portal.people.facts.taking_back import instead_of
from portal.people.facts.taking_back import undo as undo_batch
from portal.people.facts.taking_back import withdraw as withdraw_change
from tests.scenarios import kinds
from tests.scenarios.errors import Impossible
from tests.scenarios.kinds import Names
from tests.scenarios.language import ACTS, Keys, Step, act
from tests.scenarios.world import World


@act("withdraw", {"what": kinds.made_by()})
def withdraw(world: World, step: Step) -> None:
    changes = world.changes_of(step["what"])
    if not changes:
        raise Impossible(f"{step['what']} changed nothing that could be taken back")
    for change in changes:
        withdraw_change(change, reason=step.reason, by=world.viewer(step))


def _keys_of_corrected(row: Mapping[str, Any], names: Names) -> Keys:
    """The keys of the act that is corrected; what is left out stays."""
    label = row.get("what")
    verb = ACTS.get(names.labels.get(label, "")) if isinstance(label, str) else None
    return {f"{name.rstrip('?')}?": kind for name, kind in verb.keys.items()} if verb else {}


@act("correct", {"what": kinds.made_by()}, also=_keys_of_corrected)
def correct(world: World, step: Step) -> Any:
    """The act again with its own keys but for those given now; its days are those of the act."""
    made = world.labelled(step["what"])
    [change] = world.changes_of(step["what"])
    changed = {name: value for name, value in step.values.items() if name != "what"}
    starts = {"from": made.step.starts} if "from?" in made.step.verb.keys else {}
    again = replace(made.step, on=step.on, by=step.by, values={**made.step.values, **starts, **changed})
    with instead_of(change, by=world.viewer(step), reason=step.reason):
        return made.step.verb.do(world, again)


@act("undo", {"batch": kinds.batch})
def undo(world: World, step: Step) -> None:
    batch = world.batch(step["batch"])
    if batch is None:
        raise Impossible("a batch has a name")
    undo_batch(batch, reason=step.reason or "Entered by mistake", by=world.viewer(step))
