"""Teams: where they lie, who leads them, for which days."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.dates import EARLIEST
from portal.errors import Refused
from portal.people.access.rights import demand_hr_for_all, demand_hr_over, refuse_own_gain
from portal.people.access.viewer import Viewer
from portal.people.errors import Cycle
from portal.people.facts.act import act
from portal.people.facts.days import end_on, take_over, within_employment
from portal.people.facts.fresh import bring
from portal.people.facts.integrity import Contradiction, register_check
from portal.people.facts.plan import Plan
from portal.people.facts.rings import Link, reaches
from portal.people.models import Person, Position, Team, TeamLead, TeamPlace


@act("team", gettext_lazy("Team made"))
def make_team(plan: Plan, /, *, code: str, name: str, by: Viewer | None, parent: Team | None = None) -> Team:
    """A new team, by HR for everybody. It lies where it is made for all its days."""
    demand_hr_for_all(by)
    # Nobody works in it yet: no rule asks anybody for it, so the lock is the shared one.
    team = bring(plan, Team(code=code, name=name))
    plan.lock(teams=[team.pk])
    # Known since ever: nobody worked in the team before, but those that an import brings.
    plan.insert(TeamPlace(team=team, parent=parent, starts_on=EARLIEST, known_on=EARLIEST))
    return team


@act("move-team", gettext_lazy("Team moved"))
def move_team(
    plan: Plan, /, team: Team, *, parent: Team | None, starts_on: date, by: Viewer | None
) -> TeamPlace:
    """Hang the team below another from a day on, by HR for everybody: it moves the reach of leads and of HR.

    Its days before stay where they were. Raises Cycle if the other one lies below it on one of the days.
    """
    demand_hr_for_all(by)
    plan.lock_organization()
    plan.lock(teams=[team.pk])
    row = TeamPlace(team=team, parent=parent, starts_on=starts_on)
    placed = take_over(plan, row, plan.rows(TeamPlace, team_id=team.pk))
    if parent is not None:
        refuse_team_ring(plan, team.pk, parent.pk, placed.starts_on, placed.last_day)
    plan.recomputed.update(people_below(plan, team.pk))
    return placed


def refuse_team_ring(plan: Plan, team: int, parent: int, first: date, last: date | None) -> None:
    """Raises Cycle where the parent lies below the team on one of these days."""

    def above(node: int, start: date, end: date | None) -> list[Link]:
        rows = plan.overlapping(TeamPlace, start, end, team_id=node)
        return [(row.parent_id, row.starts_on, row.last_day) for row in rows]

    if reaches(parent, team, first, last, above):
        raise Cycle(_("A team cannot lie below itself."), field="parent")


def people_below(plan: Plan, team: int) -> set[int]:
    """Everybody who was ever in the team or in one that was ever below it: who is asked may change."""
    children: dict[int | None, list[int]] = {}
    for row in plan.rows(TeamPlace):
        children.setdefault(row.parent_id, []).append(row.team_id)
    found, waiting = set[int](), [team]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += children.get(here, ())
    rows = Position.objects.current().filter(team_id__in=found)
    return set(rows.values_list("person_id", flat=True))


def _rings(plan: Plan, _people: set[int]) -> Iterator[Contradiction]:
    for row in plan.inserted:
        if isinstance(row, TeamPlace) and row.parent_id is not None:
            try:
                refuse_team_ring(plan, row.team_id, row.parent_id, row.starts_on, row.last_day)
            except Cycle as ring:
                yield Contradiction(row, ring.message)


register_check(_rings)


@act("lead", gettext_lazy("Team lead"))
def set_lead(
    plan: Plan, /, team: Team, person: Person, *, starts_on: date, by: Viewer | None, acting: bool = False
) -> TeamLead:
    """The person leads (or acts for) the team from a day on; the lead before ends the day before.

    Raises NotAllowed for a team outside of the viewer's scope, OwnRecord for oneself, Refused for
    somebody who is not employed on the day.
    """
    refuse_own_gain(by, person)
    demand_hr_over(by, team)
    plan.lock(_lead_ids(team, person.pk), teams=[team.pk])
    last_day = within_employment(plan, person.pk, starts_on, None, field="person")
    row = TeamLead(team=team, person=person, starts_on=starts_on, last_day=last_day, acting=acting)
    return take_over(plan, row, plan.rows(TeamLead, team_id=team.pk, acting=acting))


@act("end-lead", gettext_lazy("Team lead ended"))
def vacate(plan: Plan, /, team: Team, *, last_day: date, by: Viewer | None, acting: bool = False) -> TeamLead:
    """Nobody leads the team after this day.

    Raises NotAllowed for a team outside of the viewer's scope, Refused where nobody leads it then.
    """
    demand_hr_over(by, team)
    plan.lock(_lead_ids(team), teams=[team.pk])
    rows = plan.on(TeamLead, last_day, team_id=team.pk, acting=acting)
    if not rows:
        raise Refused(_("Nobody leads this team on that day."), field="last_day")
    return end_on(plan, rows[0], last_day)


def _lead_ids(team: Team, *more: int) -> Iterable[int]:
    return {*TeamLead.objects.current().filter(team=team).values_list("person_id", flat=True), *more}
