"""What is stored made equal to what facts and rules say, in the transaction of the change."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import batched
from typing import Any

from django.db import connection, models

from portal.people.models import Person
from portal.standing.models import ClearanceSpan, Span
from portal.standing.projection.compute import CHUNK, ComputedClearance, ComputedSpan, compute
from portal.standing.projection.dated import among, day_read, ids_for
from portal.standing.projection.kept import rules_of_now
from portal.standing.projection.rules import Rule, load_rules

type Row = ComputedSpan | ComputedClearance
# Each projection, and the shape in which it is computed.
SHAPES: tuple[tuple[type[Any], type[Row]], ...] = ((Span, ComputedSpan), (ClearanceSpan, ComputedClearance))


def stored(model: type[models.Model], people: Sequence[int], **narrowed: int) -> dict[Row, int]:
    """The stored rows of these people, with their ids; `narrowed` to the values of columns."""
    shape: Any = dict(SHAPES)[model]
    read, vendor = _readers(model), connection.vendor
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, vendor, *narrowed), [ids_for(vendor, people), *narrowed.values()])
        return {
            shape(*[make(value) if make else value for make, value in zip(read, values, strict=True)]): pk
            for pk, *values in cursor.fetchall()
        }


@cache
def _statement(model: type[models.Model], vendor: str, *narrowed: str) -> str:
    table = model._meta.db_table
    columns = ", ".join(f'"{table}"."{name}"' for name in ("id", *_columns(model)))
    conditions = [
        f'"{table}"."person_id" {among(vendor)}',
        *(f'"{table}"."{name}" = %s' for name in narrowed),
    ]
    return f'SELECT {columns} FROM "{table}" WHERE {" AND ".join(conditions)}'  # noqa: S608 - of names alone


def _columns(model: type[models.Model]) -> tuple[str, ...]:
    shape: Any = dict(SHAPES)[model]
    columns: tuple[str, ...] = shape._fields
    return columns


@cache
def _readers(model: type[models.Model]) -> tuple[Callable[[Any], Any] | None, ...]:
    """What makes of each column's value, as the database gives it, that of the computed row."""
    fields = {field.column: field for field in model._meta.concrete_fields}
    return tuple(_reader(fields[name]) for name in _columns(model))


def _reader(field: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, models.DateField):
        return day_read
    if isinstance(field, models.BooleanField):
        return bool
    return _tuples_read if isinstance(field, models.JSONField) else None


def _tuples_read(text: str) -> Any:
    return _hashable(json.loads(text))


def _hashable(value: Any) -> Any:
    return tuple(map(_hashable, value)) if isinstance(value, list) else value


def rebuild(people: Iterable[int], *, rules: list[Rule] | None = None) -> int:
    """Make what is stored of these people equal to what their facts say; returns rows changed.

    Must run inside the transaction that changed the facts, with the people locked.
    """
    rules = rules_of_now() if rules is None else rules
    changes = 0
    for chunk in batched(sorted(set(people)), CHUNK):
        for model, now in computed(chunk, rules).items():
            changes += write(model, stored(model, chunk), now)
    return changes


def computed(people: Iterable[int], rules: list[Rule]) -> dict[type[Any], list[Row]]:
    """Everything computed of these people, by projection."""
    found: dict[type[Any], list[Row]] = {model: [] for model, _shape in SHAPES}
    for person in compute(people, rules=rules):
        found[Span] += person.spans
        found[ClearanceSpan] += person.clearance
    return found


def write(model: type[Any], was: Mapping[Row, int], now: Sequence[Row]) -> int:
    """Delete and insert what differs; returns how many rows."""
    keep = set(now)
    gone = [pk for row, pk in was.items() if row not in keep]
    new = [model(**row._asdict()) for row in now if row not in was]
    for part in batched(gone, CHUNK):
        # Nothing points to these rows: no need to look.
        rows = model._default_manager.filter(pk__in=part)
        rows._raw_delete(rows.db)
    model._default_manager.bulk_create(new, batch_size=CHUNK)
    return len(gone) + len(new)


def everybody() -> list[int]:
    """Everyone who was ever employed."""
    return list(Person.objects.filter(employments__isnull=False).distinct().values_list("pk", flat=True))


def differences(people: Iterable[int]) -> Iterator[str]:
    """Every difference between what is stored and a fresh computation, in words: none, ever."""
    # Loaded anew: what is kept in the process is checked too.
    rules = load_rules()
    for chunk in batched(sorted(set(people)), CHUNK):
        for model, rows in computed(chunk, rules).items():
            was, now = set(stored(model, chunk)), set(rows)
            for row in sorted(was - now, key=lambda r: r[:4]):
                yield f"stored, but not computed: {row}"
            for row in sorted(now - was, key=lambda r: r[:4]):
                yield f"computed, but not stored: {row}"
