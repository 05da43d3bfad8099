"""Locking the people whose facts change."""

from collections.abc import Iterable

from django.db import transaction

from portal.people.models import Person


def lock_people(ids: Iterable[int]) -> list[Person]:
    """Lock the people's rows, in order of id, until the transaction ends.

    Two transactions about one person would otherwise each compute from what the other has not
    committed, and the later projection would lose an update. Call inside `atomic`.
    """
    wanted = sorted({pk for pk in ids if pk})
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("lock_people() needs a transaction around it.")
    return list(Person.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
