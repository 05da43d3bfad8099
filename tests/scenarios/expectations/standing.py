"""Where people stand, who is cleared to work, and whether what is stored is what is computed."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management import CommandError, call_command, get_commands
from django.urls import reverse

from portal.dates import day_before
from portal.people.models import Person
from portal.standing.engine.clearance import Clearance
from portal.standing.engine.status import Word
from portal.standing.items import Item, clearance_of, items_as_known, items_on, standing_on
from portal.standing.labels import barrier, label
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
    last = day_before(item.unmet_from) if item.unmet_from else None
    return differences(step, state=item.span.state, word=label(item.word), last_good_day=last)


def _item(world: World, step: Step) -> Item | None:
    """The item of that requirement; without a scope the only one there is."""
    person, requirement = world.person(step["of"]), world.requirement(step["requirement"])
    found: Iterable[Item] = items_on(step["day"], [person.pk], requirements=[requirement.pk])
    if "as_known" in step:
        found = items_as_known(person, step["day"], end_of(step["as_known"], step.on))
    rows = [item for item in found if item.requirement.pk == requirement.pk]
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
    answer = _clearance(world.person(step["of"]), step)
    if bool(answer) != step["is"]:
        reasons = "; ".join(" ".join(filter(None, barrier(reason))) for reason in answer.reasons)
        yield f"is: {str(step['is']).lower()}", f"is: {str(bool(answer)).lower()} ({reasons or 'no reason'})"


def _clearance(person: Person, step: Step) -> Clearance:
    """As the person's page has it; of one state, over what is asked there and what is asked everywhere."""
    if "as_known" in step:
        known = items_as_known(person, step["day"], end_of(step["as_known"], step.on))
        # As the page does: employment and removal are not looked up as they were known.
        return clearance_of(_in_state(known, step), employed=True, removed=False)
    found = standing_on(person, step["day"])
    if "state" not in step:
        return found.clearance
    bars = {str(reason.bar) for reason in found.clearance.reasons}
    employed, removed = "not_employed" not in bars, "removed" in bars
    return clearance_of(_in_state(found.items, step), employed=employed, removed=removed)


def _in_state(items: Iterable[Item], step: Step) -> list[Item]:
    return [item for item in items if "state" not in step or item.scope in ("", step["state"])]


@expectation("not_cleared", {"day": kinds.day, "people": kinds.list_of(kinds.person)})
def not_cleared(world: World, step: Step) -> Iterator[Difference]:
    """Two pages must agree: the list that HR opens, and the count on the compliance page."""
    hr, wanted = world.person("hana"), sorted(step["people"])
    as_of = step["day"].isoformat()
    rows: Any = page_for(hr, reverse("not_cleared"), as_of=as_of).context["page"].paginator.object_list
    listed = sorted(str(world.key_of(row.person.pk)) for row in rows)
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
