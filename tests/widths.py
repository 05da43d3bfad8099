"""What is wider than its column: SQLite keeps it, PostgreSQL refuses it, so that nobody could act there."""

from django.apps import apps
from django.db import models
from django.db.models.functions import Length

from portal.people.models import Person, PersonName
from tests.cast import LONG_AGO

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


def longest_name(person: Person, letter: str = "N") -> None:
    """As long as the form of a name takes it."""
    PersonName.objects.create(
        person=person,
        starts_on=LONG_AGO,
        known_on=LONG_AGO,
        first_name=letter * 100,
        middle_name=letter * 100,
        last_name=letter * 100,
        suffix=letter * 20,
    )
    Person.objects.filter(pk=person.pk).update(first_name=letter * 100, last_name=letter * 100)
    person.refresh_from_db()
