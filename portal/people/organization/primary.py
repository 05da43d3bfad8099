"""The position that stands for a person on a day: where they work, under which title."""

from collections.abc import Collection
from datetime import date

from portal.people.models import Position


def primary_positions(on: date, people: Collection[int] | None = None) -> dict[int, Position]:
    """Person id -> the primary position of the day, else the one recorded first. One query.

    `people`: ids; None means everybody. Who holds no position on the day is left out.
    """
    rows = Position.objects.current().on(on).select_related("team", "supervisor")
    if people is not None:
        rows = rows.filter(person_id__in=people)
    found: dict[int, Position] = {}
    for row in rows.order_by("-is_primary", "id"):
        found.setdefault(row.person_id, row)
    return found


def primary_position(person_id: int, on: date) -> Position | None:
    """The primary position of the day, else the one recorded first; None where there is none."""
    return primary_positions(on, [person_id]).get(person_id)


def title_on(person_id: int, on: date) -> str:
    """The title of that position; nothing where there is none."""
    position = primary_position(person_id, on)
    return position.title if position else ""
