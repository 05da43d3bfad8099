"""Which stage of the ladder each item has reached on a day, and whom it is told to. Writes nothing."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from portal.people.models import Person
from portal.standing.alerts.recipients import Recipients
from portal.standing.engine.ladder import Recipient, next_stage, stage_on, told_at
from portal.standing.items import Item

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


def is_quiet_for(item: Item, role: Recipient) -> bool:
    """What was sent and is not checked quiets the holder; the others are told until somebody checked it."""
    return role is Recipient.HOLDER and (item.span.state == REPORTED or item.renewal_waits)


def is_told(item: Item, role: Recipient, *, on_leave: bool) -> bool:
    """Is this role told of the item? While a leave stops the clock nobody but HR is: there is no work to do."""
    return not is_quiet_for(item, role) and (role is Recipient.HR or not on_leave)


def alerts_on(on: date, items: Iterable[Item], recipients: Recipients) -> Iterator[Alert]:
    """Every stage that these items have reached, for everyone who is to be told of it."""
    for item in items:
        deadline = item.deadline
        stage = stage_on(deadline, on) if deadline else None
        if deadline is None or stage is None:
            continue
        told = _told(item, stage, recipients)
        new = _without(_told(item, next_stage(stage), recipients), {person.pk for _role, person in told})
        for role, person in told:
            yield Alert(item, deadline, stage, person, role, _without(told, {person.pk}), new)


def _told(item: Item, stage: int, recipients: Recipients) -> Told:
    """Each person once, in the first of the roles."""
    found: dict[int, tuple[Recipient, Person]] = {}
    for role in told_at(stage, item.version.responsible):
        if is_told(item, role, on_leave=item.person.pk in recipients.paused):
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
