"""The ledger's use cases: put a piece on record, end it, void it. Appended, never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal.people.facts.act import one_change
from portal.people.facts.plan import Plan
from portal.people.models import Person
from portal.standing.errors import UnknownEvidence
from portal.standing.models import Evidence, Qualification
from portal.texts import fitted

# Who may name itself as a source of evidence: slug -> what it is called in explanations.
_sources: dict[str, Any] = {}


def register_source(kind: str, label: Any) -> None:
    """An app above registers the kind of record that its evidence comes from."""
    _sources[kind] = label


def source_label(kind: str) -> str:
    return str(_sources.get(kind, kind))


@dataclass(frozen=True, kw_only=True)
class NewPiece:
    """One piece of evidence to put on record. Days are inclusive."""

    person_id: int
    qualification: Qualification
    subject: str
    effective_on: date
    level: str
    source_kind: str
    source_id: str
    last_good_day: date | None = None
    never_expires: bool = False
    method: str = ""
    verified_on: date | None = None
    edition: int | None = None
    note: str = ""
    known_on: date | None = None

    def row(self) -> Evidence:
        """The piece as an unsaved row of the ledger."""
        return Evidence(kind=Evidence.Kind.PIECE, **vars(self))


def qualification(code: str, *, kind: str, name: str, jurisdiction: str = "") -> Qualification:
    """The qualification of that code, made if it is new; of a long name the beginning stands here."""
    longest: Any = Qualification._meta.get_field("name").max_length
    name = fitted(name, longest)
    row, _made = Qualification.objects.get_or_create(
        code=code, defaults={"kind": kind, "name": name, "jurisdiction": jurisdiction}
    )
    return row


def record_pieces(
    pieces: Iterable[NewPiece], *, actor: Person | None, is_first: bool = False
) -> list[Evidence]:
    """Append pieces, as part of the change that is being made, else as one of their own.

    A piece of the same source is recorded once. Returns the rows, in the order given, whether they
    are new or were there. `is_first`: their sources were made in this transaction, so that none is there.
    """
    wanted = list(pieces)
    with one_change("evidence", actor=actor) as plan:
        plan.lock(piece.person_id for piece in wanted)
        return [_append(plan, piece.row(), actor, is_first=is_first) for piece in wanted]


def record_piece(piece: NewPiece, *, actor: Person | None, is_first: bool = False) -> Evidence:
    return record_pieces([piece], actor=actor, is_first=is_first)[0]


def _append(plan: Plan, row: Evidence, actor: Person | None, *, is_first: bool = False) -> Evidence:
    """The row of this source that is there, else this one."""
    if row.source_kind not in _sources:
        raise ValueError(
            f"Unknown evidence source {row.source_kind!r}: call register_source() in the app's ready()."
        )
    row.recorded_by = actor
    there = None if is_first else _there(row)
    return there or plan.append(row)


def _there(row: Evidence) -> Evidence | None:
    found: Evidence | None = Evidence.objects.filter(
        source_kind=row.source_kind,
        source_id=row.source_id,
        person_id=row.person_id,
        qualification_id=row.qualification_id,
        stands_for__isnull=True,
    ).first()
    return found


def _answer(target: Evidence, *, actor: Person | None, **values: Any) -> Evidence:
    with one_change("evidence", actor=actor) as plan:
        plan.lock([target.person_id])
        row = Evidence(
            person_id=target.person_id,
            qualification_id=target.qualification_id,
            subject=target.subject,
            target_id=target.root_id,
            **values,
        )
        return _append(plan, row, actor)


def end_evidence(
    target: Evidence,
    *,
    last_good_day: date,
    note: str,
    actor: Person | None,
    source_kind: str,
    source_id: str,
) -> Evidence:
    """The piece was good no longer than this day: surrendered, suspended, privilege lost.

    Raises UnknownEvidence if `target` is not a piece.
    """
    if target.kind != Evidence.Kind.PIECE:
        raise UnknownEvidence(_("Only something on record can be ended."))
    return _answer(
        target,
        actor=actor,
        kind=Evidence.Kind.ENDING,
        last_good_day=last_good_day,
        note=note,
        source_kind=source_kind,
        source_id=source_id,
    )


def void_evidence(
    target: Evidence, *, note: str, actor: Person | None, source_kind: str, source_id: str
) -> Evidence:
    """The row never was: entered by mistake. A void cannot itself be voided.

    Raises UnknownEvidence if `target` is a void.
    """
    if target.kind == Evidence.Kind.VOID:
        raise UnknownEvidence(_("A withdrawal cannot be withdrawn. Record it again instead."))
    return _answer(
        target,
        actor=actor,
        kind=Evidence.Kind.VOID,
        note=note,
        source_kind=source_kind,
        source_id=source_id,
    )
