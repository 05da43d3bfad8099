"""What a leaver still has to rate: somebody else is named before the employment ends."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluations.models import Evaluation, Part
from portal.people.employment.handover import Line, register_handover
from portal.people.models import Person
from portal.standing.labels import short_date


def evaluations_to_rate(person: Person, on: date) -> Iterator[Line]:
    """Open evaluations whose supervisor's part is this person's, soonest due first."""
    rows = Evaluation.objects.filter(
        state__in=[Evaluation.State.SELF, Evaluation.State.RATING],
        parts__role=Part.Role.SUPERVISOR,
        parts__rater=person,
    )
    for row in rows.select_related("person").order_by("due_on", "pk"):
        words = {"name": row.person, "title": row.title, "day": short_date(row.due_on, on)}
        text = _("%(name)s, %(title)s, due %(day)s") % words
        yield Line(text, reverse("evaluations:detail", args=[row.code]))


def register() -> None:
    register_handover(
        "evaluations", gettext_lazy("Evaluations to rate: name another rater"), evaluations_to_rate
    )
