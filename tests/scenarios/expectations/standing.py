"""Where people stand, who is cleared to work, and whether what is stored is what is computed."""

import io
from collections.abc import Iterator
from typing import Any

from django.core.management import CommandError, call_command, get_commands
from django.urls import reverse

from portal.people.models import Person
from portal.standing.engine.status import Word
from portal.standing.items import Item, Standing, standing_as_known, standing_on
from portal.standing.labels import label
from tests.scenarios import kinds
from tests.scenarios.errors import Impossible
from tests.scenarios.expectations.browser import page_for
from tests.scenarios.expectations.compare import Difference, differences
from tests.scenarios.language import Step, expectation
from tests.scenarios.world import World, end_of

STATES = ("met", "reported", "waived", "paused", "pending", "grace", "overdue", "none")


@expectation(
    "standing",
    {
        "of": kinds.person,
        "requirement": kinds.requirement,
        "scope?": kinds.state,
        "day": kinds.day,
        "state?": kinds.one_of(*STATES),
        "word?": kinds.word,
        "last_good_day?": kinds.or_null(kinds.day),
        "as_known?": kinds.day,
    },
)
def standing(world: World, step: Step) -> Iterator[Difference]:
    item = _item(world, step)
    if item is None:
        nothing = label(Word.NOT_REQUIRED)
        return differences(step, state="none", word=nothing, last_good_day=None)
    return differences(step, state=item.span.state, word=label(item.word), last_good_day=item.last_good_day)


def _item(world: World, step: Step) -> Item | None:
    """The item of that requirement; without a scope the only one there is."""
    person, requirement = world.person(step["of"]), world.requirement(step["requirement"])
    found = _standing(person, step)
    rows = [item for item in found.items if item.requirement.pk == requirement.pk]
    rows = [item for item in rows if item.scope == step.get("scope", item.scope)]
    if len(rows) > 1:
        raise Impossible(f"asked once for each of {', '.join(item.scope for item in rows)}: say which scope")
    return rows[0] if rows else None


# ---- cleared ----------------------------------------------------------------------------------


@expectation(
    "cleared",
    {"of": kinds.person, "day": kinds.day, "is": kinds.flag, "state?": kinds.state, "as_known?": kinds.day},
)
def cleared(world: World, step: Step) -> Iterator[Difference]:
    standing = _standing(world.person(step["of"]), step)
    answer = standing.clearance
    found = answer.in_state(step["state"]) if "state" in step else bool(answer)
    if found != step["is"]:
        reasons = "; ".join(words for words, _item in standing.barriers)
        yield f"is: {str(step['is']).lower()}", f"is: {str(found).lower()} ({reasons or 'no reason'})"


def _standing(person: Person, step: Step) -> Standing:
    """As the person's page has it."""
    if "as_known" in step:
        return standing_as_known(person, step["day"], end_of(step["as_known"], step.on))
    return standing_on(person, step["day"])


@expectation("not_cleared", {"day": kinds.day, "people": kinds.list_of(kinds.person)})
def not_cleared(world: World, step: Step) -> Iterator[Difference]:
    """Two pages must agree: the list that HR opens, and the count on the compliance page."""
    hr, wanted = world.person("hana"), sorted(step["people"])
    as_of = step["day"].isoformat()
    rows: Any = page_for(hr, reverse("not_cleared"), as_of=as_of).context["page"].paginator.object_list
    listed = sorted(str(world.key_of(row.pk)) for row in rows)
    if listed != wanted:
        yield f"people: {', '.join(wanted) or 'nobody'}", f"people: {', '.join(listed) or 'nobody'}"
    count = page_for(hr, reverse("compliance"), as_of=as_of).context["counts"].not_cleared
    if count != len(wanted):
        yield f"on the compliance page: {len(wanted)}", f"on the compliance page: {count}"


# ---- checked ----------------------------------------------------------------------------------


@expectation("checked", {})
def checked(_world: World, _step: Step) -> Iterator[Difference]:
    """check_standing, and check_signatures once there, find nothing."""
    for name in ("check_standing", "check_signatures"):
        if name in get_commands():
            said = io.StringIO()
            try:
                call_command(name, stdout=said)
            except CommandError as error:
                yield f"{name} finds nothing", f"{error} {said.getvalue()}".strip()
