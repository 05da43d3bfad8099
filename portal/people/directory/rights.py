"""Who may take back, correct or end each kind of fact about people and teams; and what follows a change."""

from portal.people.access.rights import (
    demand_hr_for,
    demand_hr_for_all,
    demand_hr_or_line,
    demand_hr_or_self,
    demand_hr_over,
)
from portal.people.access.roles import demand_role, end_role, follow_roles
from portal.people.access.viewer import Viewer
from portal.people.accounts.closing import follow_employment
from portal.people.employment.end import end_employment
from portal.people.employment.names import follow_names
from portal.people.employment.positions import end_position
from portal.people.facts.apply import register_follower
from portal.people.facts.call import Call
from portal.people.facts.ending import register_ender
from portal.people.facts.guards import register_guard
from portal.people.models import (
    Absence,
    AbsenceKindRule,
    Delegation,
    Employment,
    HomeState,
    PatientWorkRemoval,
    PersonIdentifier,
    PersonName,
    PersonProfession,
    Position,
    RoleGrant,
    TeamLead,
    TeamPlace,
)
from portal.people.own_record import refuse_own_record


def _own_entry(by: Viewer, row: Absence) -> None:
    """An absence is HR's; the line takes back what it entered itself: the kind of others it is not to learn."""
    if row.recorded_by_id == by.person.pk:
        demand_hr_or_line(by, row.person_id)
    else:
        demand_hr_for(by, row.person_id)


def _lead(by: Viewer, row: TeamLead) -> None:
    refuse_own_record(by.person, row.person_id)
    demand_hr_over(by, row.team)


def register() -> None:
    for model in (Employment, Position, HomeState, PersonName, PersonProfession, PersonIdentifier):
        register_guard(model, lambda by, row: demand_hr_for(by, row.person_id))
    register_guard(Absence, _own_entry)
    register_guard(PatientWorkRemoval, lambda by, row: demand_hr_or_line(by, row.person_id))
    register_guard(Delegation, lambda by, row: demand_hr_or_self(by, row.person_id))
    register_guard(RoleGrant, demand_role)
    register_guard(TeamLead, _lead)
    register_guard(TeamPlace, lambda by, _row: demand_hr_for_all(by))
    register_guard(AbsenceKindRule, lambda by, _row: demand_hr_for_all(by))
    register_ender(
        Employment, lambda row, day, by: Call(end_employment, (row.person,), {"last_day": day, "by": by})
    )
    register_ender(Position, lambda row, day, by: Call(end_position, (row,), {"last_day": day, "by": by}))
    register_ender(RoleGrant, lambda row, day, by: Call(end_role, (row,), {"last_day": day, "by": by}))
    register_follower(PersonName, follow_names)
    register_follower(RoleGrant, follow_roles)
    register_follower(Employment, follow_roles)
    register_follower(Employment, follow_employment)
