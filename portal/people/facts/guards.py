"""Who may take back or end a row of the record: asked by its kind, the same for every act.

Each room registers its kinds of fact. A kind without a guard is nobody's to change.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models

from portal.people.facts.acting import Acting

type Guard = Callable[[Any, Any], object]

_guards: dict[type[models.Model], Guard] = {}


def register_guard(model: type[models.Model], demand: Guard) -> None:
    """`demand(by, row)` raises OwnRecord or NotAllowed where the one who acts has no right to the row."""
    _guards[model] = demand


def demand_rights(by: Acting | None, rows: Iterable[Any]) -> None:
    """Raises OwnRecord or NotAllowed unless `by` has a right to each of the rows; None is the system."""
    if by is None:
        return
    for row in rows:
        _guards[type(row)](by, row)
