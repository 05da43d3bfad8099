"""Recorded facts: what counts is appended and dated twice, never overwritten.

A fact has days on which it was true in the world (`starts_on`, `last_day`, both inclusive) and
the moment we recorded it. A correction closes the row and inserts another, in one transaction.
The database refuses any other change (portal.audit.locks).
"""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from portal.errors import Stale
from portal.people.models.fact import RecordedFact


def column_values(row: RecordedFact) -> dict[str, Any]:
    recording = {"id", "recorded_at", "recorded_by", "known_on", "reason", "batch"}
    recording |= {"superseded_at", "superseded_by", "superseded_in"}
    fields = (f for f in row._meta.concrete_fields if f.name not in recording)
    return {f.attname: getattr(row, f.attname) for f in fields}


def supersede(row: RecordedFact, *, by: Any, batch: Any = None, at: datetime | None = None) -> datetime:
    """Close a row: from now on it does not count. Raises Stale if somebody closed it first."""
    at = at or timezone.now()
    closed = (
        type(row)
        ._default_manager.filter(pk=row.pk, superseded_at__isnull=True)
        .update(superseded_at=at, superseded_by=by, superseded_in=batch)
    )
    if not closed:
        raise Stale(gettext("Somebody else changed this record first. Look at it again."))
    row.superseded_at = at
    return at


def replace[Fact: RecordedFact](
    row: Fact, *, by: Any, reason: str = "", batch: Any = None, **changes: Any
) -> Fact:
    """Close `row` and insert the corrected one with `changes`. Call inside the use case's transaction."""
    at = supersede(row, by=by, batch=batch)
    values = column_values(row)
    for name, value in changes.items():
        values.pop(getattr(row._meta.get_field(name), "attname", name), None)
        values[name] = value
    fresh = type(row)(**values, recorded_at=at, recorded_by=by, reason=reason, batch=batch)
    fresh.full_clean(exclude=["recorded_by", "batch"])
    fresh.save(force_insert=True)
    return fresh
