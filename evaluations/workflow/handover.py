"""What a leaver still has to rate: somebody else is named, or the supervisor of the day takes it over."""

from collections.abc import Iterator
from datetime import date

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from evaluations.models import Evaluation, Part
from portal.people.employment.handover import register_handover
from portal.people.facts.effects import Line, Section, Step, register_effects
from portal.people.facts.plan import Plan
from portal.people.models import Employment, Person
from portal.standing.labels import short_date


def evaluations_to_rate(person: Person, on: date) -> Iterator[Line]:
    """Open evaluations whose supervisor's part is this person's, soonest due first."""
    rows = Evaluation.objects.filter(
        state__in=[Evaluation.State.SELF, Evaluation.State.RATING],
        parts__role=Part.Role.SUPERVISOR,
        parts__rater=person,
        parts__round=F("round"),
    )
    for row in rows.select_related("person").order_by("due_on", "pk"):
        words = {"name": row.person, "title": row.title, "day": short_date(row.due_on, on)}
        text = _("%(name)s, %(title)s, due %(day)s") % words
        yield Line(text, reverse("evaluations:detail", args=[row.code]))


def effects(step: Step, on: date) -> Iterator[Section]:
    """Of whose employment an act ends: the evaluations that lose their rater."""
    people = {row.person_id for row in step.rows if isinstance(row, Employment)}
    ended = [pk for pk in people if not _goes_on(step.after, pk)]
    for person in Person.objects.filter(pk__in=ended):
        lines = tuple(evaluations_to_rate(person, on))
        title = ngettext(
            "One evaluation loses its rater", "%(count)d evaluations lose their rater", len(lines)
        )
        yield Section(title % {"count": len(lines)}, lines)


def _goes_on(plan: Plan, person_id: int) -> bool:
    """Is the person employed without an end?"""
    return any(row.last_day is None for row in plan.rows(Employment, person_id=person_id))


def register() -> None:
    register_effects(effects)
    register_handover(
        "evaluations",
        gettext_lazy("Evaluations to rate: name another rater, or the supervisor of the day rates"),
        evaluations_to_rate,
    )
