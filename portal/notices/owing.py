"""Owing a notice: once per recipient, kind and key, in the transaction of its cause."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.doorbell import ring_on_commit
from portal.notices.models import Message, Notice

type StillOwed = Callable[[Notice], bool]


@dataclass(frozen=True)
class Kind:
    """What kind of thing is owed; `still_owed` is asked again right before it is sent."""

    slug: str
    label: str
    still_owed: StillOwed | None = None


_kinds: dict[str, Kind] = {}


def register_kind(slug: str, label: Any, still_owed: StillOwed | None = None) -> None:
    _kinds[slug] = Kind(slug, label, still_owed)


def is_still_owed(notice: Notice) -> bool:
    """Has the reason not gone meanwhile?"""
    kind = _kinds.get(notice.kind)
    return notice.cancelled_at is None and (
        kind is None or kind.still_owed is None or kind.still_owed(notice)
    )


@transaction.atomic
def owe(
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
    if kind not in _kinds:
        raise KeyError(f"Unknown kind of notice {kind!r}: call register_kind() in the app's ready().")
    notice, made = Notice.objects.get_or_create(
        recipient=recipient,
        kind=kind,
        key=key,
        defaults={
            "subject": subject,
            "body": body,
            "url": url,
            "action": action,
            "about": about,
            "urgent": urgent,
            "told_also": told_also,
        },
    )
    if not made:
        return None
    if send:
        _plan(notice)
    return notice


def _plan(notice: Notice) -> None:
    """Put the notice on the recipient's next message that has not left yet, or on a new one."""
    waiting = Message.objects.filter(recipient=notice.recipient, state=Message.State.PENDING, attempts=0)
    message = waiting.order_by("id").first() or Message.objects.create(recipient=notice.recipient)
    message.notices.add(notice)
    from portal.notices.tasks import ring

    ring_on_commit(ring)


def cancel(*, kind: str, key: str, recipient: Any = None) -> int:
    """The reason has gone: what was not sent is not sent, and it leaves the inbox."""
    rows = Notice.objects.filter(kind=kind, key=key, cancelled_at__isnull=True)
    if recipient is not None:
        rows = rows.filter(recipient=recipient)
    return rows.update(cancelled_at=timezone.now())
