"""Who is to be mailed now: the members of what is open, each on one message."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import batched

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.notices.models import Delivery, Message, Notice, Told
from portal.notices.nobody import count_again
from portal.notices.queues import Matter, Members, matter_of
from portal.people.organization.supervision import OrgChart

PART = 1000


def plan_messages(now: datetime, on: date) -> int:
    """Put what is to be mailed on messages; returns how many notices were looked at.

    Each open notice is looked at when it is new and once on each later day, so that who became a member
    meanwhile is mailed too. What is urgent goes at once; all else from the set hour on, in one digest a
    person a day.
    """
    ids = list(_due(now, on).order_by("id").values_list("pk", flat=True))
    if not ids:
        return 0
    chart = OrgChart(on)
    for part in batched(ids, PART):
        _plan_part(part, on, chart)
    return len(ids)


def _due(now: datetime, on: date) -> QuerySet[Notice]:
    rows = Notice.objects.open().filter(Q(looked_on=None) | Q(looked_on__lt=on), by_mail=True)
    is_time = timezone.localtime(now).hour >= settings.DIGEST_HOUR
    return rows if is_time else rows.filter(urgent=True)


@transaction.atomic
def _plan_part(ids: Sequence[int], on: date, chart: OrgChart) -> None:
    # One worker plans at a time: two would make two messages for one person.
    Delivery.objects.select_for_update().get(pk=1)
    notices = list(Notice.objects.open().filter(pk__in=ids).exclude(looked_on=on).order_by("id"))
    members = Members(on, notices, chart)
    found = {notice.pk: members.of(notice) for notice in notices}
    looked = Notice.objects.filter(pk__in=found)
    looked.update(looked_on=on, reaches_nobody=False)
    if nobody := [pk for pk, people in found.items() if not people]:
        looked.filter(pk__in=nobody).update(reaches_nobody=True)
    transaction.on_commit(count_again)
    _put_on_messages(_untold(notices, found), on)


def _untold(notices: Sequence[Notice], members: dict[int, list[int]]) -> dict[int, list[Notice]]:
    """By person: what reached them neither by mail nor in the inbox. Each matter once, whatever the role."""
    reached = _reached(notices)
    found: dict[int, dict[Matter, Notice]] = {}
    for notice in notices:
        for person in members[notice.pk]:
            if (person, *matter_of(notice)) not in reached:
                found.setdefault(person, {}).setdefault(matter_of(notice), notice)
    return {person: list(rows.values()) for person, rows in found.items()}


def _reached(notices: Sequence[Notice]) -> set[tuple[int, int | None, str, str]]:
    """Who opened it, or was mailed it in whatever role; or it is on a message of theirs."""
    done = Q(message__isnull=False) | Q(mailed_at__isnull=False) | Q(read_at__isnull=False)
    same = {"notice__kind__in": {n.kind for n in notices}, "notice__key__in": {n.key for n in notices}}
    rows = Told.objects.filter(done, **same)
    return set(rows.values_list("person_id", "notice__about_id", "notice__kind", "notice__key"))


def _put_on_messages(untold: dict[int, list[Notice]], on: date) -> None:
    """All on one message; who had the day's digest gets what is urgent alone, the rest tomorrow."""
    had = set(
        Message.objects.filter(digest_on=on, recipient__in=untold).values_list("recipient_id", flat=True)
    )
    waiting = _waiting(untold, on)
    rows: list[Told] = []
    new: dict[int, Message] = {}
    for person, notices in untold.items():
        message = waiting.get(person)
        open_digest = message is not None and message.digest_on == on
        goes = [n for n in notices if n.urgent or open_digest or person not in had]
        if not goes:
            continue
        if message is None:
            message = new[person] = Message(recipient_id=person)
        if person not in had and not all(notice.urgent for notice in goes):
            message.digest_on = on
        rows += [Told(notice=notice, person_id=person, message=message) for notice in goes]
    Message.objects.bulk_create(new.values(), batch_size=500)
    kept = [message for pk, message in waiting.items() if pk not in new]
    Message.objects.bulk_update(kept, ["digest_on"], batch_size=500)
    Told.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["notice", "person"],
        update_fields=["message"],
    )


def _waiting(people: Iterable[int], on: date) -> dict[int, Message]:
    """The messages that no worker can take before this transaction ends; the day's digest first."""
    rows = Message.objects.filter(recipient__in=people, state=Message.State.PENDING, attempts=0)
    if connection.features.has_select_for_update_skip_locked:
        # A worker that takes one now would not see what is added.
        rows = rows.select_for_update(skip_locked=True)
    found: dict[int, Message] = {}
    for message in rows.order_by("-id"):
        held = found.get(message.recipient_id)
        if held is None or (message.digest_on == on and held.digest_on != on):
            found[message.recipient_id] = message
    return found
