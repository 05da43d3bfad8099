"""Delivery: messages are rows, taken with a lease, sent, and marked. Held until HR goes live."""

import logging
from datetime import datetime

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from portal import lease as leases
from portal.clock import business_today
from portal.doorbell import ring_on_commit
from portal.notices.going_live import is_live
from portal.notices.kinds import still_applies
from portal.notices.mail import mail_of
from portal.notices.models import Message, Notice
from portal.people.access.rights import demand_keeper_or_hr_for
from portal.people.access.viewer import Viewer
from portal.people.organization.supervision import OrgChart

log = logging.getLogger(__name__)

RING = "portal.notices.tasks.ring"


def deliver_waiting(limit: int = 500) -> int:
    """Send what waits, oldest first; returns how many left. Nothing leaves while delivery is held."""
    if not is_live():
        return 0
    chart = OrgChart(business_today())
    waiting = Message.objects.waiting(timezone.now()).order_by("id").values_list("pk", flat=True)
    return sum(deliver(pk, chart) for pk in list(waiting[:limit]))


def lease(pk: int, now: datetime) -> Message | None:
    """Take a message for the length of the lease; None if another worker has it."""
    return leases.take(Message.objects.select_related("recipient"), pk, now)


def deliver(pk: int, chart: OrgChart) -> bool:
    """Deliver one message; True if it left. What cannot be sent now is tried again later.

    One that cannot be sent never keeps the next one from leaving.
    """
    message = lease(pk, timezone.now())
    if message is None:
        return False
    try:
        leases.refuse_if_worn_out(message)
        return _deliver(message, chart)
    except Exception as error:
        log.warning("Message %s could not be sent", message.pk, exc_info=True)
        leases.fail(message, error, timezone.now())
        return False


def _deliver(message: Message, chart: OrgChart) -> bool:
    """Send it, pass it to a supervisor or cancel it. True if this worker sent it."""
    notices = _owed(message) if message.recipient.is_active else []
    if not notices:
        leases.finish(message, state=Message.State.CANCELLED)
        return False
    if not message.recipient.email:
        carrier = chart.supervisor_of(message.recipient_id).person
        in_person = Message.Channel.IN_PERSON
        leases.finish(message, state=Message.State.CARRIED, channel=in_person, carrier=carrier)
        return False
    send(mail_of(message, notices))
    return leases.finish(
        message, state=Message.State.SENT, address=message.recipient.email, sent_at=timezone.now()
    )


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


def try_again(message: Message, *, by: Viewer | None) -> None:
    """Somebody looked at a failed message and wants it tried again. Does nothing to one that did not fail.

    Raises NotAllowed unless by HR for the recipient, or a site admin.
    """
    demand_keeper_or_hr_for(by, message.recipient_id)
    if leases.put_back(message, timezone.now()):
        ring_on_commit(RING)
