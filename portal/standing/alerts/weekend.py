"""What ends on days off is said on the last working day before: the last chance to do something about it.

The notices of one day go out together: each supervisor, next one up and HR gets them as one list.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.clock import business_today
from portal.notices.models import Notice
from portal.notices.notify import NewNotice
from portal.people.models import Person
from portal.standing.alerts.recipients import Recipients
from portal.standing.items import Item, items_of, spans_on
from portal.workdays import days_off_after, last_working_day

KIND = "standing-days-off"
ROLES = (Notice.Role.SUPERVISOR, Notice.Role.NEXT_UP, Notice.Role.HR)


def items_ending(on: date, people: Collection[int]) -> Iterator[Item]:
    """Of these people what ends on the days off around the day, claims or none. One query.

    On a working day those until the next one; on a day off those since the last working day.
    """
    days = days_off_after(last_working_day(on))
    if not days:
        return iter(())
    rows = spans_on(on, people).filter(deadline__in=days)
    return items_of(rows.order_by("person_id", "requirement_id", "scope"), on)


def notices_of(on: date, items: Iterable[Item], recipients: Recipients) -> Iterator[NewNotice]:
    """One notice of each person to each role; of who is on leave none, as there is no work to do."""
    for person_id, rows in groupby(items, key=lambda item: item.person.pk):
        if person_id not in recipients.paused:
            own = list(rows)
            yield from (_notice(role, own[0].person, own, on) for role in ROLES)


def _notice(role: Notice.Role, person: Person, items: list[Item], on: date) -> NewNotice:
    return NewNotice(
        recipient=None,
        role=role,
        kind=KIND,
        key=f"{person.pk}:{last_working_day(on).isoformat()}",
        subject=_("%(name)s: ends before the next working day") % {"name": person.get_full_name()},
        body="\n".join(_line(item) for item in items),
        url=reverse("people:detail", args=[person.pk]),
        action=_("Open person"),
        about=person,
        urgent=True,
        again=False,
    )


def _line(item: Item) -> str:
    assert item.deadline is not None, "it was found by its deadline"
    return _("%(what)s, %(day)s") % {"what": item.name, "day": date_format(item.deadline, "l, M j")}


def still_applies(notice: Any) -> bool:
    """Before sending: does anything of the person's still end on these days off?"""
    today = business_today()
    if notice.key != f"{notice.about_id}:{last_working_day(today).isoformat()}":
        return False
    return any(True for _item in items_ending(today, [notice.about_id]))
