"""Absences, and removal from patient work."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.errors import Refused
from portal.people.access.rights import actor_of, demand_hr_or_line
from portal.people.access.viewer import Viewer
from portal.people.errors import Overlap
from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import recompute
from portal.people.facts.record import insert
from portal.people.models import Absence, AbsenceKind, PatientWorkRemoval, Person


@transaction.atomic
def record_absence(
    person: Person,
    *,
    kind: AbsenceKind,
    starts_on: date,
    last_day: date | None,
    by: Viewer | None,
    reason: str = "",
    batch: Any = None,
) -> Absence:
    """The person is away on these days (inclusive).

    Raises OwnRecord, NotAllowed unless by HR or the line above; Overlap with a leave of the same
    kind, and for the line with any: which kind it is they are not to learn from the refusal.
    """
    demand_hr_or_line(by, person.pk)
    lock_people([person.pk])
    there = Absence.objects.current().filter(person=person).overlapping(starts_on, last_day)
    is_hr = by is None or by.is_hr_for(person.pk)
    if not is_hr and there.exists():
        raise Overlap(_("The person is away on some of these days already. Ask HR."), field="starts_on")
    if there.filter(kind=kind).exists():
        raise Overlap(_("A leave of this kind is on record for some of these days."), field="starts_on")
    row = insert(
        Absence(person=person, kind=kind, starts_on=starts_on, last_day=last_day, reason=reason),
        actor=actor_of(by),
        batch=batch,
    )
    recompute([person.pk])
    return row


@transaction.atomic
def remove_from_patient_work(
    person: Person, *, starts_on: date, by: Viewer | None, reason: str, last_day: date | None = None
) -> PatientWorkRemoval:
    """A decision of its own, whatever the licenses say, by HR or the line above.

    Raises OwnRecord, NotAllowed, Refused without a reason.
    """
    demand_hr_or_line(by, person.pk)
    if not reason.strip():
        raise Refused(_("Say why: the reason is part of the record."), field="reason")
    lock_people([person.pk])
    row = insert(
        PatientWorkRemoval(person=person, starts_on=starts_on, last_day=last_day, reason=reason.strip()),
        actor=actor_of(by),
    )
    recompute([person.pk])
    return row
