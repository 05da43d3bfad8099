"""Owing a notice: once per recipient, kind and key, in the transaction of its cause."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from portal.doorbell import ring_on_commit
from portal.notices.kinds import _kinds
from portal.notices.models import Message, Notice
from portal.people.facts.act import change_in_progress
from portal.texts import one_line

type Key = tuple[int, str, str]


@dataclass(frozen=True)
class NewNotice:
    """One thing owed to one person."""

    recipient: Any
    kind: str
    key: str
    subject: str
    body: str = ""
    url: str = ""
    action: str = ""
    about: Any = None
    urgent: bool = False
    told_also: str = ""

    @property
    def identity(self) -> Key:
        return self.recipient.pk, self.kind, self.key

    @property
    def words(self) -> dict[str, Any]:
        names = ("body", "url", "action", "about", "urgent", "told_also")
        # It becomes the header of a mail; names and titles are part of it.
        subject = one_line(self.subject)[:200]
        return {"subject": subject, **{name: getattr(self, name) for name in names}}


def notify(
    recipient: Any,
    *,
    kind: str,
    key: str,
    subject: str,
    body: str = "",
    url: str = "",
    action: str = "",
    about: Any = None,
    urgent: bool = False,
    told_also: str = "",
    send: bool = True,
) -> Notice | None:
    """Owe a notice and plan its message; None if it is owed already.

    Raises KeyError for a kind nobody registered. Mail leaves after the commit, by a worker.
    """
    row = NewNotice(recipient, kind, key, subject, body, url, action, about, urgent, told_also)
    made = notify_all([row], send=send)
    return made[0] if made else None


@transaction.atomic
def notify_all(owed: Sequence[NewNotice], *, send: bool = True) -> list[Notice]:
    """Owe many at once; returns those that were not owed yet. As many queries for a thousand as for one.

    What was cancelled because its reason had gone is owed anew when the reason comes back.
    """
    for row in owed:
        if row.kind not in _kinds:
            raise KeyError(f"Unknown kind of notice {row.kind!r}: call register_kind() in the app's ready().")
    try:
        with transaction.atomic():
            notices = _write(owed)
    except IntegrityError:
        # Somebody else owed one of them meanwhile; now it is seen.
        notices = _write(owed)
    if send and notices:
        _plan(notices)
    return notices


def _write(owed: Sequence[NewNotice]) -> list[Notice]:
    known, change = _known(owed), change_in_progress()
    new: dict[Key, Notice] = {}
    back: dict[Key, Notice] = {}
    for row in owed:
        held = known.get(row.identity)
        if held is None:
            new[row.identity] = Notice(
                recipient=row.recipient, kind=row.kind, key=row.key, change=change, **row.words
            )
        elif held.cancelled_at is not None:
            held.cancelled_at = held.read_at = None
            held.created_at, held.recipient, held.change = timezone.now(), row.recipient, change
            for name, value in row.words.items():
                setattr(held, name, value)
            back[row.identity] = held
    Notice.objects.bulk_create(new.values(), batch_size=500)
    if back:
        names = [*owed[0].words, "cancelled_at", "read_at", "created_at", "change"]
        Notice.objects.bulk_update(back.values(), names, batch_size=100)
    return [*new.values(), *back.values()]


def _known(owed: Iterable[NewNotice]) -> dict[Key, Notice]:
    rows = Notice.objects.filter(
        recipient__in={row.recipient.pk for row in owed},
        kind__in={row.kind for row in owed},
        key__in={row.key for row in owed},
    )
    return {(row.recipient_id, row.kind, row.key): row for row in rows}


def _plan(notices: Sequence[Notice]) -> None:
    """Put each notice on its recipient's next message that has not left yet, or on a new one."""
    carried = Message.notices.through
    planned = set(
        carried.objects.filter(
            notice__in=notices, message__state__in=(Message.State.PENDING, Message.State.CARRIED)
        ).values_list("notice_id", flat=True)
    )
    unplanned = [notice for notice in notices if notice.pk not in planned]
    messages = _messages_for({notice.recipient_id: notice.recipient for notice in unplanned})
    carried.objects.bulk_create(
        [carried(message=messages[notice.recipient_id], notice=notice) for notice in unplanned],
        batch_size=500,
    )
    ring_on_commit("portal.notices.tasks.ring")


def _messages_for(recipients: dict[int, Any]) -> dict[int, Message]:
    """One message per recipient that no worker can take before this transaction ends."""
    waiting = Message.objects.filter(recipient__in=recipients, state=Message.State.PENDING, attempts=0)
    if connection.features.has_select_for_update_skip_locked:
        # A worker that claims now would not see what is added; where it came first, a new one is made.
        waiting = waiting.select_for_update(skip_locked=True)
    found = {message.recipient_id: message for message in waiting.order_by("-id")}
    new = [Message(recipient=person) for pk, person in recipients.items() if pk not in found]
    Message.objects.bulk_create(new, batch_size=500)
    return found | {message.recipient_id: message for message in new}


def cancel(*, kind: str, key: str, recipient: Any = None) -> int:
    """The reason has gone: what was not sent is not sent, and it leaves the inbox."""
    rows = Notice.objects.filter(kind=kind, key=key, cancelled_at__isnull=True)
    if recipient is not None:
        rows = rows.filter(recipient=recipient)
    return rows.update(cancelled_at=timezone.now())
