"""Absences, and removal from patient work."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.errors import Refused
from portal.people.access.rights import demand_hr_or_line
from portal.people.access.viewer import Viewer
from portal.people.errors import Overlap
from portal.people.facts.act import act
from portal.people.facts.days import end_on
from portal.people.facts.plan import Plan
from portal.people.models import Absence, AbsenceKind, AbsenceKindRule, PatientWorkRemoval, Person


@act("absence", gettext_lazy("Absence"), corrected=gettext_lazy("Absence corrected"))
def record_absence(
    plan: Plan,
    /,
    person: Person,
    *,
    kind: AbsenceKind,
    starts_on: date,
    last_day: date | None,
    by: Viewer | None,
    reason: str = "",
) -> Absence:
    """The person is away on these days (inclusive).

    Raises OwnRecord, NotAllowed unless by HR or the line above; Overlap with a leave of the same
    kind, and for the line with any: which kind it is they are not to learn from the refusal.
    """
    demand_hr_or_line(by, person.pk)
    plan.lock([person.pk])
    if not plan.rows(AbsenceKindRule, kind_id=kind.pk):
        raise Refused(_("This kind of absence was taken back. Choose another."), field="kind")
    is_hr = by is None or by.is_hr_for(person.pk)
    for row in plan.overlapping(Absence, starts_on, last_day, person_id=person.pk):
        if not is_hr:
            raise Overlap(_("The person is away on some of these days already. Ask HR."), field="starts_on")
        if row.kind_id == kind.pk:
            if (row.starts_on, row.last_day) == (starts_on, last_day):
                return row
            raise Overlap(_("A leave of this kind is on record for some of these days."), field="starts_on")
    return plan.insert(
        Absence(person=person, kind=kind, starts_on=starts_on, last_day=last_day, reason=reason)
    )


@act(
    "removal",
    gettext_lazy("Removed from patient work"),
    corrected=gettext_lazy("Removal from patient work corrected"),
)
def remove_from_patient_work(
    plan: Plan,
    /,
    person: Person,
    *,
    starts_on: date,
    by: Viewer | None,
    reason: str,
    last_day: date | None = None,
) -> PatientWorkRemoval:
    """A decision of its own, whatever the licenses say, by HR or the line above.

    Raises OwnRecord, NotAllowed, Refused without a reason; Overlap where the person is removed on
    some of these days already.
    """
    demand_hr_or_line(by, person.pk)
    if not reason.strip():
        raise Refused(_("Say why: the reason is part of the record."), field="reason")
    plan.lock([person.pk])
    for row in plan.overlapping(PatientWorkRemoval, starts_on, last_day, person_id=person.pk):
        if (row.starts_on, row.last_day) == (starts_on, last_day):
            return row
        raise Overlap(_("The person is off patient work on some of these days already."), field="starts_on")
    return plan.insert(
        PatientWorkRemoval(person=person, starts_on=starts_on, last_day=last_day, reason=reason.strip())
    )


@act(
    "end-removal",
    gettext_lazy("Back to patient work"),
    corrected=gettext_lazy("Return to patient work corrected"),
)
def end_removal(
    plan: Plan, /, person: Person, *, last_day: date, by: Viewer | None, reason: str
) -> PatientWorkRemoval:
    """The last day off patient work; the days before stay days off. Raises as the removal does."""
    demand_hr_or_line(by, person.pk)
    if not reason.strip():
        raise Refused(_("Say why: the reason is part of the record."), field="reason")
    plan.lock([person.pk])
    rows = plan.overlapping(PatientWorkRemoval, last_day, None, person_id=person.pk)
    if not rows:
        raise Refused(_("The person is not off patient work on that day."), field="last_day")
    return end_on(plan, rows[0], last_day)
