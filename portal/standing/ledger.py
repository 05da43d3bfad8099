"""The ledger after taking back: which rows count, and how a change's evidence is taken back.

Nothing in the ledger is changed. A row that never was is answered by a void; a void that never was
by a copy of the row it withdrew, which `stands_for` that row and takes its place in recording order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from portal.people.errors import Conflict
from portal.people.facts.guards import demand_rights
from portal.people.facts.plan import Plan
from portal.people.models import Change
from portal.standing.models import Evidence
from portal.standing.models.evidence import EvidenceQuerySet

SOURCE = "change"
VOID = Evidence.Kind.VOID

type Follow = Callable[[Plan, list[Evidence], list[Evidence]], object]

_followers: dict[str, Follow] = {}

_COPIED = [
    field.attname
    for field in Evidence._meta.concrete_fields
    if field.name
    not in ("id", "recorded_at", "recorded_by", "known_on", "inserted_in", "stands_for", "source_id")
]


def register_follower(source_kind: str, follow: Follow) -> None:
    """What else follows when evidence of this source is taken back: `follow(plan, withdrawn, restored)`."""
    _followers[source_kind] = follow


def net(rows: Iterable[Evidence]) -> list[Evidence]:
    """The rows without copies, and without the voids that copies took back; in the order given."""
    rows = list(rows)
    restored: dict[int, int] = {}
    for row in rows:
        if row.stands_for_id is not None:
            restored[row.stands_for_id] = max(row.pk, restored.get(row.stands_for_id, 0))
    return [
        row
        for row in rows
        if row.stands_for_id is None
        and not (row.kind == VOID and restored.get(row.target_id or 0, 0) > row.pk)
    ]


@dataclass(frozen=True)
class Counting:
    """What counts of some rows: pieces in recording order, and by piece the ending that came first."""

    pieces: list[Evidence]
    endings: dict[int, Evidence]

    @property
    def open(self) -> list[Evidence]:
        """The pieces that nothing ended before their own last day."""
        return [piece for piece in self.pieces if piece.pk not in self.endings]

    def about(self, qualification_id: int) -> Counting:
        """What counts of one qualification."""
        return replace(self, pieces=[row for row in self.pieces if row.qualification_id == qualification_id])

    def ending_of(self, pieces: Iterable[Evidence]) -> Evidence | None:
        """The latest of the endings of these pieces."""
        found = [self.endings[piece.pk] for piece in pieces if piece.pk in self.endings]
        return max(found, key=lambda row: row.last_good_day or date.min, default=None)


def counting(rows: EvidenceQuerySet) -> Counting:
    """The pieces among these rows that were not withdrawn, with their endings. One query.

    Give all rows of a subject: a piece with what answers it.
    """
    kept: dict[int, Evidence] = {}
    for row in net(rows.in_order()):
        if row.kind == VOID:
            kept.pop(row.target_id or 0, None)
        else:
            kept[row.pk] = row
    endings: dict[int, Evidence] = {}
    for row in kept.values():
        if row.kind == Evidence.Kind.ENDING and row.target_id:
            first = endings.setdefault(row.target_id, row)
            if _last(row) < _last(first):
                endings[row.target_id] = row
    return Counting([row for row in kept.values() if row.kind == Evidence.Kind.PIECE], endings)


def _last(row: Evidence) -> date:
    return row.last_good_day or date.max


def take_back(plan: Plan, change: Change) -> None:
    """Plan that the evidence of the change never was. Raises Conflict."""
    rows = list(Evidence.objects.filter(inserted_in=change).order_by("-pk"))
    demand_rights(plan.by, rows)
    plan.lock(row.person_id for row in rows)
    withdrawn, restored = list[Evidence](), list[Evidence]()
    for row in rows:
        if row.kind == VOID:
            restored += _restore(plan, row)
        else:
            _void(plan, row)
            withdrawn.append(row)
    for kind in {row.source_kind for row in [*withdrawn, *restored]} & _followers.keys():
        _followers[kind](
            plan,
            [row for row in withdrawn if row.source_kind == kind],
            [row for row in restored if row.source_kind == kind],
        )


def _line(plan: Plan, root: int) -> list[Evidence]:
    """The row, the voids that withdraw it and the copies that bring it back, in order."""
    there = [
        *Evidence.objects.filter(pk=root),
        *Evidence.objects.filter(stands_for=root),
        *Evidence.objects.filter(target=root, kind=VOID),
    ]
    planned = [
        row
        for row in plan.appended
        if plan.dry
        and isinstance(row, Evidence)
        and (row.stands_for_id == root or (row.kind == VOID and row.target_id == root))
    ]
    return [*sorted(there, key=lambda row: row.pk), *planned]


def _void(plan: Plan, row: Evidence) -> None:
    last = _line(plan, row.root_id)[-1]
    if last.kind == VOID:
        _conflict(last)
    for ending in _endings(row.root_id):
        if ending.inserted_in_id not in {row.inserted_in_id, *(other.pk for other in plan.withdraws)}:
            _conflict(ending)
    plan_void(plan, row, source_kind=SOURCE)


def plan_void(plan: Plan, row: Evidence, *, source_kind: str) -> None:
    """Plan that the row never was, whatever answered it. The plan holds the person's lock."""
    last = _line(plan, row.root_id)[-1]
    plan.append(
        Evidence(
            kind=VOID,
            person_id=row.person_id,
            qualification_id=row.qualification_id,
            subject=row.subject,
            target_id=row.root_id,
            source_kind=source_kind,
            source_id=f"withdrawn:{last.pk or row.pk}",
            note=plan.reason,
            recorded_by=plan.made_by,
        )
    )


def _endings(root: int) -> list[Evidence]:
    """The endings of a piece that count."""
    rows = list(Evidence.objects.filter(kind=Evidence.Kind.ENDING, target=root))
    answers: dict[int, list[Evidence]] = defaultdict(list)
    lines = Evidence.objects.filter(target__in=[row.root_id for row in rows], kind=VOID)
    for void in lines:
        answers[void.target_id or 0].append(void)
    latest: dict[int, int] = {}
    for row in rows:
        latest[row.root_id] = max(row.pk, latest.get(row.root_id, 0))
    return [
        row
        for row in rows
        if row.pk == latest[row.root_id] and all(void.pk < row.pk for void in answers[row.root_id])
    ]


def _conflict(row: Evidence) -> None:
    change: Any = row.inserted_in
    raise Conflict(*([change] if change is not None else []))


def _restore(plan: Plan, void: Evidence) -> list[Evidence]:
    """Bring back what the void withdrew, unless it came back since."""
    root = Evidence.objects.get(pk=void.target_id or 0)
    if _line(plan, root.pk)[-1].kind != VOID:
        return []
    copy = Evidence(**{name: getattr(root, name) for name in _COPIED})
    copy.stands_for_id, copy.source_id = root.pk, root.source_id
    copy.recorded_by = plan.made_by
    plan.append(copy)
    return [copy]
