"""One closed row for any locked table, made from its columns."""

import itertools
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.utils import timezone

from portal.audit.lock_sql import Lock

_numbers = itertools.count(1000)
A_DAY = date(2026, 3, 2)

# What a row needs so that the table's own constraints take it.
NEEDS: dict[str, dict[str, Any]] = {
    "standing.evidence": {"level": "verified", "effective_on": A_DAY},
    "people.rolegrant": {"role": "author"},
    "audit.hold": {"record": ""},
    "people.person": {"email": None},
}
# What closes a row that is made open.
CLOSING: dict[str, dict[str, Any]] = {
    "evaluations.evaluation": {"state": "closed", "closed_at": timezone.now()},
    "evaluations.part": {"closed_at": timezone.now()},
    "evaluations.round": {"ended_at": timezone.now(), "ending": "acknowledged"},
    "evaluations.answer": {"closed_at": timezone.now()},
    "training.attempt": {"completed_at": timezone.now()},
    "training.sitting": {"submitted_at": timezone.now()},
    "training.sittinganswer": {"closed_at": timezone.now()},
}
# Rows that are closed by their parent.
PARENT = {"training.lessonprogress": "attempt"}


def closed_row(lock: Lock) -> models.Model:
    """A row that the lock refuses to change."""
    row = make(lock.model)
    label = lock.model._meta.label_lower
    if label in PARENT:
        close(getattr(row, PARENT[label]))
    elif lock.closed_when:
        close(row)
    return row


def close(row: models.Model) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(**CLOSING[row._meta.label_lower])


def make(model: type[models.Model], **given: Any) -> models.Model:
    """A row with every column it needs, and the rows it points to."""
    if model is ContentType:
        return ContentType.objects.get_for_model(ContentType)
    values = {**NEEDS.get(model._meta.label_lower, {}), **given}
    if model._meta.label_lower == "training.coursepage":
        return _course(model)
    for field in model._meta.concrete_fields:
        if field.name in values or field.attname in values or field.primary_key:
            continue
        if isinstance(field, models.ForeignKey):
            if not field.null or (field.name == "person" and model._meta.label_lower == "audit.hold"):
                values[field.name] = make(field.related_model)  # type: ignore[arg-type]
        elif field.unique or not (field.has_default() or field.null or field.blank):
            values[field.name] = value_for(field)
    row = model(**values)
    models.Model.save_base(row, force_insert=True)
    return row


def _course(model: type[models.Model]) -> models.Model:
    from portal.home.pages import ensure_page_tree

    number = next(_numbers)
    page = model(title=f"Course {number}", slug=f"course-{number}", code=f"course-{number}", summary="Short.")
    ensure_page_tree().add_child(instance=page)
    return page


def value_for(field: Any) -> Any:
    number = next(_numbers)
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return A_DAY
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.DecimalField):
        return Decimal("1.00")
    if isinstance(field, models.IntegerField):
        return number
    if isinstance(field, models.UUIDField):
        return f"{number:032d}"
    if field.choices:
        return field.choices[0][0]
    return str(number)[-(field.max_length or 9) :]


def another(field: Any, old: Any) -> Any:
    """A value of the column's kind that it does not have."""
    column = field
    while isinstance(column, models.ForeignKey):
        column = column.target_field
    if isinstance(column, models.DateTimeField):
        return timezone.now() + timedelta(days=1)
    if isinstance(column, models.DateField):
        return (old or A_DAY) + timedelta(days=1)
    if isinstance(column, models.BooleanField):
        return not old
    if isinstance(column, models.JSONField):
        return {"other": True}
    if isinstance(column, models.DecimalField):
        return (old or 0) + 1
    if isinstance(column, models.IntegerField):
        return (old or 0) + 1
    if isinstance(column, models.UUIDField):
        return f"{next(_numbers):032d}"
    return "XY" if old != "XY" else "YX"


def raw(field: Any, value: Any) -> Any:
    """The value as the database driver takes it."""
    return field.get_db_prep_save(value, connection)
