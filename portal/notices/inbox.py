"""The inbox: one's own notices and those of the queues that one is in today."""

from collections.abc import Collection
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from portal.notices.kinds import informs
from portal.notices.models import Notice, Told
from portal.notices.queues import FEW, may_be_told, told_to
from portal.people.access.viewer import Viewer
from portal.people.models import Change

Why = Notice.Why


def _read_by(viewer: Viewer) -> Exists:
    return Exists(Told.objects.filter(notice=OuterRef("pk"), person=viewer.person, read_at__isnull=False))


def _open_for(viewer: Viewer) -> QuerySet[Notice]:
    """Not settled, and the viewer's own or perhaps of a queue of the viewer's. Before the queues are asked."""
    own = Q(role=Notice.Role.PERSON, recipient=viewer.person)
    if not viewer.is_employed:
        return Notice.objects.open().filter(own)
    return Notice.objects.open().filter(own | (~Q(role=Notice.Role.PERSON) & may_be_told(viewer)))


_NEEDED = ("id", "role", "recipient_id", "about_id", "queue_key", "kind", "key")


def _told(viewer: Viewer, rows: Any) -> list[int]:
    """The ids of those that the viewer is told. Of each only what its members depend on is read."""
    return [row.id for row in told_to(viewer, list(rows.order_by("id").values_list(*_NEEDED, named=True)))]


def open_notices(viewer: Viewer) -> QuerySet[Notice]:
    """What the viewer is told on the day and is not settled, newest first."""
    return Notice.objects.filter(pk__in=_told(viewer, _open_for(viewer)))


def inbox_of(viewer: Viewer) -> QuerySet[Notice]:
    """Those, and what the viewer read that only informed; with what is kept of the viewer alone."""
    read = Q(settled_why=Why.READ) & _read_by(viewer)
    own = Told.objects.filter(person=viewer.person)
    rows = Notice.objects.filter(Q(pk__in=_told(viewer, _open_for(viewer))) | read)
    return rows.prefetch_related(Prefetch("told", own, to_attr="told_viewer"))


def new_notices(viewer: Viewer) -> list[int]:
    """The ids of those that the viewer has not opened."""
    return _told(viewer, _open_for(viewer).filter(~_read_by(viewer)))


# Seconds for which a count stands: where all is the same but who rates what; where they are many.
FOR_THE_SAME, FOR_MANY = 300, 60


def new_count(viewer: Viewer) -> int:
    """How many are new, for the letterhead of every page. One query where nothing has changed since.

    Of which of them the viewer is told follows from facts, and these change by a Change: the same
    notices after the same last change are as many. Where they are so many that the whole chart has to
    be read, what was counted within the last minute.
    """
    last = Change.objects.order_by("-pk")[:1]
    rows = _open_for(viewer).filter(~_read_by(viewer)).order_by("id")
    rows = rows.annotate(after=Subquery(last.values("pk")), at=Subquery(last.values("made_at")))
    candidates = list(rows.values_list(*_NEEDED, "after", "at", named=True)[: FEW + 1])
    if all(row.role == Notice.Role.PERSON for row in candidates):
        return len(told_to(viewer, candidates))
    if len(candidates) > FEW:
        count: int = (
            cache.get_or_set(f"{_counted(viewer)}:many", lambda: len(new_notices(viewer)), FOR_MANY) or 0
        )
        return count
    seen = [candidates[0].after, candidates[0].at, *(row.id for row in candidates)]
    kept = cache.get(_counted(viewer))
    if kept is None or kept[0] != seen:
        kept = seen, len(told_to(viewer, candidates))
        cache.set(_counted(viewer), kept, FOR_THE_SAME)
    told: int = kept[1]
    return told


def _counted(viewer: Viewer) -> str:
    return f"notices:count:{viewer.person.pk}:{viewer.on.isoformat()}"


def find_notice(viewer: Viewer, pk: int) -> Notice | None:
    """The notice, if it is in the viewer's inbox."""
    found: Notice | None = inbox_of(viewer).filter(pk=pk).first()
    return found


# ---- what is kept of each member --------------------------------------------------------------


def mark(viewer: Viewer, ids: Collection[int], column: str) -> None:
    """Note that the person was shown, or read, these notices now; the first time stays."""
    rows = [Told(notice_id=pk, person=viewer.person) for pk in ids]
    Told.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    mine = Told.objects.filter(notice__in=ids, person=viewer.person, **{f"{column}__isnull": True})
    mine.update(**{column: timezone.now()})


def mark_shown(viewer: Viewer, notices: Collection[Notice]) -> None:
    new = [n.pk for n in notices if not any(told.shown_at for told in n.told_viewer)]  # type: ignore[attr-defined]
    if new:
        mark(viewer, new, "shown_at")


def read(viewer: Viewer, ids: Collection[int]) -> None:
    """The viewer opened them. What only informed is settled by that; what asks for work is not."""
    mark(viewer, ids, "read_at")
    cache.delete_many([_counted(viewer), f"{_counted(viewer)}:many"])
    rows = Notice.objects.open().filter(pk__in=ids)
    kinds = [kind for kind in rows.order_by().values_list("kind", flat=True).distinct() if informs(kind)]
    if kinds:
        rows.filter(kind__in=kinds).update(settled_at=timezone.now(), settled_why=Why.READ)
