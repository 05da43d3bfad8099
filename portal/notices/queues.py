"""Queues: who is told of a notice on a day. Members follow the relation of that day."""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from portal.notices.kinds import opens_to
from portal.notices.models import Notice
from portal.people.access.viewer import Viewer
from portal.people.organization.supervision import OrgChart

Role = Notice.Role
# Where nobody qualifies, in this order.
INSTEAD = (Role.SUPERVISOR, Role.NEXT_UP, Role.HR)
# Somebody who is a member in two ways sees one notice: that of the first of them.
ORDER = tuple(Role)


# Whom it is about, which kind, which key: the same for all roles that are told of it.
type Matter = tuple[int | None, str, str]


def matter_of(notice: Notice) -> Matter:
    return notice.about_id, notice.kind, notice.key


class Raters(NamedTuple):
    """`named`: rater by queue key, of many keys in one query. `keys_of`: the keys of one person."""

    named: Callable[[Collection[str]], dict[str, int]]
    keys_of: Callable[[int], QuerySet[Any, Any]]


_raters: list[Raters] = []


def register_raters(raters: Raters) -> None:
    """An upper app says who rates what; one app does."""
    _raters[:] = [raters]


class Members:
    """The members of these notices on a day: five queries however many notices and people."""

    def __init__(self, on: date, notices: Collection[Notice], chart: OrgChart | None = None) -> None:
        self.chart = chart or OrgChart(on)
        keys = {notice.queue_key for notice in notices if notice.role == Role.RATER}
        self._named = _raters[0].named(keys) if keys and _raters else {}

    def of(self, notice: Notice) -> list[int]:
        """Whoever is told now; a leaver is told nothing. Empty where nobody qualifies."""
        if notice.recipient_id is not None:
            return [] if self.chart.has_left(notice.recipient_id) else [notice.recipient_id]
        for role in dict.fromkeys((Role(notice.role), *INSTEAD)):
            if found := self._told_as(role, notice):
                return found
        return []

    def _told_as(self, role: Role, notice: Notice) -> list[int]:
        about = notice.about_id
        if about is None or not opens_to(notice.kind, role):
            return []
        # Of who has left, HR alone keeps the record.
        if role in (Role.SUPERVISOR, Role.NEXT_UP) and self.chart.has_left(about):
            return []
        return [pk for pk in self._holders(role, notice, about) if pk != about]

    def _holders(self, role: Role, notice: Notice, about: int) -> Iterator[int]:
        if role == Role.HR:
            yield from self.chart.hr_for(about)
        elif role == Role.RATER:
            rater = self._named.get(notice.queue_key)
            if rater is not None and self.chart.is_here(rater):
                yield rater
        else:
            way = self.chart.next_up_of if role == Role.NEXT_UP else self.chart.line_supervisor_of
            if found := way(about):
                yield found.person.pk


def may_be_told(viewer: Viewer) -> Q:
    """The notices of queues that the viewer could be a member of: a narrowing, Members decides."""
    could = viewer.line_q("about_id") | viewer.role_q(["hr"], "about_id")
    if _raters and viewer.is_employed:
        could |= Q(role=Role.RATER, queue_key__in=_raters[0].keys_of(viewer.person.pk))
    return could


def told_to(viewer: Viewer, rows: Collection[Notice]) -> list[Notice]:
    """Of these notices those that the viewer is told, each matter once."""
    queued = [notice for notice in rows if notice.role != Role.PERSON]
    members = Members(viewer.on, queued) if queued else None
    found: dict[Matter, Notice] = {}
    for notice in sorted(rows, key=lambda row: ORDER.index(Role(row.role))):
        if members is None or notice.role == Role.PERSON or viewer.person.pk in members.of(notice):
            found.setdefault(matter_of(notice), notice)
    return list(found.values())
