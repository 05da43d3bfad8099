"""Absences, and removal from patient work."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.errors import Refused
from portal.people.errors import Overlap
from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import recompute
from portal.people.facts.record import insert
from portal.people.models import Absence, AbsenceKind, PatientWorkRemoval, Person
from portal.people.own_record import refuse_own_record


@transaction.atomic
def record_absence(
    person: Person,
    *,
    kind: AbsenceKind,
    starts_on: date,
    last_day: date | None,
    actor: Person | None,
    reason: str = "",
    batch: Any = None,
) -> Absence:
    """The person is away on these days (inclusive). Raises Overlap with a leave of the same kind."""
    refuse_own_record(actor, person.pk)
    lock_people([person.pk])
    if Absence.objects.current().filter(person=person, kind=kind).overlapping(starts_on, last_day).exists():
        raise Overlap(_("A leave of this kind is on record for some of these days."), field="starts_on")
    row = insert(
        Absence(person=person, kind=kind, starts_on=starts_on, last_day=last_day, reason=reason),
        actor=actor,
        batch=batch,
    )
    recompute([person.pk])
    return row


@transaction.atomic
def remove_from_patient_work(
    person: Person, *, starts_on: date, actor: Person, reason: str, last_day: date | None = None
) -> PatientWorkRemoval:
    """A decision of its own, whatever the licenses say. Raises Refused without a reason."""
    refuse_own_record(actor, person.pk)
    if not reason.strip():
        raise Refused(_("Say why: the reason is part of the record."), field="reason")
    lock_people([person.pk])
    row = insert(
        PatientWorkRemoval(person=person, starts_on=starts_on, last_day=last_day, reason=reason.strip()),
        actor=actor,
    )
    recompute([person.pk])
    return row
