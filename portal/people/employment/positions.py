"""Positions, and the one that is primary on a day."""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import Enum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.dates import day_before
from portal.errors import Refused
from portal.people.access.place import places
from portal.people.access.rights import demand_hr_for, demand_place, refuse_own_gain
from portal.people.access.viewer import Viewer
from portal.people.errors import Cycle
from portal.people.facts.act import act
from portal.people.facts.days import end_on, take_over, within_employment
from portal.people.facts.integrity import Contradiction, register_check
from portal.people.facts.plan import Plan
from portal.people.facts.rings import Link, reaches
from portal.people.models import (
    Employment,
    HomeState,
    Person,
    PersonProfession,
    Position,
    Profession,
    Team,
)


class Unsaid(Enum):
    """A moved nurse without a profession would be asked for no license: it has to be said."""

    UNSAID = "unsaid"


@act("position", gettext_lazy("New position"), corrected=gettext_lazy("Position corrected"))
def take_position(
    plan: Plan,
    /,
    person: Person,
    *,
    team: Team,
    title: str,
    starts_on: date,
    by: Viewer | None,
    profession: Profession | None | Unsaid = Unsaid.UNSAID,
    supervisor: Person | None = None,
    **values: Any,
) -> Position:
    """Put the person in a position from a day on.

    A primary one takes the place of the primary one before it: exactly one on any day.
    `profession` None: a position that needs none. Raises OwnRecord, NotAllowed unless HR for the
    person and over the team; Refused where the person is not employed, or works in a profession and
    nothing is said of it; Cycle for a ring of supervisors.
    """
    demand_hr_for(by, person.pk)
    if by is not None:
        states = places(HomeState, by.on).filter(person=person, state__in=by.hr_states)
        demand_place(by, team, states.values_list("state", flat=True).first() or "")
    _lock(plan, person, supervisor)
    if supervisor is not None and not _supervises_already(supervisor, person, starts_on):
        refuse_own_gain(by, supervisor)
    if isinstance(profession, Unsaid):
        if by is not None and (known := profession_on(person, starts_on)):
            raise Refused(
                _("Say the profession: %(name)s as before, or which from now on.") % {"name": known.name},
                field="profession",
            )
        profession = None
    return plan_position(
        plan,
        person,
        team=team,
        title=title,
        starts_on=starts_on,
        profession=profession,
        supervisor=supervisor,
        **values,
    )


def _lock(plan: Plan, person: Person, supervisor: Person | None) -> None:
    if supervisor is not None:
        plan.lock_lines()
    plan.lock([person.pk, supervisor.pk if supervisor else None])


def _supervises_already(supervisor: Person, person: Person, on: date) -> bool:
    rows = Position.objects.current().filter(person=person, supervisor=supervisor)
    return rows.filter(starts_on__lte=on).overlapping(day_before(on), None).exists()


def profession_on(person: Person, on: date) -> Profession | None:
    """The profession the person works in on the day: of the primary position, else on record."""
    held = Position.objects.current().filter(person=person, is_primary=True, starts_on__lte=on)
    last = held.select_related("profession").order_by("-starts_on", "-id").first()
    if last is not None and last.profession is not None:
        return last.profession
    row = PersonProfession.objects.current().on(on).filter(person=person).select_related("profession").first()
    return row.profession if row else None


def plan_position(
    plan: Plan,
    person: Person,
    *,
    team: Team,
    title: str,
    starts_on: date,
    last_day: date | None = None,
    profession: Profession | None = None,
    states_served: Iterable[str] = (),
    supervisor: Person | None = None,
    primary: bool = True,
    **values: Any,
) -> Position:
    """The part of take_position after the check of rights, for acts that make their own."""
    _lock(plan, person, supervisor)
    last_day = within_employment(plan, person.pk, starts_on, last_day)
    if supervisor is not None:
        _refuse_absent_supervisor(plan, supervisor, starts_on)
        refuse_supervisor_ring(plan, person.pk, supervisor.pk, starts_on, last_day)
    row = Position(
        person=person,
        team=team,
        title=title,
        starts_on=starts_on,
        last_day=last_day,
        profession=profession,
        states_served=sorted({state.upper() for state in states_served}),
        supervisor=supervisor,
        is_primary=primary,
        **values,
    )
    if primary:
        return take_over(plan, row, plan.rows(Position, person_id=person.pk, is_primary=True))
    if not plan.on(Position, starts_on, person_id=person.pk, is_primary=True):
        raise Refused(_("The first position is the primary one."), field="primary")
    same = {"person_id": person.pk, "is_primary": False, "team_id": team.pk, "title": title}
    return take_over(plan, row, plan.rows(Position, **same))


@act("end-position", gettext_lazy("Position ended"), corrected=gettext_lazy("End of position corrected"))
def end_position(plan: Plan, /, position: Position, *, last_day: date, by: Viewer | None) -> Position:
    """The position holds no longer than this day.

    Raises OwnRecord, NotAllowed unless HR for the person; Refused for the primary one while others
    go on: say first which of them is primary.
    """
    demand_hr_for(by, position.person_id)
    plan.lock([position.person_id])
    others = plan.overlapping(Position, last_day, None, person_id=position.person_id, is_primary=False)
    if position.is_primary and any(row.last_day is None or row.last_day > last_day for row in others):
        raise Refused(_("Another position goes on. End it too, or make it the primary one."))
    return end_on(plan, position, last_day)


def _refuse_absent_supervisor(plan: Plan, supervisor: Person, on: date) -> None:
    if not plan.on(Employment, on, person_id=supervisor.pk):
        raise Refused(_("This person does not work here on that day."), field="supervisor")


def refuse_supervisor_ring(plan: Plan, person: int, supervisor: int, first: date, last: date | None) -> None:
    """Nobody supervises, by name, somebody who supervises them, on any of these days. Raises Cycle."""

    def above(node: int, start: date, end: date | None) -> list[Link]:
        rows = plan.overlapping(Position, start, end, person_id=node)
        return [(row.supervisor_id, row.starts_on, row.last_day) for row in rows]

    if reaches(supervisor, person, first, last, above):
        raise Cycle(_("They would supervise each other."), field="supervisor")


def _rings(plan: Plan, _people: set[int]) -> Iterator[Contradiction]:
    for row in plan.inserted:
        if isinstance(row, Position) and row.supervisor_id is not None:
            try:
                refuse_supervisor_ring(plan, row.person_id, row.supervisor_id, row.starts_on, row.last_day)
            except Cycle as ring:
                yield Contradiction(row, ring.message)


register_check(_rings)
