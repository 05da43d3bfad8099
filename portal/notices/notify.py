"""Owing a notice to a person or a queue: once, in the transaction of its cause."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from portal.doorbell import ring_on_commit
from portal.notices.kinds import _kinds
from portal.notices.models import Notice, Told
from portal.people.facts.act import change_in_progress
from portal.texts import fitted

RING = "portal.notices.tasks.ring"
type Key = tuple[str, int | None, str, str]
Role, Why = Notice.Role, Notice.Why


@dataclass(frozen=True)
class NewNotice:
    """One thing owed to one person, or with a `role` to the queue of `about`.

    `again`: settled before and owed once more, it is told anew to everybody; else only to those who had
    not been told. `by_mail`: not only in the inbox. `is_first`: its key names a row that was made in this
    transaction, so that it cannot be owed already.
    """

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
    role: str = Role.PERSON
    queue_key: str = ""
    by_mail: bool = True
    again: bool = field(default=True, kw_only=True)
    is_first: bool = field(default=False, kw_only=True)

    @property
    def identity(self) -> Key:
        whom = self.recipient if self.role == Role.PERSON else self.about
        return str(self.role), whom.pk, self.kind, self.key

    @property
    def words(self) -> dict[str, Any]:
        return {
            # It becomes the header of a mail; names and titles are part of it.
            "subject": fitted(self.subject, LONGEST["subject"]),
            "body": self.body,
            "url": self.url,
            "action": fitted(self.action, LONGEST["action"]),
            "about_id": self.about.pk if self.about is not None else None,
            "urgent": self.urgent,
            "told_also": self.told_also,
            "queue_key": self.queue_key,
            "by_mail": self.by_mail,
        }

    def as_notice(self, change: Any) -> Notice:
        """The row that is not there yet."""
        recipient = self.recipient.pk if self.role == Role.PERSON else None
        return Notice(
            role=str(self.role),
            recipient_id=recipient,
            kind=self.kind,
            key=self.key,
            change=change,
            **self.words,
        )


LONGEST: dict[str, int] = {name: Notice._meta.get_field(name).max_length for name in ("subject", "action")}  # type: ignore[union-attr, misc]


def notify(
    recipient: Any = None,
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
    role: str = Role.PERSON,
    queue_key: str = "",
    send: bool = True,
    is_first: bool = False,
) -> Notice | None:
    """Owe a notice to the recipient, or with `role` to that queue of `about`; None if it is owed already.

    Raises KeyError for a kind nobody registered. Who is told, and by mail, is asked at delivery.
    """
    words = (subject, body, url, action, about, urgent, told_also, role, queue_key, send)
    row = NewNotice(recipient, kind, key, *words, is_first=is_first)
    made = notify_all([row])
    return made[0] if made else None


def notify_all(owed: Sequence[NewNotice]) -> list[Notice]:
    """Owe many at once; returns those that were not owed yet. As many queries for a thousand as for one.

    What was settled is owed anew when it is asked for again, or its reason comes back.
    """
    for row in owed:
        if row.kind not in _kinds:
            raise KeyError(f"Unknown kind of notice {row.kind!r}: call register_kind() in the app's ready().")
    try:
        with transaction.atomic():
            notices = _write(owed)
    except IntegrityError:
        # Somebody else owed one of them meanwhile; now it is seen.
        with transaction.atomic():
            notices = _write(owed)
    if any(notice.by_mail for notice in notices):
        ring_on_commit(RING)
    return notices


def _write(owed: Sequence[NewNotice]) -> list[Notice]:
    known, change = _known(owed), change_in_progress()
    new: dict[Key, Notice] = {}
    back: dict[Key, tuple[NewNotice, Notice]] = {}
    for row in owed:
        identity = row.identity
        held = known.get(identity)
        if held is None:
            new[identity] = row.as_notice(change)
        elif held.settled_at is not None and held.settled_why != Why.READ:
            back[identity] = row, held
    Notice.objects.bulk_create(new.values(), batch_size=500)
    return [*new.values(), *_owe_again(list(back.values()), change)]


def _owe_again(rows: Sequence[tuple[NewNotice, Notice]], change: Any) -> list[Notice]:
    """Open them again: told anew, or to those alone who were not told before they were settled."""
    if not rows:
        return []
    anew = [held.pk for row, held in rows if row.again]
    Told.objects.filter(notice__in=anew).update(shown_at=None, read_at=None, mailed_at=None, message=None)
    reached = Q(read_at__isnull=False) | Q(mailed_at__isnull=False)
    kept = [held.pk for row, held in rows if not row.again]
    told = set(Told.objects.filter(reached, notice__in=kept).values_list("notice_id", flat=True))
    for row, held in rows:
        held.settled_at, held.settled_why, held.looked_on, held.change = None, "", None, change
        if held.pk not in told:
            held.created_at = timezone.now()
        for name, value in row.words.items():
            setattr(held, name, value)
    names = [*rows[0][0].words, "settled_at", "settled_why", "looked_on", "created_at", "change"]
    Notice.objects.bulk_update([held for _row, held in rows], names, batch_size=100)
    return [held for _row, held in rows]


def _known(rows: Iterable[NewNotice]) -> dict[Key, Notice]:
    owed = [row for row in rows if not row.is_first]
    if not owed:
        return {}
    of_people = Q(role=Role.PERSON, recipient__in={r.recipient.pk for r in owed if r.role == Role.PERSON})
    of_queues = ~Q(role=Role.PERSON) & Q(about__in={r.about.pk for r in owed if r.role != Role.PERSON})
    there = Notice.objects.filter(
        of_people | of_queues, kind__in={row.kind for row in owed}, key__in={row.key for row in owed}
    )
    return {
        (row.role, row.recipient_id if row.role == Role.PERSON else row.about_id, row.kind, row.key): row
        for row in there
    }


def settle(*, kind: str, key: str, recipient: Any = None, why: str = Why.DONE) -> int:
    """What it asks is done, or its reason has gone: it leaves every inbox and is not sent."""
    stands = Q(settled_at__isnull=True) | Q(settled_why=Why.READ)
    rows = Notice.objects.filter(stands, kind=kind, key=key)
    if recipient is not None:
        rows = rows.filter(recipient=recipient)
    return rows.update(settled_at=timezone.now(), settled_why=why)
