"""Waivers and extensions: granted by HR for days, with a reason; withdrawn, never edited."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.errors import Refused
from portal.people.access.rights import actor_of, demand_hr_for
from portal.people.access.viewer import Viewer
from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import recompute
from portal.people.facts.replace import supersede
from portal.people.models import Person
from portal.standing.models import Extension, Requirement, Waiver


@transaction.atomic
def _grant[Exception_: (Waiver, Extension)](
    model: type[Exception_],
    person: Person,
    requirement: Requirement,
    *,
    scope: str,
    starts_on: date,
    last_day: date | None,
    reason: str,
    by: Viewer | None,
) -> Exception_:
    demand_hr_for(by, person.pk, _("Nobody excuses themselves. Ask somebody else in HR."))
    if not reason.strip():
        raise Refused(_("Say why: the reason is part of the record."), field="reason")
    lock_people([person.pk])
    row = model(
        person=person,
        requirement=requirement,
        scope=scope,
        starts_on=starts_on,
        last_day=last_day,
        reason=reason.strip(),
        recorded_by=actor_of(by),
    )
    row.full_clean(exclude=["recorded_by"])
    row.save(force_insert=True)
    recompute([person.pk])
    record(
        f"standing.{model._meta.model_name}.granted",
        row,
        actor=actor_of(by),
        person=person.pk,
        requirement=requirement.code,
        starts_on=starts_on.isoformat(),
        last_day=last_day.isoformat() if last_day else None,
    )
    return row


def grant_waiver(person: Person, requirement: Requirement, **values: Any) -> Waiver:
    """Excuse the person for these days (inclusive).

    Raises OwnRecord for oneself, NotAllowed unless HR for the person, Refused without a reason.
    """
    return _grant(Waiver, person, requirement, **values)


def grant_extension(person: Person, requirement: Requirement, **values: Any) -> Extension:
    """Give the person these days (inclusive) more. Raises as grant_waiver."""
    return _grant(Extension, person, requirement, **values)


@transaction.atomic
def withdraw(row: Waiver | Extension, *, reason: str, by: Viewer | None) -> None:
    """The exception does not count any longer, as if it had not been granted; the row stays on record.

    Raises OwnRecord for oneself, NotAllowed unless HR for the person, Refused without a reason, Stale
    if somebody withdrew it first.
    """
    demand_hr_for(by, row.person_id)
    if not reason.strip():
        raise Refused(_("Say why it is withdrawn."), field="reason")
    lock_people([row.person_id])
    supersede(row, by=actor_of(by))
    recompute([row.person_id])
    record(
        "standing.exception.withdrawn", row, actor=actor_of(by), person=row.person_id, reason=reason.strip()
    )
