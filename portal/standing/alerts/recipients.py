"""The persons behind the roles of the ladder, from one chart of the day, for its words alone.

Whom a notice reaches is decided when it is shown or sent: portal/notices/queues.py.
"""

from collections.abc import Collection
from datetime import date
from functools import cached_property

from portal.people.employment.clock import ClockRules
from portal.people.models import Absence, Person
from portal.people.organization.supervision import OrgChart
from portal.standing.engine.ladder import Recipient
from portal.standing.items import Item


class Recipients:
    """Who is told on a day: a handful of queries however many people are asked about."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.chart = OrgChart(on)
        self._found: dict[tuple[int, Recipient], list[Person]] = {}

    def of(self, item: Item, role: Recipient) -> list[Person]:
        """Whoever is in the role of the item's holder; asked once of each holder."""
        asked = item.person.pk, role
        if asked not in self._found:
            self._found[asked] = self._find(item.person, role)
        return self._found[asked]

    def _find(self, person: Person, role: Recipient) -> list[Person]:
        if role is Recipient.HOLDER:
            return [person]
        if role is Recipient.HR:
            return [self.chart.people[pk] for pk in self.chart.hr_for(person.pk)]
        way = self.chart.next_up if role is Recipient.NEXT_UP else self.chart.in_line
        found = way(person.pk)
        return [self.chart.people[found.person_id]] if found else []

    def may_tell(self, item: Item, role: Recipient) -> bool:
        """The holder, once employed, or before with an account; the others always."""
        person = item.person
        if role is not Recipient.HOLDER:
            return True
        return person.is_active and (person.pk in self.chart.employed or person.has_usable_password())

    @cached_property
    def paused(self) -> set[int]:
        return paused_on(self.on)


def paused_on(on: date, people: Collection[int] | None = None) -> set[int]:
    """Those of these people (None: everybody) on a leave that stops the clock: nothing is asked of them."""
    rows = Absence.objects.current().on(on)
    if people is not None:
        rows = rows.filter(person__in=people)
    away = list(rows)
    clock = ClockRules.load() if away else None
    return {row.person_id for row in away if clock and clock.stop(row)}
