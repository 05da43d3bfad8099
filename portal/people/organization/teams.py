"""Teams: where they lie, who leads them, for which days."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.dates import day_before
from portal.people.errors import Cycle
from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import recompute
from portal.people.facts.record import insert
from portal.people.facts.replace import replace
from portal.people.models import Person, Position, Team, TeamLead, TeamTree


@transaction.atomic
def make_team(*, code: str, name: str, actor: Person | None, parent: Team | None = None) -> Team:
    team = Team(code=code, name=name, parent=parent)
    team.full_clean()
    team.save()
    record("people.team.changed", team, actor=actor, name=name)
    return team


@transaction.atomic
def move_team(team: Team, *, parent: Team | None, actor: Person) -> Team:
    """Hang the team below another. Raises Cycle if that one lies below it."""
    if parent is not None and parent.pk in TeamTree.load().below([team.pk]):
        raise Cycle(_("A team cannot lie below itself."), field="parent")
    team.parent = parent
    team.save(update_fields=["parent"])
    below = TeamTree.load().below([team.pk])
    people = set(Position.objects.current().filter(team_id__in=below).values_list("person_id", flat=True))
    lock_people(people)
    # Audiences name teams with those below them: who is asked may change.
    recompute(people)
    record("people.team.changed", team, actor=actor, parent=parent.pk if parent else None)
    return team


@transaction.atomic
def set_lead(
    team: Team, person: Person, *, starts_on: date, actor: Person | None, acting: bool = False
) -> TeamLead:
    """The person leads (or acts for) the team from a day on; the lead before ends the day before."""
    vacate(team, last_day=day_before(starts_on), actor=actor, acting=acting)
    return insert(TeamLead(team=team, person=person, starts_on=starts_on, acting=acting), actor=actor)


@transaction.atomic
def vacate(team: Team, *, last_day: date, actor: Person | None, acting: bool = False) -> int:
    """Nobody leads the team after this day. Returns how many leads ended."""
    rows = TeamLead.objects.current().filter(team=team, acting=acting).overlapping(last_day, None)
    ended = 0
    for row in rows.filter(starts_on__lte=last_day):
        replace(row, by=actor, last_day=last_day)
        ended += 1
    return ended
