"""Taking back a fact entered by mistake: by kind, through the same checks as entering it."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.errors import Refused
from portal.people.access.rights import demand_hr_for
from portal.people.access.roles import withdraw_role
from portal.people.access.viewer import Viewer
from portal.people.employment.end import what_is_held
from portal.people.facts.lock import lock_people
from portal.people.facts.record import withdraw
from portal.people.models import (
    Absence,
    Delegation,
    Employment,
    PatientWorkRemoval,
    Position,
    RoleGrant,
)

type Withdraw = Callable[[Any, str, Viewer], None]


@transaction.atomic
def _plainly(fact: Any, reason: str, by: Viewer) -> None:
    """By HR for the person. Raises OwnRecord, NotAllowed, Refused without a reason."""
    demand_hr_for(by, fact.person_id)
    withdraw(fact, reason=reason, actor=by.person)


@transaction.atomic
def _employment(fact: Employment, reason: str, by: Viewer) -> None:
    """As _plainly; Refused while anything is held on these days: it would hang in the air."""
    demand_hr_for(by, fact.person_id)
    lock_people([fact.person_id])
    for rows in what_is_held(fact.person, fact.starts_on, fact.last_day):
        if rows.exists():
            raise Refused(
                _("The person holds a position, a role or a lead on these days. Withdraw those first.")
            )
    withdraw(fact, reason=reason, actor=by.person)


def _role(fact: RoleGrant, reason: str, by: Viewer) -> None:
    withdraw_role(fact, reason=reason, by=by)


# What can be withdrawn on a person's page, and nothing else.
WITHDRAWABLE: dict[str, tuple[Any, Withdraw]] = {
    "employment": (Employment, _employment),
    "position": (Position, _plainly),
    "absence": (Absence, _plainly),
    "patientworkremoval": (PatientWorkRemoval, _plainly),
    "delegation": (Delegation, _plainly),
    "rolegrant": (RoleGrant, _role),
}
