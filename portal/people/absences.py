"""Leave, delegation, removal from patient work."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.errors import Refused
from portal.people import changing
from portal.people.errors import Overlap
from portal.people.models import Absence, AbsenceKind, Delegation, PatientWorkRemoval, Person
from portal.people.recording import insert, not_own


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
    not_own(actor, person.pk)
    changing.lock_people([person.pk])
    if Absence.objects.current().filter(person=person, kind=kind).overlapping(starts_on, last_day).exists():
        raise Overlap(_("A leave of this kind is on record for some of these days."), field="starts_on")
    row = insert(
        Absence(person=person, kind=kind, starts_on=starts_on, last_day=last_day, reason=reason),
        actor=actor,
        batch=batch,
    )
    changing.changed([person.pk])
    return row


@transaction.atomic
def delegate(
    person: Person,
    to: Person,
    *,
    starts_on: date,
    last_day: date | None,
    actor: Person | None,
    reason: str = "",
) -> Delegation:
    """Another does the person's work as a supervisor on these days."""
    if person.pk == to.pk:
        raise Refused(_("Choose somebody else."), field="to")
    return insert(
        Delegation(person=person, delegate=to, starts_on=starts_on, last_day=last_day, reason=reason),
        actor=actor,
    )


@transaction.atomic
def remove_from_patient_work(
    person: Person, *, starts_on: date, actor: Person, reason: str, last_day: date | None = None
) -> PatientWorkRemoval:
    """A decision of its own, whatever the licenses say. Raises Refused without a reason."""
    not_own(actor, person.pk)
    if not reason.strip():
        raise Refused(_("Say why: the reason is part of the record."), field="reason")
    changing.lock_people([person.pk])
    row = insert(
        PatientWorkRemoval(person=person, starts_on=starts_on, last_day=last_day, reason=reason.strip()),
        actor=actor,
    )
    changing.changed([person.pk])
    return row
