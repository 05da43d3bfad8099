"""What the alert ladder has told, and when it ran."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.standing.models.requirement import Requirement


class LadderStage(models.Model):
    """A stage that was crossed and told to one role: told once, ever, whoever is in that role when."""

    circle = Circle.STANDING

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="+")
    scope = models.CharField(max_length=2, blank=True)
    deadline = models.DateField()
    stage = models.SmallIntegerField(help_text=_("Days before the deadline; negative: weeks after, times 7."))
    role = models.CharField(max_length=10, help_text=_("As the ladder names it: see engine/ladder.py."))
    told_on = models.DateField()
    sent = models.BooleanField(default=True, help_text=_("False: counted as told when alerts went live."))

    class Meta:
        verbose_name = _("ladder stage")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "requirement", "scope", "deadline", "stage", "role"],
                name="ladder_stage_is_told_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.requirement} {self.stage}"


class AlertRun(models.Model):
    """One daily scan: for which day, when, what it found. The page and /readyz read its age."""

    on = models.DateField(unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    crossed = models.PositiveIntegerField(default=0)
    owed = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(
        default=0, help_text=_("Items whose alert could not be worked out; tried again with the next run.")
    )
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("alert run")
        ordering = ["-on"]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d}"
