"""Rows that facts are about (a person, a team, a kind of absence): cleaned and saved, keys free of races."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from portal.errors import refused_from
from portal.people.facts.plan import Plan

# Ids of rows that are there only with a dry plan: after every recorded row.
PROVISIONAL = 1 << 60


def bring[Row: models.Model](plan: Plan, row: Row) -> Row:
    """The row that the plan's facts are about comes with it: saved; for a dry plan only cleaned.

    A dry plan's row has an id that no other has, so that its facts are laid over what is loaded.
    Raises Refused as save_fresh.
    """
    if plan.dry:
        _clean(row)
        row.pk = PROVISIONAL + len(plan.fresh)
    else:
        plan.share_organization()
        save_fresh(row)
    plan.fresh.append(row)
    return row


def _clean(row: models.Model) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise refused_from(error) from error


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
