"""Which stage of the ladder each item has reached on a day, and whom it is told to. Writes nothing."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from portal.dates import day_after, day_before
from portal.people.models import Person
from portal.standing.alerts.recipients import Recipients
from portal.standing.engine.ladder import Recipient, next_stage, stage_on, told_at
from portal.standing.items import LATE, Item

REPORTED = "reported"

# person, requirement, scope, deadline, stage, recipient: what is told once, ever.
type Key = tuple[int, int, str, date, int, int]
type Told = tuple[tuple[Recipient, Person], ...]


@dataclass(frozen=True)
class Alert:
    """One stage to tell one recipient; with whom else it is told to, and who joins at the next stage."""

    item: Item
    deadline: date
    stage: int
    recipient: Person
    role: Recipient
    others: Told = ()
    next_others: Told = ()

    @property
    def key(self) -> Key:
        item = self.item
        return (
            item.person.pk, item.requirement.pk, item.scope, self.deadline, self.stage, self.recipient.pk,
        )  # fmt: skip

    @property
    def is_own(self) -> bool:
        return self.recipient.pk == self.item.person.pk


def deadline_of(item: Item) -> date | None:
    """The day the ladder runs to; None where nothing runs out.

    Met: the last day met. Pending or waived: the last day in time. Late: the last day that was in
    time. Claimed but not checked: the day before it began, for it is not done before it is checked.
    """
    state = item.span.state
    if state in LATE or state == REPORTED:
        return day_before(_unmet_since(item))
    if state == "met":
        return day_before(item.unmet_from) if item.unmet_from else None
    if state in ("pending", "waived") and item.deadline and _is_asked_after(item, item.deadline):
        return item.deadline
    return None


def _unmet_since(item: Item) -> date:
    """The first day of the unbroken run of late days, or of claimed and late ones, that holds the day."""
    run = LATE if item.span.state in LATE else LATE | {REPORTED}
    since = item.span.start
    for span in reversed([s for s in item.spans if s.start < since]):
        if span.until != since or span.state not in run:
            break
        since = span.start
    return since


def _is_asked_after(item: Item, day: date) -> bool:
    """Does being late or only claimed follow the day? Not where presence ends, or a leave begins."""
    after = day_after(day)
    return any(s.start == after and (s.state in LATE or s.state == REPORTED) for s in item.spans)


def is_quiet_for(item: Item, role: Recipient) -> bool:
    """What was claimed quiets the holder; supervisor and HR are told until somebody checked it."""
    if item.span.state == REPORTED:
        return role not in (Recipient.SUPERVISOR, Recipient.HR)
    return role is Recipient.HOLDER and item.renewal_reported


def alerts_on(on: date, items: Iterable[Item], recipients: Recipients) -> Iterator[Alert]:
    """Every stage that these items have reached, for everyone who is to be told of it."""
    for item in items:
        deadline = deadline_of(item)
        stage = stage_on(deadline, on) if deadline else None
        if deadline is None or stage is None or item.person.pk in recipients.paused:
            continue
        told = _told(item, stage, recipients)
        new = _without(_told(item, next_stage(stage), recipients), {person.pk for _role, person in told})
        for role, person in told:
            yield Alert(item, deadline, stage, person, role, _without(told, {person.pk}), new)


def _told(item: Item, stage: int, recipients: Recipients) -> Told:
    """Each person once, in the first of the roles."""
    found: dict[int, tuple[Recipient, Person]] = {}
    for role in told_at(stage, item.version.responsible):
        if not is_quiet_for(item, role):
            for person in recipients.of(item, role):
                found.setdefault(person.pk, (role, person))
    return tuple(found.values())


def _without(told: Told, ids: Collection[int]) -> Told:
    return tuple((role, person) for role, person in told if person.pk not in ids)


def notice_key(alert: Alert) -> str:
    """The key of the notice; with its recipient it says the alert's."""
    person, requirement, scope, deadline, stage, _recipient = alert.key
    return f"{person}:{requirement}:{scope}:{deadline.isoformat()}:{stage}"


def key_of(key: str, recipient: int) -> Key:
    person, requirement, scope, deadline, stage = key.split(":")
    return int(person), int(requirement), scope, date.fromisoformat(deadline), int(stage), recipient
