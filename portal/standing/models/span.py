"""Span: where a person stands with a requirement over days; a projection, never edited."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.standing.engine.types import State
from portal.standing.models.evidence import Evidence
from portal.standing.models.requirement import Requirement, RequirementVersion
from portal.ui.status import style_of

if TYPE_CHECKING:
    from portal.people.access.viewer import Viewer


class SpanQuerySet(models.QuerySet[Any]):
    def on(self, day: date) -> Self:
        """The span that holds the day, of each person, requirement and scope."""
        return self.filter(start__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))

    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.standing_q("person_id"))


class Span(models.Model):
    """[start, until) in one state, because of one piece of evidence (or none)."""

    circle = Circle.STANDING

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="spans")
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="spans")
    scope = models.CharField(max_length=2, blank=True)
    version = models.ForeignKey(RequirementVersion, models.PROTECT, related_name="+")
    start = models.DateField()
    until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=[(state.value, style_of(state).word) for state in State])
    because = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")
    on_file = models.BooleanField(
        default=False, help_text=_("Was anything ever on record, by its first day?")
    )

    objects = SpanQuerySet.as_manager()

    class Meta:
        verbose_name = _("span")
        ordering = ["person", "requirement", "scope", "start"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "requirement", "scope", "start"], name="one_span_per_first_day"
            )
        ]
        indexes = [models.Index(fields=["requirement", "state", "start", "until"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.requirement} {self.state} from {self.start:%Y-%m-%d}"
