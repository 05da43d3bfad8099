"""Delivery: messages are rows, taken with a lease, sent, and marked. Held until HR goes live."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.utils import timezone

from portal.clock import business_today
from portal.doorbell import ring_on_commit
from portal.notices.going_live import is_live
from portal.notices.kinds import still_applies
from portal.notices.mail import mail_of
from portal.notices.models import Message, Notice
from portal.people.organization.supervision import OrgChart

log = logging.getLogger(__name__)

RING = "portal.notices.tasks.ring"

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 8


# ---- held or live -----------------------------------------------------------------------------


# ---- one round --------------------------------------------------------------------------------


def deliver_waiting(limit: int = 500) -> int:
    """Send what waits, oldest first; returns how many left. Nothing leaves while delivery is held."""
    if not is_live():
        return 0
    chart = OrgChart(business_today())
    waiting = Message.objects.waiting(timezone.now()).order_by("id").values_list("pk", flat=True)
    return sum(deliver(pk, chart) for pk in list(waiting[:limit]))


@transaction.atomic
def lease(pk: int, now: datetime) -> Message | None:
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
    message = lease(pk, timezone.now())
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
    gone = {notice.pk for notice in rows if not still_applies(notice)}
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

    message.state, message.attempts, message.not_before = Message.State.PENDING, 0, timezone.now()
    message.save(update_fields=["state", "attempts", "not_before"])
    ring_on_commit(RING)
