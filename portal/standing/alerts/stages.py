"""Which stage of the ladder each item has reached on a day, and which roles it is told to. Writes nothing."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from portal.notices.models import Notice
from portal.people.models import Person
from portal.standing.alerts.recipients import Recipients
from portal.standing.engine.ladder import Recipient, next_stage, stage_on, told_at
from portal.standing.items import Item

log = logging.getLogger(__name__)
REPORTED = "reported"

# person, requirement, scope, deadline, stage, role: what is told once, ever.
type Key = tuple[int, int, str, date, int, str]
type Told = tuple[tuple[Recipient, Person], ...]

# The roles of the ladder as notices name them.
ROLES = {
    Recipient.HOLDER: Notice.Role.PERSON,
    Recipient.SUPERVISOR: Notice.Role.SUPERVISOR,
    Recipient.NEXT_UP: Notice.Role.NEXT_UP,
    Recipient.HR: Notice.Role.HR,
}
OF_NOTICE = {role: recipient for recipient, role in ROLES.items()}


@dataclass(frozen=True)
class Alert:
    """One stage to tell one role on a day.

    `people`: who is in the role now; `others`: who else is told, and `next_others` who joins next.
    """

    item: Item
    on: date
    deadline: date
    stage: int
    role: Recipient
    people: tuple[Person, ...] = ()
    others: Told = ()
    next_others: Told = ()

    @cached_property
    def key(self) -> Key:
        span = self.item.span
        return span.person_id, span.requirement_id, span.scope, self.deadline, self.stage, self.role.value

    @property
    def is_own(self) -> bool:
        return self.role is Recipient.HOLDER


def is_quiet_for(item: Item, role: Recipient) -> bool:
    """What was sent and is not checked quiets the holder; the others are told until somebody checked it."""
    return role is Recipient.HOLDER and (item.span.state == REPORTED or item.renewal_waits)


def is_told(item: Item, role: Recipient, *, on_leave: bool) -> bool:
    """Is this role told of the item? While a leave stops the clock nobody but HR is: there is no work to do."""
    return not is_quiet_for(item, role) and (role is Recipient.HR or not on_leave)


def alerts_on(
    on: date,
    items: Iterable[Item],
    recipients: Recipients,
    failed: Callable[[Item, Exception], object] | None = None,
) -> Iterator[Alert]:
    """Every stage that these items have reached, for every role that is to be told of it.

    An item that cannot be worked out stops no other: it is handed to `failed`.
    """
    for item in items:
        try:
            found = list(_alerts_of(item, on, recipients))
        except Exception as error:
            log.exception("No alert for %s of person %s", item.requirement, item.span.person_id)
            if failed:
                failed(item, error)
        else:
            yield from found


def _alerts_of(item: Item, on: date, recipients: Recipients) -> Iterator[Alert]:
    deadline = item.deadline
    stage = stage_on(deadline, on) if deadline else None
    if deadline is None or stage is None:
        return
    roles = _roles(item, stage, recipients)
    told = _people(item, roles, recipients)
    ids = {person.pk for _role, person in told}
    new = _without(_people(item, _roles(item, next_stage(stage), recipients), recipients), ids)
    for role in roles:
        own = tuple(recipients.of(item, role))
        others = _without(told, {person.pk for person in own})
        yield Alert(item, on, deadline, stage, role, own, others, new)


def _roles(item: Item, stage: int, recipients: Recipients) -> list[Recipient]:
    on_leave = item.person.pk in recipients.paused
    return [
        role
        for role in told_at(stage, item.version.responsible)
        if is_told(item, role, on_leave=on_leave) and recipients.may_tell(item, role)
    ]


def _people(item: Item, roles: Iterable[Recipient], recipients: Recipients) -> Told:
    """Each person once, in the first of the roles."""
    found: dict[int, tuple[Recipient, Person]] = {}
    for role in roles:
        for person in recipients.of(item, role):
            found.setdefault(person.pk, (role, person))
    return tuple(found.values())


def _without(told: Told, ids: Collection[int]) -> Told:
    return tuple((role, person) for role, person in told if person.pk not in ids)


def notice_key(alert: Alert) -> str:
    """The key of the notice; with its role it says the alert's."""
    person, requirement, scope, deadline, stage, _role = alert.key
    return f"{person}:{requirement}:{scope}:{deadline.isoformat()}:{stage}"


def key_of(key: str, role: str) -> Key:
    """The alert's key, from that of its notice and the notice's role."""
    person, requirement, scope, deadline, stage = key.split(":")
    day, told_as = date.fromisoformat(deadline), OF_NOTICE[Notice.Role(role)].value
    return int(person), int(requirement), scope, day, int(stage), told_as
