"""People: who they are, where they work, who leads them, which roles they hold, over time."""

from portal.people.models.account_mail import AccountMail
from portal.people.models.batch import Batch
from portal.people.models.change import Change, ChangePerson, ChangeWithdrawal
from portal.people.models.employment import (
    Absence,
    AbsenceKind,
    AbsenceKindRule,
    Employment,
    PatientWorkRemoval,
)
from portal.people.models.invitation import CodeTry, Invitation
from portal.people.models.organization import Delegation, Position, Team, TeamLead, TeamPlace
from portal.people.models.person import (
    HomeState,
    Person,
    PersonIdentifier,
    PersonName,
    PersonProfession,
    Profession,
)
from portal.people.models.roles import Role, RoleGrant
from portal.people.models.tree import TeamTree

__all__ = [
    "Absence",
    "AbsenceKind",
    "AbsenceKindRule",
    "AccountMail",
    "Batch",
    "Change",
    "ChangePerson",
    "ChangeWithdrawal",
    "CodeTry",
    "Delegation",
    "Profession",
    "Employment",
    "HomeState",
    "Invitation",
    "PatientWorkRemoval",
    "Person",
    "PersonProfession",
    "PersonIdentifier",
    "PersonName",
    "Position",
    "Role",
    "RoleGrant",
    "Team",
    "TeamLead",
    "TeamPlace",
    "TeamTree",
]
