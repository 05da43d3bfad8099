"""Who acts on the record: a Viewer, as far as this room needs to know it."""

from datetime import date
from typing import Protocol

from portal.people.models import Person


class Acting(Protocol):
    """A person who acts, on a day."""

    @property
    def person(self) -> Person: ...

    @property
    def on(self) -> date: ...


def actor_of(by: Acting | None) -> Person | None:
    """Who goes on record as having done it; None for the system."""
    return by.person if by is not None else None
