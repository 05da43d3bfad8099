"""What the supervisor of the day passes on in person to people who have no e-mail address."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.errors import NotAllowed
from portal.notices.kinds import still_applies
from portal.notices.models import Message, Notice, Told
from portal.people.access.viewer import Viewer
from portal.people.facts.acting import actor_of
from portal.people.models import Person
from portal.people.organization.supervision import OrgChart

CARRIED = Message.State.CARRIED


def _waiting(viewer: Viewer) -> Any:
    """On anybody's list, of people the viewer may answer for: a narrowing, the chart decides."""
    could = viewer.line_q("recipient_id") | viewer.role_q(["hr"], "recipient_id")
    open_told = Told.objects.filter(notice__settled_at__isnull=True)
    return Message.objects.filter(could, state=CARRIED, told__in=open_told).distinct()


def carried_by(viewer: Viewer) -> QuerySet[Any]:
    """The messages on the viewer's list today, with the notices that are not settled.

    They stand on the list of the recipient's supervisor of today; where nobody is, on HR's.
    """
    recipients = set(_waiting(viewer).values_list("recipient_id", flat=True))
    chart = OrgChart(viewer.on, recipients)
    mine = [pk for pk in recipients if viewer.person.pk in carriers_of(pk, chart)]
    told = Told.objects.filter(notice__settled_at__isnull=True).select_related("notice").order_by("id")
    rows = Message.objects.filter(state=CARRIED, recipient__in=mine, told__in=told)
    return rows.select_related("recipient").prefetch_related(Prefetch("told", told)).distinct()


def carriers_of(recipient: int, chart: OrgChart) -> list[int]:
    """Who tells the person in person on the chart's day."""
    if supervisor := chart.in_line(recipient):
        return [supervisor.person_id]
    return chart.hr_for(recipient)


@transaction.atomic
def passed_on(message: Message, *, by: Viewer | None) -> None:
    """The supervisor told the person: who told, and when, is on record.

    Raises NotAllowed unless by whose list it stands on today.
    """
    if by is not None and by.person.pk not in carriers_of(
        message.recipient_id, OrgChart(by.on, [message.recipient_id])
    ):
        raise NotAllowed(_("This is on somebody else's list."))
    message.state, message.sent_at, message.told_by = Message.State.SENT, timezone.now(), actor_of(by)
    message.save(update_fields=["state", "sent_at", "told_by"])
    Told.objects.filter(message=message).update(mailed_at=message.sent_at)
    record("notices.message.passed_on", message, actor=actor_of(by), recipient=message.recipient_id)


def tend_lists(on: date) -> int:
    """Every hour: who has an address by now gets a mail; what is no longer owed leaves. Returns changes."""
    rows = list(Message.objects.filter(state=CARRIED).select_related("recipient"))
    chart = OrgChart(on, [message.recipient_id for message in rows])
    return sum(_tend(message, chart) for message in rows)


def _tend(message: Message, chart: OrgChart) -> bool:
    person: Person = message.recipient
    notices = Notice.objects.filter(told__message=message)
    is_here = person.is_active and not chart.has_left(person.pk)
    if not is_here or not any(still_applies(notice) for notice in notices):
        values: dict[str, Any] = {"state": Message.State.CANCELLED, "digest_on": None}
        Told.objects.filter(message=message).update(message=None)
    elif person.email:
        values = {"state": Message.State.PENDING, "channel": Message.Channel.EMAIL}
    else:
        return False
    return bool(Message.objects.filter(pk=message.pk, state=CARRIED).update(**values))
