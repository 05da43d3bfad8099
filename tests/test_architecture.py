"""Promises that hold for every model and every floor."""

import pytest
from django.apps import apps
from django.db import models

from portal.audit import locks
from portal.circles import Circle
from portal.people.models import Person
from portal.people.models.fact import RecordedFact

OURS = ("portal.", "training", "certifications", "evaluations")
MODELS = [model for model in apps.get_models() if model.__module__.startswith(OURS)]


def links_to_a_person(model: type[models.Model]) -> list[str]:
    """Fields that say whom a row is about; who recorded, published or uploaded it is not that."""
    fields = (
        f for f in model._meta.get_fields() if isinstance(f, models.ForeignKey) and f.related_model is Person
    )
    not_about = ("_by", "_by_user", "owner")
    return [field.name for field in fields if not field.name.endswith(not_about)]


@pytest.mark.parametrize("model", [m for m in MODELS if links_to_a_person(m)], ids=lambda m: m.__name__)
def test_every_model_about_a_person_declares_its_circle(model: type[models.Model]) -> None:
    assert isinstance(getattr(model, "circle", None), Circle)


@pytest.mark.parametrize("model", [m for m in MODELS if links_to_a_person(m)], ids=lambda m: m.__name__)
def test_no_person_is_deleted_with_what_is_about_them(model: type[models.Model]) -> None:
    for name in links_to_a_person(model):
        assert model._meta.get_field(name).remote_field.on_delete is models.PROTECT


@pytest.mark.parametrize(
    "model", [m for m in MODELS if issubclass(m, RecordedFact)], ids=lambda m: m.__name__
)
def test_every_recorded_fact_is_locked_in_the_database(model: type[models.Model]) -> None:
    [lock] = [lock for lock in locks.registered() if lock.model is model]
    assert lock.once == "superseded_at"
