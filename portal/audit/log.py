"""Who did what: one door over Wagtail's log; and who read whose record."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from wagtail.log_actions import get_active_log_context, log
from wagtail.models import ModelLogEntry, Page

from portal.audit.models import AccessLog
from portal.texts import one_line

_actions: dict[str, str] = {}


def register_action(action: str, label: str) -> None:
    """Name an action ("app.subject.verb") so that it can be recorded and shown."""
    _actions[action] = label


def actions() -> dict[str, str]:
    return dict(_actions)


def record(action: str, instance: models.Model, *, actor: Any, **data: Any) -> None:
    """Write one line of the log, in the caller's transaction. `data` must be plain JSON.

    Raises KeyError for an action that nobody registered: a typo must not write nonsense.
    """
    if isinstance(instance, Page):
        _refuse_unknown(action)
        log(instance, action, user=actor, data=data or None)
        return
    write([line(action, instance, actor=actor, **data)])


def line(action: str, instance: models.Model, *, actor: Any, **data: Any) -> ModelLogEntry:
    """The line that record() writes, for write(). Not of a page. Raises KeyError as record() does."""
    _refuse_unknown(action)
    context = get_active_log_context()
    return ModelLogEntry(
        content_type=ContentType.objects.get_for_model(instance, for_concrete_model=False),
        object_id=str(instance.pk),
        label=str(instance),
        action=action,
        user=actor or context.user,
        uuid=context.uuid,
        timestamp=timezone.now(),
        data=data,
    )


def write(lines: Iterable[ModelLogEntry]) -> None:
    """Several lines at once, in the caller's transaction."""
    # Past the model's own cleaning, which asks for what the database checks anyway.
    ModelLogEntry.objects.bulk_create(lines)


def _refuse_unknown(action: str) -> None:
    if action not in _actions:
        raise KeyError(f"Unknown audit action {action!r}: call register_action() in the app's ready().")


def read(reader: Any, what: str, *, person: Any = None, detail: str = "") -> None:
    """Log that somebody read another person's record. Reading one's own is not logged."""
    if person is not None and person.pk == reader.pk:
        return
    AccessLog.objects.create(reader=reader, person=person, what=what, detail=one_line(detail)[:200])
