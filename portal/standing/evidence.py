"""The ledger's use cases: put a piece on record, end it, void it. Appended, never changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import recompute
from portal.standing.errors import UnknownEvidence
from portal.standing.models import Evidence, Qualification

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


def qualification(code: str, *, kind: str, name: str, jurisdiction: str = "") -> Qualification:
    """The qualification of that code, made if it is new."""
    row, _made = Qualification.objects.get_or_create(
        code=code, defaults={"kind": kind, "name": name, "jurisdiction": jurisdiction}
    )
    return row


def _check_source(kind: str) -> None:
    if kind not in _sources:
        raise ValueError(f"Unknown evidence source {kind!r}: call register_source() in the app's ready().")


@transaction.atomic
def record_pieces(pieces: Iterable[NewPiece], *, actor: Any, batch: Any = None) -> list[Evidence]:
    """Append pieces and compute standing anew. A piece of the same source is recorded once.

    Returns the rows, in the order given, whether they are new or were there.
    """
    wanted = list(pieces)
    lock_people(piece.person_id for piece in wanted)
    rows, fresh = [], set[int]()
    for piece in wanted:
        _check_source(piece.source_kind)
        row, made = Evidence.objects.get_or_create(
            source_kind=piece.source_kind,
            source_id=piece.source_id,
            person_id=piece.person_id,
            qualification=piece.qualification,
            defaults={
                "subject": piece.subject,
                "effective_on": piece.effective_on,
                "last_good_day": piece.last_good_day,
                "never_expires": piece.never_expires,
                "level": piece.level,
                "method": piece.method,
                "verified_on": piece.verified_on,
                "edition": piece.edition,
                "note": piece.note,
                "known_on": piece.known_on,
                "recorded_by": actor,
                "batch": batch,
            },
        )
        rows.append(row)
        if made:
            fresh.add(piece.person_id)
    recompute(fresh)
    return rows


def record_piece(piece: NewPiece, *, actor: Any, batch: Any = None) -> Evidence:
    return record_pieces([piece], actor=actor, batch=batch)[0]


@transaction.atomic
def _answer(target: Evidence, *, actor: Any, batch: Any, **values: Any) -> Evidence:
    lock_people([target.person_id])
    _check_source(values["source_kind"])
    row, made = Evidence.objects.get_or_create(
        source_kind=values.pop("source_kind"),
        source_id=values.pop("source_id"),
        person_id=target.person_id,
        qualification_id=target.qualification_id,
        defaults={
            **values,
            "target": target,
            "subject": target.subject,
            "recorded_by": actor,
            "batch": batch,
        },
    )
    if made:
        recompute([target.person_id])
    return row


def end_evidence(
    target: Evidence,
    *,
    last_good_day: date,
    note: str,
    actor: Any,
    source_kind: str,
    source_id: str,
    batch: Any = None,
) -> Evidence:
    """The piece was good no longer than this day: surrendered, suspended, privilege lost.

    Raises UnknownEvidence if `target` is not a piece.
    """
    if target.kind != Evidence.Kind.PIECE:
        raise UnknownEvidence(_("Only something on record can be ended."))
    return _answer(
        target,
        actor=actor,
        batch=batch,
        kind=Evidence.Kind.ENDING,
        last_good_day=last_good_day,
        note=note,
        source_kind=source_kind,
        source_id=source_id,
    )


def void_evidence(
    target: Evidence, *, note: str, actor: Any, source_kind: str, source_id: str, batch: Any = None
) -> Evidence:
    """The row never was: entered by mistake. A void cannot itself be voided.

    Raises UnknownEvidence if `target` is a void.
    """
    if target.kind == Evidence.Kind.VOID:
        raise UnknownEvidence(_("A withdrawal cannot be withdrawn. Record it again instead."))
    return _answer(
        target,
        actor=actor,
        batch=batch,
        kind=Evidence.Kind.VOID,
        note=note,
        source_kind=source_kind,
        source_id=source_id,
    )
