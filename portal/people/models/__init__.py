"""People: who they are, where they work, who leads them, which roles they hold, over time."""

from portal.people.models.batch import Batch
from portal.people.models.employment import Absence, AbsenceKind, Employment, PatientWorkRemoval
from portal.people.models.invitation import Invitation
from portal.people.models.organization import Delegation, Position, Team, TeamLead
from portal.people.models.person import (
    Discipline,
    HomeState,
    Person,
    PersonDiscipline,
    PersonIdentifier,
    PersonName,
)
from portal.people.models.roles import Role, RoleGrant
from portal.people.models.tree import TeamTree

__all__ = [
    "Absence",
    "AbsenceKind",
    "Batch",
    "Delegation",
    "Discipline",
    "Employment",
    "HomeState",
    "Invitation",
    "PatientWorkRemoval",
    "Person",
    "PersonDiscipline",
    "PersonIdentifier",
    "PersonName",
    "Position",
    "Role",
    "RoleGrant",
    "Team",
    "TeamLead",
    "TeamTree",
]
