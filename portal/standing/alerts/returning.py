"""The return-to-work check: before a long leave ends, and when it ended, what must be renewed."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.clock import business_today
from portal.dates import day_after, day_before
from portal.notices.models import Notice
from portal.notices.notify import NewNotice
from portal.people.employment.clock import ClockRules
from portal.people.models import Absence, Employment, Person
from portal.standing.engine.status import Group
from portal.standing.items import Item, items_of
from portal.standing.labels import label, short_date
from portal.standing.models import Span

KIND = "standing-return"
# Days before an expected return on which it is checked; days after one on which a run that was missed makes up.
BEFORE = timedelta(days=14)
AFTER = timedelta(days=7)
ROLES = (Notice.Role.HR, Notice.Role.SUPERVISOR)


@dataclass(frozen=True)
class Return:
    """`day`: the first day back at work."""

    person: Person
    day: date
    is_back: bool

    @property
    def key(self) -> str:
        return f"{self.person.pk}:{self.day.isoformat()}:{'back' if self.is_back else 'before'}"


def returns_around(on: date, people: Collection[int] | None = None) -> list[Return]:
    """Who comes back within 14 days, or came back in the last 7, from a leave that stopped the clock.

    Not who goes from one absence into another, and not who has left. Four queries.
    """
    rows = Absence.objects.current().filter(last_day__gte=day_before(on - AFTER), last_day__lt=on + BEFORE)
    if people is not None:
        rows = rows.filter(person__in=people)
    clock = ClockRules.load()
    found = [row for row in rows.select_related("person").order_by("pk") if clock.stop(row)]
    ids = [row.person_id for row in found]
    on_leave = list(Absence.objects.current().filter(person__in=ids))
    work = list(Employment.objects.current().filter(person__in=ids))
    ends = [(row.person, day_after(row.last_day)) for row in found if row.last_day is not None]
    back = [Return(person, day, day <= on) for person, day in ends]
    return [
        one for one in back if _holds(work, one.person, one.day) and not _holds(on_leave, one.person, one.day)
    ]


def _holds(rows: list[Any], person: Person, day: date) -> bool:
    return any(row.person_id == person.pk and row.holds(day) for row in rows)


def notices_of(on: date, returns: list[Return]) -> Iterator[NewNotice]:
    """To HR and the supervisor, for each return. One query."""
    items = _items(on, returns)
    for one in returns:
        for role in ROLES:
            yield _notice(one, role, items.get(one.person.pk, []), on)


def _items(on: date, returns: list[Return]) -> dict[int, list[Item]]:
    """What is to be done on the first day back, or by today, by person."""
    days = {one.person.pk: max(one.day, on) for one in returns}
    if not days:
        return {}
    held = Q()
    for day in set(days.values()):
        of_day = Q(person__in=[pk for pk, own in days.items() if own == day], start__lte=day)
        held |= of_day & (Q(until__isnull=True) | Q(until__gt=day))
    found: dict[int, list[Item]] = {}
    for item in items_of(Span.objects.filter(held).order_by("person_id", "requirement_id", "scope"), on):
        there = Item(item.span, days[item.person.pk])
        if there.group in (Group.ACT_NOW, Group.SOON):
            found.setdefault(there.person.pk, []).append(there)
    return found


def _notice(one: Return, role: Notice.Role, items: list[Item], on: date) -> NewNotice:
    words = {"name": one.person.get_full_name(), "day": short_date(one.day, on)}
    subject = (
        _("%(name)s is back at work since %(day)s") if one.is_back else _("%(name)s comes back on %(day)s")
    )
    return NewNotice(
        recipient=None,
        role=role,
        kind=KIND,
        key=one.key,
        subject=subject % words,
        body=_body(items),
        url=reverse("people:detail", args=[one.person.pk]),
        action=_("Open person"),
        about=one.person,
        again=False,
    )


def _body(items: list[Item]) -> str:
    if not items:
        return _("Return-to-work check: everything is up to date.")
    # The day, not how many are left: the text is read for days.
    lines = "; ".join(f"{item.name}: {label(item.word)}, {item.day_words}" for item in items)
    return _("Return-to-work check. To be renewed or done: %(items)s.") % {"items": lines}


def still_applies(notice: Any) -> bool:
    """Before sending: does the person still come back on this day?"""
    return notice.key in {one.key for one in returns_around(business_today(), [notice.about_id])}
