"""What waits for a person in evaluations: to write, to rate, to acknowledge."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from evaluations.models import Evaluation, Part
from evaluations.workflow.raters import stand_ins, without_rater
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from portal.standing.labels import short_date

State = Evaluation.State


@dataclass(frozen=True)
class Step:
    """One thing to do in one evaluation."""

    evaluation: Evaluation
    title: str
    text: str
    button: str
    due_on: date
    on: date

    @property
    def due_state(self) -> str:
        return "overdue" if self.due_on < self.on else "open"

    @property
    def due_words(self) -> str:
        return _("By %(day)s") % {"day": short_date(self.due_on, self.on)}

    @property
    def url(self) -> str:
        return reverse("evaluations:detail", args=[self.evaluation.code])


def waiting_for(viewer: Viewer) -> Iterator[Step]:
    """Soonest first. One query; another for who supervises or is HR, and an org chart where a rater has left."""
    person, on = viewer.person, viewer.on
    mine = Q(person=person, state__in=[State.SELF, State.SHARED])
    to_rate = Q(
        state=State.RATING,
        parts__role=Part.Role.SUPERVISOR,
        parts__rater=person,
        parts__round=F("round"),
    )
    taken_over = Q(pk__in=_to_take_over(viewer))
    rows = Evaluation.objects.filter(mine | to_rate | taken_over).select_related("person").distinct()
    for row in rows.order_by("due_on", "pk"):
        yield _step(row, person, on)


def _to_take_over(viewer: Viewer) -> list[int]:
    """Evaluations to rate whose rater has left, and whom the viewer supervises today."""
    if not viewer.roles & {"supervisor", "hr"}:
        return []
    rows = without_rater(viewer.on).filter(evaluation__state=State.RATING)
    people = dict(rows.values_list("evaluation", "evaluation__person"))
    rated_by = stand_ins(people.values(), viewer.on)
    return [pk for pk, about in people.items() if viewer.person.pk in rated_by[about]]


def _step(row: Evaluation, person: Person, on: date) -> Step:
    if row.person_id != person.pk:
        return Step(
            row,
            _("Rate %(name)s") % {"name": row.person.get_full_name()},
            _("The self-evaluation is in. Rate, then sign and share."),
            _("Open evaluation"),
            row.due_on,
            on,
        )
    if row.state == State.SELF:
        return Step(
            row,
            _("Write your self-evaluation"),
            _("For %(from)s to %(to)s. It is saved as you go.")
            % {"from": short_date(row.period_from, on), "to": short_date(row.period_to, on)},
            _("Write self-evaluation"),
            row.due_on,
            on,
        )
    return Step(
        row,
        _("Read and acknowledge your evaluation"),
        _(
            "You can add a comment of your own; acknowledging means that you have received it, not that you agree."
        ),
        _("Read evaluation"),
        row.due_on,
        on,
    )
