"""Queues: who is told of a notice on a day. Members follow the relation of that day."""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Any, NamedTuple, Protocol

from django.db.models import Q, QuerySet

from portal.notices.kinds import opens_to
from portal.notices.models import Notice
from portal.people.access.viewer import Viewer
from portal.people.organization.supervision import OrgChart

Role = Notice.Role
# Where nobody qualifies, in this order.
INSTEAD = (Role.SUPERVISOR, Role.NEXT_UP, Role.HR)
# Somebody who is a member in two ways sees one notice: that of the first of them.
ORDER = {str(role): number for number, role in enumerate(Role)}
# As many people are asked about one by one; of more, the whole chart is read.
FEW = 500


# Whom it is about, which kind, which key: the same for all roles that are told of it.
type Matter = tuple[int | None, str, str]


def matter_of(notice: "Owed") -> Matter:
    return notice.about_id, notice.kind, notice.key


class Raters(NamedTuple):
    """`named`: rater by queue key, of many keys in one query. `keys_of`: the keys of one person."""

    named: Callable[[Collection[str]], dict[str, int]]
    keys_of: Callable[[int], QuerySet[Any, Any]]


_raters: list[Raters] = []


def register_raters(raters: Raters) -> None:
    """An upper app says who rates what; one app does."""
    _raters[:] = [raters]


class Owed(Protocol):
    """What the members of a notice depend on: a Notice, or those columns of it."""

    @property
    def role(self) -> str: ...
    @property
    def recipient_id(self) -> int | None: ...
    @property
    def about_id(self) -> int | None: ...
    @property
    def queue_key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def key(self) -> str: ...


class Members:
    """The members of these notices on a day: five queries however many notices and people."""

    def __init__(self, on: date, notices: Collection[Owed], chart: OrgChart | None = None) -> None:
        keys = {notice.queue_key for notice in notices if notice.role == Role.RATER}
        self._named = _raters[0].named(keys) if keys and _raters else {}
        self.chart = chart or OrgChart(on, self._asked(notices))
        self._holders: dict[tuple[str, int, str], list[int]] = {}

    def _asked(self, notices: Collection[Owed]) -> set[int] | None:
        """Whose place and employment is asked for; None where they are so many that all are read."""
        asked = {pk for n in notices for pk in (n.about_id, n.recipient_id) if pk is not None}
        asked.update(self._named.values())
        return asked if len(asked) <= FEW else None

    def of(self, notice: Owed) -> list[int]:
        """Whoever is told now; a leaver is told nothing. Empty where nobody qualifies."""
        if notice.recipient_id is not None:
            return [] if self.chart.has_left(notice.recipient_id) else [notice.recipient_id]
        for role in dict.fromkeys((notice.role, *INSTEAD)):
            if found := self._told_as(role, notice):
                return found
        return []

    def _told_as(self, role: str, notice: Owed) -> list[int]:
        about = notice.about_id
        if about is None or not opens_to(notice.kind, role):
            return []
        asked = (role, about, notice.queue_key if role == Role.RATER else "")
        if asked not in self._holders:
            self._holders[asked] = [pk for pk in self._find(*asked) if pk != about]
        return self._holders[asked]

    def _find(self, role: str, about: int, queue_key: str) -> Iterator[int]:
        if role == Role.HR:
            yield from self.chart.hr_for(about)
        elif role == Role.RATER:
            rater = self._named.get(queue_key)
            if rater is not None and self.chart.is_here(rater):
                yield rater
        # Of who has left, HR alone keeps the record.
        elif not self.chart.has_left(about):
            way = self.chart.next_up if role == Role.NEXT_UP else self.chart.in_line
            if found := way(about):
                yield found.person_id


def may_be_told(viewer: Viewer) -> Q:
    """The notices of queues that the viewer could be a member of: a narrowing, Members decides."""
    could = viewer.line_q("about_id") | viewer.role_q(["hr"], "about_id")
    if _raters and viewer.is_employed:
        could |= Q(role=Role.RATER, queue_key__in=_raters[0].keys_of(viewer.person.pk))
    return could


def told_to[N: Owed](viewer: Viewer, rows: Collection[N]) -> list[N]:
    """Of these notices those that the viewer is told, each matter once."""
    queued = [notice for notice in rows if notice.role != Role.PERSON]
    members = Members(viewer.on, queued) if queued else None
    found: dict[Matter, N] = {}
    for notice in sorted(rows, key=lambda row: ORDER[row.role]):
        if members is None or notice.role == Role.PERSON or viewer.person.pk in members.of(notice):
            found.setdefault(matter_of(notice), notice)
    return list(found.values())
