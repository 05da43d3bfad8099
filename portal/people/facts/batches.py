"""Batches: many facts recorded as one, undone as one."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.errors import Refused
from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import recompute
from portal.people.facts.replace import column_values, supersede
from portal.people.models import Batch, Person
from portal.people.models.fact import RecordedFact


def open_batch(*, kind: str, reason: str, actor: Person | None, file_name: str = "") -> Batch:
    batch = Batch.objects.create(kind=kind, reason=reason, created_by=actor, file_name=file_name)
    record("people.batch.made", batch, actor=actor, kind=kind)
    return batch


def fact_models() -> Iterator[type[RecordedFact]]:
    for model in apps.get_models():
        if issubclass(model, RecordedFact):
            yield model


def rows_of(batch: Batch) -> list[RecordedFact]:
    """What the batch put on record and still counts: the preview of undoing it."""
    return [row for model in fact_models() for row in model.objects.current().filter(batch=batch)]


@transaction.atomic
def undo(batch: Batch, *, reason: str, actor: Person) -> int:
    """Take a batch back: its rows are closed, and what it closed counts again as new rows.

    Returns how many rows were closed. Raises Refused if it was undone before.
    """
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.undone_at:
        raise Refused(_("This batch was undone before."))
    rows = rows_of(batch)
    closed = [row for model in fact_models() for row in model.objects.filter(superseded_in=batch)]
    people = {pk for row in [*rows, *closed] if (pk := getattr(row, "person_id", None))}
    lock_people(people)
    for row in rows:
        supersede(row, by=actor)
    for row in closed:
        values: dict[str, Any] = column_values(row)
        type(row)(**values, recorded_by=actor, reason=reason).save(force_insert=True)
    batch.undone_at, batch.undone_by = timezone.now(), actor
    batch.save(update_fields=["undone_at", "undone_by"])
    recompute(people)
    record("people.batch.undone", batch, actor=actor, reason=reason, rows=len(rows))
    return len(rows)
