"""Whom the organization's lists are about: who was employed on the asked day, narrowed by today's access."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from portal.people.access.viewer import Viewer
from portal.people.models import Person, Position
from portal.people.organization.primary import primary_positions
from portal.standing.items import Standing, standings_on


@dataclass(frozen=True)
class Row:
    """A person on the roster of a day, with the place of that day and why they are cleared or not."""

    standing: Standing
    position: Position | None

    @property
    def person(self) -> Person:
        return self.standing.person

    @property
    def place(self) -> str:
        """Title and team as they were on the day."""
        return f"{self.position.title}, {self.position.team}" if self.position else ""


def rows_of(people: Iterable[Person], on: date) -> list[Row]:
    """These people, employed on the day, in their order. Five queries however many they are."""
    ids = [person.pk for person in people]
    standings, positions = standings_on(on, ids, only_barring=True), primary_positions(on, ids)
    return [Row(standings[pk], positions.get(pk)) for pk in ids]


def roster(viewer: Viewer, on: date) -> QuerySet[Person]:
    """The people employed on `on` whom the viewer answers for: as HR or auditor, or in the own line.

    In the scope of HR or an auditor is who is in it today, or was on that day: who left or moved since
    is not lost. In a line is who is in it today: a supervisor sees nobody for having led them once.
    """
    roles = ("hr", "auditor")
    seen = viewer.line_q("pk") | viewer.role_q(roles, "pk")
    if on != viewer.on:
        seen |= viewer.role_q(roles, "pk", on=on)
    return Person.objects.filter(seen).employed(on)
