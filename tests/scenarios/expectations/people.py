"""Names and supervisors of a day."""

from collections.abc import Iterator

from portal.people.employment.names import name_on, refresh_names
from portal.people.organization.supervision import supervisor_on
from tests.scenarios import kinds
from tests.scenarios.expectations.compare import Difference, differences
from tests.scenarios.language import Step, expectation
from tests.scenarios.world import World


@expectation("name", {"who": kinds.person, "day": kinds.day, "is": kinds.word})
def name(world: World, step: Step) -> Iterator[Difference]:
    """The name in use on the day; of the day of the step also as pages show it, after the hourly run."""
    person = world.person(step["who"])
    if step["day"] == step.on:
        refresh_names(step.on)
        person.refresh_from_db()
        yield from differences(step, **{"is": person.get_full_name()})
    yield from differences(step, **{"is": name_on(person, step["day"])})


@expectation("supervisor", {"of": kinds.person, "day": kinds.day, "is": kinds.person})
def supervisor(world: World, step: Step) -> Iterator[Difference]:
    found = supervisor_on(world.person(step["of"]), step["day"]).person
    return differences(step, **{"is": world.key_of(found.pk)})
