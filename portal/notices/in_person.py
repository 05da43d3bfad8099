"""What a supervisor passes on in person to people who have no e-mail address."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.errors import NotAllowed, Refused
from portal.notices.kinds import still_applies
from portal.notices.models import Message, Notice
from portal.people.access.viewer import Viewer
from portal.people.facts.acting import actor_of
from portal.people.models import Person
from portal.people.organization.supervision import OrgChart


def carried_by(person: Person) -> QuerySet[Any]:
    """The messages on a supervisor's list, with the notices that still stand."""
    standing = Notice.objects.standing_in_inbox().order_by("id")
    rows = Message.objects.filter(carrier=person, state=Message.State.CARRIED, notices__in=standing)
    return rows.select_related("recipient").prefetch_related(Prefetch("notices", standing)).distinct()


@transaction.atomic
def passed_on(message: Message, *, by: Viewer | None) -> None:
    """The supervisor told the person: who told, and when, is on record.

    Raises NotAllowed unless by whose list it stands on, while employed.
    """
    if by is not None and not (by.person.pk == message.carrier_id and by.is_employed):
        raise NotAllowed(_("This is on somebody else's list."))
    message.state, message.sent_at = Message.State.SENT, timezone.now()
    message.save(update_fields=["state", "sent_at"])
    record("notices.message.passed_on", message, actor=actor_of(by), recipient=message.recipient_id)


def tend_lists(on: date) -> int:
    """Once a day: each line is with the day's supervisor; what is no longer owed leaves. Returns changes."""
    chart = OrgChart(on)
    rows = Message.objects.filter(state=Message.State.CARRIED).select_related("recipient")
    return sum(_tend(message, chart) for message in rows.prefetch_related("notices"))


def _tend(message: Message, chart: OrgChart) -> bool:
    owed = message.recipient.is_active and any(still_applies(notice) for notice in message.notices.all())
    if not owed:
        values: dict[str, Any] = {"state": Message.State.CANCELLED}
    elif message.recipient.email:
        values = {"state": Message.State.PENDING, "channel": Message.Channel.EMAIL, "carrier": None}
    elif (carrier := _supervisor(message, chart)) is not None:
        values = {"carrier": carrier}
    else:
        return False
    return bool(Message.objects.filter(pk=message.pk, state=Message.State.CARRIED).update(**values))


def _supervisor(message: Message, chart: OrgChart) -> Person | None:
    """The day's supervisor, if it is another one than the list's."""
    try:
        found = chart.supervisor_of(message.recipient_id).person
    except Refused:
        return None
    return found if found.pk != message.carrier_id else None
