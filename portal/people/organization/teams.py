"""Teams: where they lie, who leads them, for which days."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.dates import day_before
from portal.errors import Refused
from portal.people.access.rights import actor_of, demand_hr_for_all, demand_hr_over, refuse_own_gain
from portal.people.access.viewer import Viewer
from portal.people.errors import Cycle
from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import recompute
from portal.people.facts.record import insert
from portal.people.facts.replace import replace
from portal.people.models import Employment, Person, Position, Team, TeamLead, TeamTree


@transaction.atomic
def make_team(*, code: str, name: str, by: Viewer | None, parent: Team | None = None) -> Team:
    """A new team, by HR for everybody."""
    demand_hr_for_all(by)
    team = Team(code=code, name=name, parent=parent)
    team.full_clean()
    team.save()
    record("people.team.changed", team, actor=actor_of(by), name=name)
    return team


@transaction.atomic
def move_team(team: Team, *, parent: Team | None, by: Viewer | None) -> Team:
    """Hang the team below another, by HR for everybody: it moves the reach of leads and of HR.

    Raises Cycle if the other one lies below it.
    """
    demand_hr_for_all(by)
    if parent is not None and parent.pk in TeamTree.load().below([team.pk]):
        raise Cycle(_("A team cannot lie below itself."), field="parent")
    team.parent = parent
    team.save(update_fields=["parent"])
    below = TeamTree.load().below([team.pk])
    people = set(Position.objects.current().filter(team_id__in=below).values_list("person_id", flat=True))
    lock_people(people)
    # Audiences name teams with those below them: who is asked may change.
    recompute(people)
    record("people.team.changed", team, actor=actor_of(by), parent=parent.pk if parent else None)
    return team


@transaction.atomic
def set_lead(
    team: Team, person: Person, *, starts_on: date, by: Viewer | None, acting: bool = False
) -> TeamLead:
    """The person leads (or acts for) the team from a day on; the lead before ends the day before.

    Raises NotAllowed for a team outside of the viewer's scope, OwnRecord for oneself, Refused for
    somebody who is not employed on the day.
    """
    refuse_own_gain(by, person)
    if not Employment.objects.current().filter(person=person).on(starts_on).exists():
        raise Refused(_("The person is not employed on that day."), field="person")
    vacate(team, last_day=day_before(starts_on), by=by, acting=acting)
    return insert(TeamLead(team=team, person=person, starts_on=starts_on, acting=acting), actor=actor_of(by))


@transaction.atomic
def vacate(team: Team, *, last_day: date, by: Viewer | None, acting: bool = False) -> int:
    """Nobody leads the team after this day. Returns how many leads ended.

    Raises NotAllowed for a team outside of the viewer's scope.
    """
    demand_hr_over(by, team)
    rows = TeamLead.objects.current().filter(team=team, acting=acting).overlapping(last_day, None)
    ended = 0
    for row in rows.filter(starts_on__lte=last_day):
        replace(row, by=actor_of(by), last_day=last_day)
        ended += 1
    return ended
