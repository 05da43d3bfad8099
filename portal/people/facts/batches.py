"""Batches: many changes made together, undone as one (taking_back.undo)."""

from django.db import transaction

from portal.audit.log import record
from portal.people.models import Batch, Person


@transaction.atomic
def open_batch(*, kind: str, reason: str, actor: Person | None, file_name: str = "") -> Batch:
    """A batch to make changes in: `with recording(batch=batch): ...`."""
    batch = Batch.objects.create(kind=kind, reason=reason, created_by=actor, file_name=file_name)
    record("people.batch.made", batch, actor=actor, kind=kind)
    return batch
