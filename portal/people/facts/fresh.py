"""Rows that facts are about (a person, a team, a kind of absence): cleaned and saved, keys free of races."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from portal.errors import refused_from


def save_fresh(row: models.Model) -> None:
    """Clean and insert the row.

    Raises Refused with the model's words, also where somebody else took its number or code just now.
    """
    try:
        row.full_clean()
        with transaction.atomic():
            row.save(force_insert=True)
    except ValidationError as error:
        raise refused_from(error) from error
    except IntegrityError:
        # By now the other one is committed, and cleaning finds it.
        try:
            row.full_clean()
        except ValidationError as error:
            raise refused_from(error) from error
        raise
