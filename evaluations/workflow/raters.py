"""Who rates: the rater named, and of who has left the supervisor of today."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from evaluations.models import Evaluation, Part
from evaluations.ratings.answer import Given, is_open, save_answers
from portal.audit.log import record
from portal.errors import Refused
from portal.people.access.viewer import Viewer
from portal.people.facts.lock import lock_people
from portal.people.models import Employment, Person
from portal.people.organization.supervision import OrgChart

# As HR giving it to another rater is logged.
REASSIGNED = "evaluations.evaluation.reassign"


def refuse_absent_rater(rater: Person, on: date, *, field: str = "rater") -> None:
    """Raises Refused for somebody who does not work here on the day: who left holds nothing."""
    if not _works(rater.pk, on):
        raise Refused(_("This person does not work here. Name somebody else."), field=field)


def _works(person_id: int, on: date) -> bool:
    return Employment.objects.current().filter(person=person_id).on(on).exists()


# ---- whose rater has left -----------------------------------------------------------------------


def without_rater(on: date) -> QuerySet[Any, Any]:
    """The supervisors' parts, not signed yet, whose rater does not work here on the day."""
    here = Employment.objects.current().on(on).filter(person=OuterRef("rater"))
    open_ones = Part.objects.current().filter(
        role=Part.Role.SUPERVISOR,
        closed_at=None,
        evaluation__state__in=[Evaluation.State.SELF, Evaluation.State.RATING],
    )
    return open_ones.filter(~Exists(here))


def stand_ins(people: Iterable[int], on: date) -> dict[int, set[int]]:
    """Who rates each of these people today where the rater has left: the supervisor, or where nobody is HR.

    The same as those whom the notice to the rater reaches then. Four queries; none for nobody.
    """
    asked = set(people)
    if not asked:
        return {}
    chart = OrgChart(on, asked)
    found = {}
    for person in asked:
        # Of who has left, HR alone keeps the record.
        supervisor = None if chart.has_left(person) else chart.in_line(person)
        found[person] = {supervisor.person_id} if supervisor else set(chart.hr_for(person))
    return found


def rates(viewer: Viewer, part: Part) -> bool:
    """Is the part the viewer's to write and to sign today?

    The rater's, also when away; of one who has left the supervisor's of today. A part that is signed has
    no other rater any more. Three queries where the rater has left, else one.
    """
    if part.rater_id == viewer.person.pk:
        return True
    if part.role != Part.Role.SUPERVISOR or not is_open(part) or not viewer.roles & {"supervisor", "hr"}:
        return False
    person = part.evaluation.person_id
    if not viewer.is_employed or viewer.person.pk == person or _works(part.rater_id, viewer.on):
        return False
    return viewer.person.pk in stand_ins([person], viewer.on)[person]


def rater_today(part: Part, on: date) -> Person:
    """Who rates the part on the day, for pages to name: of who has left the supervisor of today."""
    if part.role != Part.Role.SUPERVISOR or not is_open(part) or _works(part.rater_id, on):
        return part.rater
    ids = stand_ins([part.evaluation.person_id], on)[part.evaluation.person_id]
    return Person.objects.filter(pk__in=ids).order_by("pk").first() or part.rater


# ---- taking over --------------------------------------------------------------------------------


@transaction.atomic
def take_over(evaluation: Evaluation, *, by: Viewer) -> None:
    """Where the rater has left and `by` rates today: from now on the part is theirs, and the log says so.

    What was written goes with the part. Does nothing in every other case.
    """
    lock_people([evaluation.person_id])
    Evaluation.objects.select_for_update(of=("self",), no_key=True).get(pk=evaluation.pk)
    rows = Part.objects.current().select_for_update(of=("self",), no_key=True).select_related("evaluation")
    part = rows.get(evaluation=evaluation, role=Part.Role.SUPERVISOR)
    if part.rater_id == by.person.pk or not rates(by, part):
        return
    before, part.rater = part.rater_id, by.person
    part.save(update_fields=["rater"])
    record(
        REASSIGNED,
        evaluation,
        actor=by.person,
        rater=by.person.pk,
        before=before,
        reason=_("The rater has left; the supervisor of today rates."),
    )


@transaction.atomic
def write_part(part: Part, given: Mapping[str, Given], *, by: Viewer, revision: int | None) -> Part:
    """Save what the rater of today wrote, taking over from one who has left. Raises as save_answers()."""
    if part.role == Part.Role.SUPERVISOR:
        take_over(part.evaluation, by=by)
    return save_answers(part, given, by=by, revision=revision)
