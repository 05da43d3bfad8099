"""Delivery: messages are rows, taken with a lease, sent, and marked. Held until HR goes live."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.utils import timezone

from portal.audit.log import record
from portal.clock import business_today
from portal.notices.mail import mail_of
from portal.notices.models import Delivery, Message, Notice
from portal.notices.owing import is_still_owed, kinds_counting_as_told
from portal.people.models import Person
from portal.people.organization.supervision import OrgChart

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 8


# ---- held or live -----------------------------------------------------------------------------


def switch() -> Delivery:
    row, _made = Delivery.objects.get_or_create(pk=1)
    return row


def is_live() -> bool:
    return switch().mode == Delivery.Mode.LIVE


@transaction.atomic
def set_mode(mode: str, *, on: date, actor: Person | None) -> Delivery:
    """Hold messages back, or let them go."""
    row = Delivery.objects.select_for_update().get_or_create(pk=1)[0]
    row.mode, row.changed_at, row.changed_by = mode, timezone.now(), actor
    row.live_since = on if mode == Delivery.Mode.LIVE else None
    row.save()
    record("notices.delivery.changed", row, actor=actor, mode=mode)
    return row


_before_live: list[Callable[[date], object]] = []


def subscribe_to_going_live(act: Callable[[date], object]) -> None:
    """An upper app says what counts as told on the day that messages begin to go out."""
    if act not in _before_live:
        _before_live.append(act)


@transaction.atomic
def go_live(*, on: date, actor: Person | None) -> Delivery:
    """Let messages go out. What was crossed before counts as told: nobody is flooded."""
    if not is_live():
        for act in _before_live:
            act(on)
        _leave_in_inbox(kinds_counting_as_told())
    return set_mode(Delivery.Mode.LIVE, on=on, actor=actor)


def _leave_in_inbox(kinds: list[str]) -> None:
    """These notices stay where they are and are not sent; their messages go with what else they carry."""
    waiting = Message.objects.filter(state=Message.State.PENDING)
    carried = Message.notices.through.objects.filter(message__in=waiting)
    carried.filter(notice__kind__in=kinds).delete()
    waiting.filter(notices__isnull=True).update(state=Message.State.CANCELLED)


def would_go() -> int:
    """How many of the messages that wait would leave if delivery went live now."""
    standing = Notice.objects.standing_in_inbox()
    if not is_live():
        standing = standing.exclude(kind__in=kinds_counting_as_told())
    waiting = Message.objects.filter(state=Message.State.PENDING, notices__in=standing)
    return waiting.distinct().count()


# ---- one round --------------------------------------------------------------------------------


def deliver_waiting(limit: int = 500) -> int:
    """Send what waits, oldest first; returns how many left. Nothing leaves while delivery is held."""
    if not is_live():
        return 0
    chart = OrgChart(business_today())
    waiting = Message.objects.waiting(timezone.now()).order_by("id").values_list("pk", flat=True)
    return sum(deliver(pk, chart) for pk in list(waiting[:limit]))


@transaction.atomic
def claim(pk: int, now: datetime) -> Message | None:
    """Take a message for the length of the lease; None if another worker has it."""
    rows = Message.objects.waiting(now)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    message: Message | None = rows.select_related("recipient").filter(pk=pk).first()
    if message is None:
        return None
    message.state, message.lease_until = Message.State.SENDING, now + LEASE
    message.attempts += 1
    message.save(update_fields=["state", "lease_until", "attempts"])
    return message


def deliver(pk: int, chart: OrgChart) -> bool:
    """Deliver one message; True if it left. What cannot be sent now is tried again later.

    One that cannot be sent never keeps the next one from leaving.
    """
    message = claim(pk, timezone.now())
    if message is None:
        return False
    try:
        if message.attempts > MAX_ATTEMPTS:
            raise RuntimeError("The worker died each time this was tried.")
        return _deliver(message, chart)
    except Exception as error:
        log.warning("Message %s could not be sent", message.pk, exc_info=True)
        _retry_later(message, error)
        return False


def _deliver(message: Message, chart: OrgChart) -> bool:
    notices = _owed(message) if message.recipient.is_active else []
    if not notices:
        return _mark(message, state=Message.State.CANCELLED)
    if not message.recipient.email:
        carrier = chart.supervisor_of(message.recipient_id).person
        in_person = Message.Channel.IN_PERSON
        _mark(message, state=Message.State.CARRIED, channel=in_person, carrier=carrier)
        return False
    send(mail_of(message, notices))
    return _mark(message, state=Message.State.SENT, address=message.recipient.email, sent_at=timezone.now())


def send(mail: EmailMultiAlternatives) -> None:
    """Hand it to the mail server, outside any transaction."""
    mail.send()


def _owed(message: Message) -> list[Notice]:
    """The notices whose reason has not gone; the others are cancelled now, before anything is sent."""
    rows = list(message.notices.filter(cancelled_at__isnull=True).select_related("about").order_by("id"))
    gone = {notice.pk for notice in rows if not is_still_owed(notice)}
    if gone:
        Notice.objects.filter(pk__in=gone).update(cancelled_at=timezone.now())
    return [notice for notice in rows if notice.pk not in gone]


def _mark(message: Message, **values: Any) -> bool:
    """End this worker's turn. Says True if the message was sent.

    A worker that outlived its lease no longer holds the message: it changes nothing.
    """
    for name, value in {"lease_until": None, "last_error": "", **values}.items():
        setattr(message, name, value)
        values[name] = value
    mine = Message.objects.filter(pk=message.pk, state=Message.State.SENDING, attempts=message.attempts)
    return bool(mine.update(**values)) and message.state == Message.State.SENT


def _retry_later(message: Message, error: Exception) -> None:
    final = message.attempts >= MAX_ATTEMPTS
    _mark(
        message,
        state=Message.State.FAILED if final else Message.State.PENDING,
        last_error=f"{type(error).__name__}: {error}"[:1000],
        # 1, 4, 9, 16 ... minutes: long enough for a mail server to come back.
        not_before=timezone.now() + timedelta(minutes=message.attempts**2),
    )


def try_again(message: Message) -> None:
    """Somebody looked at a failed message and wants it tried again."""
    from portal.doorbell import ring_on_commit
    from portal.notices.tasks import ring

    message.state, message.attempts, message.not_before = Message.State.PENDING, 0, timezone.now()
    message.save(update_fields=["state", "attempts", "not_before"])
    ring_on_commit(ring)
