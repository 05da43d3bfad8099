"""What is wider than its column: SQLite keeps it, PostgreSQL refuses it, so that nobody could act there."""

from django.apps import apps
from django.db import models
from django.db.models.functions import Length

OURS = ("portal.", "training", "certifications", "evaluations")


def too_wide() -> list[str]:
    """Every text in the tables of ours that is longer than its column."""
    found = []
    for model in apps.get_models():
        if not model.__module__.startswith(OURS):
            continue
        for field in model._meta.local_concrete_fields:
            longest = getattr(field, "max_length", None)
            if longest is None or not isinstance(field, models.CharField | models.FileField):
                continue
            rows = model._default_manager.annotate(letters=Length(field.attname)).filter(letters__gt=longest)
            found += [f"{model._meta.label}.{field.name}: {row.letters} of {longest}" for row in rows]
    return found
