"""Rounds of an evaluation, the parts written in them, and their answers."""

from __future__ import annotations

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.models.evaluation import Evaluation
from portal.circles import Circle


class Round(models.Model):
    """One pass from writing to an ending. What was signed in it stands for ever; a later round begins anew."""

    circle = Circle.STANDING

    class Ending(models.TextChoices):
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        REFUSED = "refused", _("Declined to sign")
        GONE = "gone", _("Left before acknowledging")
        RECALLED = "recalled", _("Taken back before it was opened")
        CORRECTED = "corrected", _("Taken back for a correction")
        CANCELLED = "cancelled", _("Cancelled")

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField(default=timezone.now, editable=False)
    reason = models.TextField(blank=True, help_text=_("Why it was opened again; empty for the first."))
    shared_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the person first opened what was shared.")
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=12, choices=Ending, blank=True)

    class Meta:
        verbose_name = _("round")
        ordering = ["evaluation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="one_round_per_number"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ending="") | Q(ended_at__isnull=False) & ~Q(ending=""),
                name="round_ends_somehow",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation}, round {self.number}"


class PartQuerySet(models.QuerySet[Any]):
    def current(self) -> Self:
        """Those that count in the present round: its own, and the self-evaluation."""
        return self.filter(Q(role=Part.Role.SELF) | Q(round=F("evaluation__round")))


class Part(models.Model):
    """What one rater says. Every answer row is made with the part, and all are closed when it is signed.

    The self-evaluation is written in the first round and stays; each round has a supervisor's part.
    """

    circle = Circle.STANDING

    class Role(models.TextChoices):
        SELF = "self", _("Self-evaluation")
        SUPERVISOR = "supervisor", _("Supervisor")

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="parts")
    round = models.PositiveSmallIntegerField(default=1)
    role = models.CharField(max_length=12, choices=Role)
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="rated_parts")
    revision = models.PositiveIntegerField(
        default=0, help_text=_("Grows with each save: a second window cannot overwrite the first.")
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    overall = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part")
        ordering = ["evaluation", "role", "round"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "round", "role"], name="one_part_per_round_and_role"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(closed_at__isnull=False),
                name="part_signed_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evaluation}: {self.get_role_display()}"


class Answer(models.Model):
    """A rating or a text for one item, found by the item's stable id."""

    circle = Circle.STANDING

    part = models.ForeignKey(Part, models.PROTECT, related_name="answers")
    item = models.SlugField(max_length=60)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    not_applicable = models.BooleanField(default=False)
    text = models.TextField(blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("answer")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["part", "item"], name="one_answer_per_item"),
            models.CheckConstraint(
                condition=Q(not_applicable=False) | Q(rating__isnull=True),
                name="answer_is_rated_or_not_applicable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part}: {self.item}"
