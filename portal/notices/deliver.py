"""Delivery: messages are rows, taken with a lease, sent, and marked. Held until HR goes live."""

import logging
from collections.abc import Iterable
from datetime import datetime

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import lease as leases
from portal.clock import business_today
from portal.doorbell import ring_on_commit
from portal.notices.going_live import is_live
from portal.notices.kinds import which_apply
from portal.notices.mail import mail_of
from portal.notices.models import Message, Notice, Told
from portal.notices.notify import RING
from portal.notices.plan import plan_messages
from portal.notices.queues import Members
from portal.notices.sending import note_failure, send_batch
from portal.people.access.rights import demand_keeper_or_hr_for
from portal.people.access.viewer import Viewer
from portal.people.organization.supervision import OrgChart

log = logging.getLogger(__name__)


def deliver_waiting(limit: int = 500) -> int:
    """Make the messages that are due and send what waits, oldest first; returns how many left.

    Nothing leaves while delivery is held.
    """
    if not is_live():
        return 0
    now, today = timezone.now(), business_today()
    plan_messages(now, today)
    waiting = Message.objects.waiting(timezone.now()).order_by("id").values_list("pk", flat=True)
    chart = OrgChart(today)
    return send_batch(list(waiting[:limit]), lambda pk: deliver(pk, chart))


def lease(pk: int, now: datetime) -> Message | None:
    """Take a message for the length of the lease; None if another worker has it."""
    return leases.take(Message.objects.select_related("recipient"), pk, now)


def deliver(pk: int, chart: OrgChart) -> bool:
    """Deliver one message; True if it left. What cannot be sent now is tried again later.

    One that cannot be sent never keeps the next one from leaving, but for a server that takes nothing:
    raises ServerDown.
    """
    message = lease(pk, timezone.now())
    if message is None:
        return False
    try:
        leases.refuse_if_worn_out(message)
        return _deliver(message, chart)
    except Exception as error:
        log.warning("Message %s could not be sent", message.pk, exc_info=True)
        note_failure(message, error, refused=True)
        return False


def _deliver(message: Message, chart: OrgChart) -> bool:
    """Send it, put it on the supervisor's list or cancel it. True if this worker sent it."""
    is_here = message.recipient.is_active and not chart.has_left(message.recipient_id)
    notices = _owed(message, chart) if is_here else []
    if not notices:
        leases.finish(message, state=Message.State.CANCELLED, digest_on=None)
        Told.objects.filter(message=message).update(message=None)
        return False
    if not message.recipient.email:
        leases.finish(message, state=Message.State.CARRIED, channel=Message.Channel.IN_PERSON)
        return False
    send(mail_of(message, notices))
    now = timezone.now()
    is_mine = leases.finish(
        message, state=Message.State.SENT, address=message.recipient.email, sent_at=now, refused=False
    )
    Told.objects.filter(message=message).update(mailed_at=now)
    return is_mine


def send(mail: EmailMultiAlternatives) -> None:
    """Hand it to the mail server, outside any transaction."""
    mail.send()


def _owed(message: Message, chart: OrgChart) -> list[Notice]:
    """What it is to say now; the rest is taken off it before anything is sent.

    Off goes what is settled, what the recipient is not told any longer, and what cannot be judged, which
    is tried with the next digest. Raises what hindered the last of these if nothing else is left.
    """
    rows = list(Notice.objects.filter(told__message=message).select_related("about").order_by("id"))
    members = Members(chart.on, rows, chart)
    told = [notice for notice in rows if message.recipient_id in members.of(notice)]
    applies, failed = which_apply(told)
    owed = [notice for notice in told if notice.pk in applies]
    if failed and not owed:
        raise next(iter(failed.values()))
    gone = [notice for notice in told if notice.pk not in applies and notice.pk not in failed]
    _take_off(message, rows, owed)
    now_gone = Notice.objects.open().filter(pk__in=[notice.pk for notice in gone])
    now_gone.update(settled_at=timezone.now(), settled_why=Notice.Why.GONE)
    return owed


def _take_off(message: Message, rows: Iterable[Notice], owed: Iterable[Notice]) -> None:
    off = {notice.pk for notice in rows} - {notice.pk for notice in owed}
    if off:
        Told.objects.filter(message=message, notice__in=off).update(message=None)


def try_again(message: Message, *, by: Viewer | None) -> None:
    """Somebody looked at a failed message and wants it tried again. Does nothing to one that did not fail.

    Raises NotAllowed unless by HR for the recipient, or a site admin.
    """
    demand_keeper_or_hr_for(by, message.recipient_id)
    if leases.put_back(message, timezone.now()):
        ring_on_commit(RING)


def what_to_do(message: Message) -> str:
    """What HR does about a message that did not leave; nothing where it is only late."""
    if message.state != Message.State.FAILED:
        return ""
    if message.refused:
        return _("The mail server refuses this address for good. Correct the address, then try again.")
    return _("It was tried many times. Tell a site admin what it says here, then try again.")
