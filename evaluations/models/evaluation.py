"""Evaluation: a form frozen at launch, parts by rater, answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.models.form import FormTemplate
from portal.circles import Circle

if TYPE_CHECKING:
    from portal.people.access.viewer import Viewer


class EvaluationQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: Viewer) -> Self:
        """The person, the rater, the own line upward and HR; an auditor within an engagement.

        An auditor sees that it exists, where it stands and when: see readable_by.
        """
        return self.filter(viewer.standing_q("person_id") | self._rated_by(viewer)).distinct()

    def readable_by(self, viewer: Viewer) -> Self:
        """As visible_to, with ratings, comments and documents: auditors only where the engagement says so."""
        return self.filter(viewer.evaluation_q("person_id") | self._rated_by(viewer)).distinct()

    def _rated_by(self, viewer: Viewer) -> Q:
        """What the viewer rates in the present round. Who has left rates nothing."""
        if not viewer.is_employed:
            return Q(pk__in=[])
        return Q(parts__rater=viewer.person, parts__round=F("round"))

    def open(self) -> Self:
        return self.exclude(state__in=[Evaluation.State.CLOSED, Evaluation.State.CANCELLED])


class Evaluation(models.Model):
    """One evaluation of one person over one period. Closed ones are closed in the database too."""

    circle = Circle.STANDING

    class State(models.TextChoices):
        SELF = "self", _("Self-evaluation")
        RATING = "rating", _("Supervisor's rating")
        SHARED = "shared", _("Shared, awaiting acknowledgement")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    code = models.CharField(max_length=16, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="evaluations")
    template = models.ForeignKey(FormTemplate, models.PROTECT, related_name="evaluations")
    form = models.JSONField(_("form as launched"))
    form_sha256 = models.CharField(max_length=64)
    form_code = models.SlugField(_("form"), max_length=60)
    form_version = models.PositiveSmallIntegerField(_("version of the form"))
    title = models.CharField(max_length=200)
    qualification_code = models.CharField(
        max_length=120, help_text=_("What closing it is evidence for, as the form said at launch.")
    )
    self_hidden_until_rated = models.BooleanField(default=False)
    period_from = models.DateField(_("period from"))
    period_to = models.DateField(_("period to"))
    due_on = models.DateField(_("due"))
    state = models.CharField(max_length=10, choices=State, default=State.SELF)
    round = models.PositiveSmallIntegerField(
        default=1,
        help_text=_("Grows when it is opened again after sharing: each round has its own signatures."),
    )
    launched_at = models.DateTimeField(default=timezone.now, editable=False)
    launched_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.TextField(blank=True)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        ordering = ["-due_on", "person__last_name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")), name="evaluation_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | ~Q(state="closed") & Q(closed_at__isnull=True),
                name="evaluation_closed_has_a_time",
            ),
            models.UniqueConstraint(
                fields=["person", "form_code", "period_from", "period_to"],
                condition=~Q(state="cancelled") & Q(supersedes__isnull=True),
                name="one_evaluation_per_person_form_and_period",
                violation_error_message=_("This person already has this evaluation for this period."),
            ),
        ]
        indexes = [models.Index(fields=["person", "state"]), models.Index(fields=["state", "due_on"])]

    def __str__(self) -> str:
        return f"{self.title}: {self.person}"
