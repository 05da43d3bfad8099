"""Where a person stands with a requirement, and is cleared to work, over days: projections, never edited."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.standing.engine.ladder import FIRST_STAGE
from portal.standing.engine.status import Word
from portal.standing.engine.types import State
from portal.standing.models.evidence import Evidence
from portal.standing.models.requirement import Requirement, RequirementVersion
from portal.ui.status import style_of

if TYPE_CHECKING:
    from portal.people.access.viewer import Viewer


class DaysQuerySet(models.QuerySet[Any]):
    """Rows of [start, until) about a person."""

    def on(self, day: date) -> Self:
        """Those that hold the day: one of each person, requirement and scope, or of each state served."""
        return self.filter(start__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))

    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.standing_q("person_id"))


class SpanQuerySet(DaysQuerySet):
    def with_word(self, day: date) -> Self:
        """Each with `word` and `word_rank` on the day (which it holds): engine.status.word_of() in SQL."""
        first = day + timedelta(FIRST_STAGE)
        word = Case(
            When(state=State.MET, deadline__lte=first, then=Value(Word.EXPIRING)),
            When(state=State.OVERDUE, on_file=False, then=Value(Word.MISSING)),
            default=F("state"),
            output_field=models.CharField(),
        )
        ranks = [When(word=value, then=Value(value.rank)) for value in Word]
        return self.annotate(word=word).annotate(
            word_rank=Case(*ranks, default=Value(len(Word)), output_field=models.SmallIntegerField())
        )


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

    good_through = models.DateField(
        null=True,
        blank=True,
        help_text=_("Last day of the unbroken met run. Empty: not met, or met as long as it is asked."),
    )
    deadline = models.DateField(
        null=True, blank=True, help_text=_("The last day in time, to which the alert ladder runs.")
    )
    late_since = models.DateField(
        null=True, blank=True, help_text=_("First day of the unbroken run of grace and overdue days.")
    )
    renewal_waits = models.BooleanField(
        default=False, help_text=_("Met, and followed without a gap by what was sent and is not checked.")
    )
    run_until = models.DateField(
        null=True, blank=True, help_text=_("First day after this state, whatever version is in force.")
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


class ClearanceSpan(models.Model):
    """[start, until): days of employment on which somebody is, or is not, cleared in one state served."""

    circle = Circle.STANDING

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="clearance")
    state = models.CharField(max_length=2, blank=True, help_text=_("Empty: no state is served."))
    start = models.DateField()
    until = models.DateField(null=True, blank=True)
    cleared = models.BooleanField()
    reasons = models.JSONField(
        default=list, help_text=_("Each the columns of portal.standing.engine.clearance.Reason.")
    )
    since = models.DateField(help_text=_("First day of the unbroken run of being, or not being, cleared."))

    objects = DaysQuerySet.as_manager()

    class Meta:
        verbose_name = _("clearance")
        ordering = ["person", "state", "start"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "state", "start"], name="one_clearance_per_state_and_first_day"
            )
        ]
        indexes = [models.Index(fields=["start", "until"], condition=Q(cleared=False), name="not_cleared_on")]

    def __str__(self) -> str:
        return f"{self.person}: {self.state} from {self.start:%Y-%m-%d}"
