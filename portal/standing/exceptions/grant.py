"""Waivers and extensions: granted by HR for days, with a reason; ended or taken back, never edited."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.errors import Refused
from portal.people.access.rights import demand_hr_for
from portal.people.access.viewer import Viewer
from portal.people.facts.act import act
from portal.people.facts.plan import Plan
from portal.people.models import Person
from portal.standing.models import Extension, Requirement, Waiver


def _grant[Exception_: (Waiver, Extension)](plan: Plan, row: Exception_, by: Viewer | None) -> Exception_:
    """Plan the row, unless the same is on record already."""
    demand_hr_for(by, row.person_id, _("Nobody excuses themselves. Ask somebody else in HR."))
    row.reason = row.reason.strip()
    if not row.reason:
        raise Refused(_("Say why: the reason is part of the record."), field="reason")
    plan.lock([row.person_id])
    same = {"person_id": row.person_id, "requirement_id": row.requirement_id, "scope": row.scope}
    for there in plan.rows(type(row), **same):
        if (there.starts_on, there.last_day) == (row.starts_on, row.last_day):
            return there
    return plan.insert(row)


@act("waiver", gettext_lazy("Waiver granted"))
def grant_waiver(
    plan: Plan,
    /,
    person: Person,
    requirement: Requirement,
    *,
    starts_on: date,
    last_day: date | None,
    reason: str,
    by: Viewer | None,
    scope: str = "",
) -> Waiver:
    """Excuse the person for these days (inclusive).

    Raises OwnRecord for oneself, NotAllowed unless HR for the person, Refused without a reason.
    """
    days = {"starts_on": starts_on, "last_day": last_day}
    row = Waiver(person=person, requirement=requirement, scope=scope, reason=reason, **days)
    return _grant(plan, row, by)


@act("extension", gettext_lazy("Extension granted"))
def grant_extension(
    plan: Plan,
    /,
    person: Person,
    requirement: Requirement,
    *,
    starts_on: date,
    last_day: date | None,
    reason: str,
    by: Viewer | None,
    scope: str = "",
) -> Extension:
    """Give the person these days (inclusive) more. Raises as grant_waiver."""
    days = {"starts_on": starts_on, "last_day": last_day}
    row = Extension(person=person, requirement=requirement, scope=scope, reason=reason, **days)
    return _grant(plan, row, by)
