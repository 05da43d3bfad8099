"""The persons behind the roles of the ladder, from one chart of the day."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property

from portal.errors import Refused
from portal.people.employment.clock import ClockRules
from portal.people.models import Absence, HomeState, Person, Role, RoleGrant
from portal.people.organization.supervision import OrgChart
from portal.standing.engine.ladder import Recipient
from portal.standing.items import Item


class Recipients:
    """Who is told on a day: a handful of queries however many people are asked about."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.chart = OrgChart(on)

    def of(self, item: Item, role: Recipient) -> list[Person]:
        person = item.person
        if role is Recipient.HOLDER:
            return [person] if person.is_active else []
        if role is Recipient.HR:
            return self.hr_for(person)
        supervisor = self._supervisor(person)
        if role is Recipient.NEXT_UP and supervisor is not None:
            supervisor = self._supervisor(supervisor)
        return [supervisor] if supervisor and supervisor.pk != person.pk else []

    def _supervisor(self, person: Person) -> Person | None:
        try:
            return self.chart.supervisor_of(person.pk).person
        except Refused:
            # Nobody is responsible for the one at the top: the others are told all the same.
            return None

    def hr_for(self, person: Person) -> list[Person]:
        """HR of the person's team, else of the home state, else for everybody; of these all who are here."""
        for grants in self._hr_grants(person):
            here = {g.person_id: g.person for g in grants if g.person_id not in self.away}
            here.pop(person.pk, None)
            if here:
                return list(here.values())
        return [other for other in self.chart.hr if other.pk != person.pk][:1]

    def _hr_grants(self, person: Person) -> Iterator[list[RoleGrant]]:
        position = self.chart.position_of(person.pk)
        teams = set(self.chart.tree.upward(position.team_id)) if position else set()
        state = self._home_states.get(person.pk)
        scope = RoleGrant.Scope
        yield [g for g in self._hr if g.scope == scope.TEAM and g.team_id in teams]
        yield [g for g in self._hr if g.scope == scope.STATE and state and g.state == state]
        yield [g for g in self._hr if g.scope == scope.ALL]

    @cached_property
    def _hr(self) -> list[RoleGrant]:
        rows = RoleGrant.objects.held(self.on).filter(role=Role.HR, person__is_active=True)
        return list(rows.select_related("person").order_by("id"))

    @cached_property
    def _home_states(self) -> dict[int, str]:
        if not any(grant.scope == RoleGrant.Scope.STATE for grant in self._hr):
            return {}
        return dict(HomeState.objects.current().on(self.on).values_list("person_id", "state"))

    @cached_property
    def _absences(self) -> list[Absence]:
        return list(Absence.objects.current().on(self.on))

    @cached_property
    def away(self) -> set[int]:
        return {absence.person_id for absence in self._absences}

    @cached_property
    def paused(self) -> set[int]:
        """People on a leave that stops the clock: nothing is asked of them, so nobody is told."""
        clock = ClockRules.load()
        return {absence.person_id for absence in self._absences if clock.stop(absence)}
