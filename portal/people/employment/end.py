"""Ending employment: who is no longer employed holds nothing."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.dates import day_after, day_before
from portal.errors import Refused
from portal.people.access.rights import demand_hr_for
from portal.people.access.roles import refuse_without_site_admin, site_admin_ids
from portal.people.access.viewer import Viewer
from portal.people.facts.act import act
from portal.people.facts.days import end_on
from portal.people.facts.plan import Plan, copy_of
from portal.people.models import Delegation, Employment, Person, Position, RoleGrant, TeamLead
from portal.people.models.fact import DatedFact


@act(
    "end-employment", gettext_lazy("Employment ended"), corrected=gettext_lazy("End of employment corrected")
)
def end_employment(
    plan: Plan,
    /,
    person: Person,
    *,
    last_day: date,
    by: Viewer | None,
    end_reason: str = "",
    reason: str = "",
) -> Employment:
    """End the employment that holds the day, and with it all that the person holds.

    Positions, leads, roles, delegations to and from the person end on that day; what would begin
    later is closed; whoever is supervised by name is the team lead's from the day after. The
    account ends with the day: now where it is past, else when it is over. Rows of a later employment
    that is on record already stay.

    Raises OwnRecord, NotAllowed unless HR for the person; Refused when there is no employment on the
    day, and for the last site admin.
    """
    demand_hr_for(by, person.pk)
    after = day_after(last_day)
    lock_what_is_held(plan, person, after)
    employed = plan.on(Employment, last_day, person_id=person.pk)
    if not employed:
        raise Refused(_("The person is not employed on that day."), field="last_day")
    refuse_without_site_admin(plan.overlapping(RoleGrant, after, None, person_id=person.pk), after)
    row = employed[0]
    if (row.last_day, row.end_reason) == (last_day, end_reason):
        return row
    ended = plan.replace(row, last_day=last_day, end_reason=end_reason)
    release(plan, person, last_day, _day_before_return(plan, person, last_day))
    return ended


def release(plan: Plan, person: Person, last_day: date, until: date | None) -> None:
    """Nothing that the person holds outlasts the day, up to `until` (None: for ever). Locks are the caller's."""
    after = day_after(last_day)
    for fact in list(what_is_held(plan, person, after, until)):
        _end(plan, fact, last_day)
    for position in plan.overlapping(Position, after, until, supervisor_id=person.pk):
        _without_supervisor(plan, position, last_day)


def lock_what_is_held(plan: Plan, person: Person, first: date) -> None:
    """Lock the person, and the people and teams whose rows end when the person leaves."""
    people, teams = _concerned(person, first)
    plan.lock(people, teams=teams)
    # Others may have come in while this waited. Now nobody does: who gives the person something to
    # hold locks the person.
    people, teams = _concerned(person, first)
    plan.lock(people, teams=teams)


def _concerned(person: Person, first: date) -> tuple[set[int], set[int]]:
    """The people and the teams whose rows end with the person's employment, by id."""
    grants = RoleGrant.objects.current().filter(person=person).overlapping(first, None)
    led_by_name = Position.objects.current().filter(supervisor=person).overlapping(first, None)
    delegators = Delegation.objects.current().filter(delegate=person).overlapping(first, None)
    people = {
        person.pk,
        *led_by_name.values_list("person_id", flat=True),
        *delegators.values_list("person_id", flat=True),
        *site_admin_ids(*grants),
    }
    return people, set(TeamLead.objects.current().filter(person=person).values_list("team_id", flat=True))


def _day_before_return(plan: Plan, person: Person, last_day: date) -> date | None:
    """The last day without employment before a return that is on record; None where there is none."""
    later = [row for row in plan.rows(Employment, person_id=person.pk) if row.starts_on > last_day]
    return day_before(later[0].starts_on) if later else None


def what_is_held(plan: Plan, person: Person, first: date, last: date | None) -> Iterable[DatedFact]:
    """The rows that the person holds on these days: what ends with employment."""
    yield from plan.overlapping(Position, first, last, person_id=person.pk)
    yield from plan.overlapping(TeamLead, first, last, person_id=person.pk)
    yield from plan.overlapping(RoleGrant, first, last, person_id=person.pk)
    yield from plan.overlapping(Delegation, first, last, person_id=person.pk)
    yield from plan.overlapping(Delegation, first, last, delegate_id=person.pk)


def _end(plan: Plan, fact: DatedFact, last_day: date) -> None:
    """What began by the day ends with it; what would begin later is closed."""
    if fact.starts_on <= last_day:
        end_on(plan, fact, last_day)
    else:
        plan.close(fact)


def _without_supervisor(plan: Plan, position: Position, last_day: date) -> None:
    """From the day after, the position has no supervisor of its own: the team's lead it is."""
    if position.starts_on > last_day:
        plan.replace(position, supervisor=None)
        return
    after = copy_of(position, supervisor=None, starts_on=day_after(last_day))
    plan.replace(position, last_day=last_day)
    plan.insert(after)
