"""Where a person belongs on a day: today's position or home state, else the next, else the last."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from portal.people.models.fact import DatedFact


def places(model: type[DatedFact], on: date, *, leavers: bool = True) -> Any:
    """The rows of a dated fact (Position, HomeState) that say where people belong on the day.

    Who has none on the day belongs where the next one begins, so that HR of a scope and the line reach
    new hires before day one; who has no next one, where the last one ended: HR keeps its `leavers`.
    """
    rows = model.objects.current()
    same = rows.filter(person_id=OuterRef("person_id"))  # type: ignore[misc]
    coming = same.filter(starts_on__gt=on)
    is_next = (
        Q(starts_on__gt=on)
        & ~Exists(same.on(on))
        & ~Exists(coming.filter(starts_on__lt=OuterRef("starts_on")))
    )
    is_now = Q(starts_on__lte=on) & (Q(last_day__isnull=True) | Q(last_day__gte=on))
    if not leavers:
        return rows.filter(is_now | is_next)
    now_or_later = same.filter(Q(last_day__isnull=True) | Q(last_day__gte=on))
    is_last = (
        Q(last_day__lt=on) & ~Exists(now_or_later) & ~Exists(same.filter(last_day__gt=OuterRef("last_day")))
    )
    return rows.filter(is_now | is_next | is_last)
