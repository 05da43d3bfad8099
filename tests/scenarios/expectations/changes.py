"""What HR's list of changes says of an act."""

from collections.abc import Iterator

from portal.people.record.listed import rows_of
from tests.scenarios import kinds
from tests.scenarios.expectations.compare import Difference, differences
from tests.scenarios.language import Step, expectation
from tests.scenarios.world import World


@expectation("listed", {"what": kinds.made_by(), "called": kinds.word, "state": kinds.text})
def listed(world: World, step: Step) -> Iterator[Difference]:
    """The change that the act made, by its name; its state is empty where it stands."""
    for row in rows_of(world.changes_of(step["what"]), step.on):
        yield from differences(step, called=row.what, state=row.state)
