"""Which pages open for whom."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from certifications.models import Period
from evaluations.models import Evaluation
from tests.scenarios import kinds
from tests.scenarios.errors import NotYet
from tests.scenarios.expectations.browser import may_sign_in, open_page
from tests.scenarios.expectations.compare import Difference
from tests.scenarios.language import Step, expectation
from tests.scenarios.world import World
from training.models import Completion


def _status(value: Any, names: kinds.Names) -> int:
    if kinds.number(value, names) not in (200, 403, 404):
        raise kinds.Wrong(f"{value} is none of 200, 403, 404")
    return int(value)


@expectation("open_for", {"who": kinds.person, "what": kinds.label_or_person, "status": _status})
def open_for(world: World, step: Step) -> Iterator[Difference]:
    person, address = world.person(step["who"]), _address(world, step["what"])
    got = open_page(person, address).status_code if may_sign_in(person) else 404
    if got != step["status"]:
        yield f"{address}: {step['status']}", f"{address}: {got}"


def _address(world: World, what: str) -> str:
    """The page of what a label names; of a person, and of a fact about one, the record."""
    if what in world.people:
        return reverse("standing:person", args=[world.people[what]])
    row = world.labelled(what).row()
    if isinstance(row, Evaluation):
        return reverse("evaluations:detail", args=[row.code])
    if isinstance(row, Period):
        return reverse("certifications:detail", args=[row.credential_id])
    if isinstance(row, Completion):
        return reverse("training:completed", args=[row.attempt_id])
    if hasattr(row, "person_id"):
        return reverse("standing:person", args=[row.person_id])
    raise NotYet(f"{what} has no page of its own")
