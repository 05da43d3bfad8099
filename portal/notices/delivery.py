"""Delivery: messages are rows, taken with a lease, sent, and marked. Held until HR goes live."""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.clock import business_today
from portal.notices.models import Delivery, Message, Notice
from portal.notices.owing import is_still_owed
from portal.people.models import Person
from portal.people.supervision import OrgChart

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 8


def switch() -> Delivery:
    row, _made = Delivery.objects.get_or_create(pk=1)
    return row


def is_live() -> bool:
    return switch().mode == Delivery.Mode.LIVE


@transaction.atomic
def set_mode(mode: str, *, on: date, actor: Person | None) -> Delivery:
    """Hold messages back, or let them go."""
    from portal.audit.log import record

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
    """Let messages go out. What was crossed before today counts as told: nobody is flooded."""
    if not is_live():
        for act in _before_live:
            act(on)
    return set_mode(Delivery.Mode.LIVE, on=on, actor=actor)


def deliver_waiting(limit: int = 500) -> int:
    """Send what waits, oldest first; returns how many left. Nothing leaves while delivery is held."""
    if not is_live():
        return 0
    sent = 0
    for pk in list(
        Message.objects.waiting(timezone.now()).order_by("id").values_list("pk", flat=True)[:limit]
    ):
        sent += deliver(pk)
    return sent


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


def deliver(pk: int) -> bool:
    """Deliver one message; True if it left. What cannot be sent now is tried again later."""
    message = claim(pk, timezone.now())
    if message is None:
        return False
    notices = _owed(message)
    if not notices:
        return _finish(message, Message.State.CANCELLED)
    if not message.recipient.email:
        return _hand_to_supervisor(message)
    try:
        mail_of(message, notices).send()
    except Exception as error:
        log.warning("Message %s could not be sent", message.pk, exc_info=True)
        _retry_later(message, error)
        return False
    return _finish(message, Message.State.SENT, address=message.recipient.email)


def _owed(message: Message) -> list[Notice]:
    """The notices whose reason has not gone; the others are cancelled now, before anything is sent."""
    rows = list(message.notices.filter(cancelled_at__isnull=True).select_related("about").order_by("id"))
    gone = [notice.pk for notice in rows if not is_still_owed(notice)]
    Notice.objects.filter(pk__in=gone).update(cancelled_at=timezone.now())
    return [notice for notice in rows if notice.pk not in gone]


def _finish(message: Message, state: str, **values: Any) -> bool:
    message.state, message.lease_until, message.last_error = state, None, ""
    message.sent_at = timezone.now() if state == Message.State.SENT else None
    for name, value in values.items():
        setattr(message, name, value)
    message.save()
    return state == Message.State.SENT


def _hand_to_supervisor(message: Message) -> bool:
    """A person without e-mail is told in person: the message goes on the supervisor's list."""
    supervision = OrgChart(business_today()).supervisor_of(message.recipient_id)
    message.channel, message.carrier = Message.Channel.IN_PERSON, supervision.person
    message.state, message.lease_until = Message.State.CARRIED, None
    message.save(update_fields=["channel", "carrier", "state", "lease_until"])
    return False


def passed_on(message: Message) -> None:
    """The supervisor told the person."""
    _finish(message, Message.State.SENT)


def _retry_later(message: Message, error: Exception) -> None:
    final = message.attempts >= MAX_ATTEMPTS
    message.state = Message.State.FAILED if final else Message.State.PENDING
    message.lease_until = None
    message.last_error = f"{type(error).__name__}: {error}"[:1000]
    message.not_before = timezone.now() + timedelta(minutes=message.attempts**2)
    message.save(update_fields=["state", "lease_until", "last_error", "not_before"])


def try_again(message: Message) -> None:
    message.state, message.attempts, message.not_before = Message.State.PENDING, 0, timezone.now()
    message.save(update_fields=["state", "attempts", "not_before"])


def subject_of(notices: list[Notice]) -> str:
    if len(notices) == 1:
        return notices[0].subject
    return _("%(count)d things that need you") % {"count": len(notices)}


def mail_of(message: Message, notices: list[Notice]) -> EmailMultiAlternatives:
    """The mail: text first, HTML beside it; the same Message-ID each time it is tried."""
    subject = subject_of(notices)
    context = {
        "organization_name": settings.ORGANIZATION_NAME,
        "site_url": settings.SITE_URL,
        "subject": subject,
        "notices": notices,
        "recipient": message.recipient,
    }
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("emails/notices.txt", context),
        to=[message.recipient.email or ""],
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("emails/notices.html", context), "text/html")
    return mail
