"""Delivery held or live: nothing leaves before HR goes live."""

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.utils import timezone

from portal.audit.log import record
from portal.notices.kinds import kinds_counting_as_told
from portal.notices.models import Delivery, Message, Notice
from portal.people.access.rights import demand_keeper
from portal.people.access.viewer import Viewer
from portal.people.facts.acting import actor_of


def switch() -> Delivery:
    row, _made = Delivery.objects.get_or_create(pk=1)
    return row


def is_live() -> bool:
    return switch().mode == Delivery.Mode.LIVE


@transaction.atomic
def set_mode(mode: str, *, on: date, by: Viewer | None) -> Delivery:
    """Hold messages back, or let them go. Raises NotAllowed unless by HR for everybody or a site admin."""
    demand_keeper(by)
    row = Delivery.objects.select_for_update().get_or_create(pk=1)[0]
    row.mode, row.changed_at, row.changed_by = mode, timezone.now(), actor_of(by)
    row.live_since = on if mode == Delivery.Mode.LIVE else None
    row.save()
    record("notices.delivery.changed", row, actor=actor_of(by), mode=mode)
    return row


_before_live: list[Callable[[date], object]] = []


def subscribe_to_going_live(act: Callable[[date], object]) -> None:
    """An upper app says what counts as told on the day that messages begin to go out."""
    if act not in _before_live:
        _before_live.append(act)


@transaction.atomic
def go_live(*, on: date, by: Viewer | None) -> Delivery:
    """Let messages go out. What was crossed before counts as told: nobody is flooded.

    Raises NotAllowed as set_mode.
    """
    demand_keeper(by)
    if not is_live():
        for act in _before_live:
            act(on)
        _leave_in_inbox(kinds_counting_as_told())
    return set_mode(Delivery.Mode.LIVE, on=on, by=by)


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
