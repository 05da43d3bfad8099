"""The kinds of fact that a person's page corrects, ends or takes back, by the name in the address."""

from portal.people.models import (
    Absence,
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
)
from portal.people.models.fact import DatedFact

KINDS: dict[str, type[DatedFact]] = {
    str(model._meta.model_name): model
    for model in (
        Employment,
        Position,
        TeamLead,
        RoleGrant,
        Delegation,
        Absence,
        PatientWorkRemoval,
        PersonName,
        PersonProfession,
        HomeState,
        PersonIdentifier,
    )
}
