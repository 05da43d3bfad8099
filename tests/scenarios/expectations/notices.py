"""What people are told, in their inbox and by mail."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from portal.notices.in_person import carried_by
from portal.notices.inbox import open_notices
from tests.scenarios import kinds
from tests.scenarios.expectations.compare import Difference, differences, text_differences
from tests.scenarios.language import Step, expectation
from tests.scenarios.world import World, noon


@expectation(
    "told",
    {
        "who": kinds.person,
        "about?": kinds.person,
        "since?": kinds.day,
        "count?": kinds.count,
        "at_least?": kinds.count,
        "says?": kinds.word,
        "says_not?": kinds.word,
    },
)
def told(world: World, step: Step) -> Iterator[Difference]:
    """What is not settled and in the inbox: one's own, and that of the queues one is in on the day."""
    rows = list(_standing(world, step))
    yield from differences(step, count=len(rows))
    if len(rows) < step.get("at_least", 0):
        yield f"at_least: {step['at_least']}", f"count: {len(rows)}"
    yield from text_differences(step, [f"{row.subject} {row.body} {row.told_also}" for row in rows])


def _standing(world: World, step: Step) -> Any:
    """Of oneself also what names nobody. Nothing said: about anybody, since ever."""
    rows = open_notices(world.viewer_of(step["who"], step.on))
    if "about" in step:
        about = Q(about=world.people[step["about"]])
        rows = rows.filter(about | Q(about=None) if step["who"] == step["about"] else about)
    if "since" in step:
        rows = rows.filter(created_at__gte=noon(step["since"]).replace(hour=0))
    return rows.order_by("id")


@expectation("mailed", {"who": kinds.person, "since?": kinds.day, "count": kinds.count})
def mailed(world: World, step: Step) -> Iterator[Difference]:
    address = world.person(step["who"]).email
    mails = [mail for day, mail in world.sent if day >= step.get("since", day) and address in mail.to]
    return differences(step, count=len(mails))


@expectation("passes_on", {"who": kinds.person, "to": kinds.list_of(kinds.person)})
def passes_on(world: World, step: Step) -> Iterator[Difference]:
    """Whom the person is to tell in person on the day, who have no e-mail."""
    rows = carried_by(world.viewer_of(step["who"], step.on))
    return differences(step, to=sorted(str(world.key_of(row.recipient_id)) for row in rows))
