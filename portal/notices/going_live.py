"""Delivery held or live: nothing leaves before HR goes live."""

from collections.abc import Callable
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from portal.audit.log import record
from portal.notices.models import Delivery, Message, Notice, Told
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
def go_live(*, on: date, by: Viewer | None, mail_waiting: bool = False) -> Delivery:
    """Let messages go out. What was crossed before counts as told: nobody is flooded.

    What was owed before is in the inbox; it is mailed only with `mail_waiting`. Raises NotAllowed as set_mode.
    """
    demand_keeper(by)
    if not is_live():
        for act in _before_live:
            act(on)
        if not mail_waiting:
            _leave_in_inbox()
    return set_mode(Delivery.Mode.LIVE, on=on, by=by)


def _leave_in_inbox() -> None:
    """What is owed stays where it is and is not sent, nor what was on its way when delivery was held."""
    waiting = Message.objects.filter(state__in=[Message.State.PENDING, Message.State.FAILED])
    Told.objects.filter(message__in=waiting).update(message=None)
    waiting.update(state=Message.State.CANCELLED, digest_on=None)
    Notice.objects.open().filter(by_mail=True).update(by_mail=False)


def waiting_notices() -> int:
    """How many notices would be mailed, if HR asks for it, when delivery goes live now."""
    reached = Told.objects.filter(notice=OuterRef("pk"), mailed_at__isnull=False)
    return Notice.objects.open().filter(~Exists(reached), by_mail=True).count()
