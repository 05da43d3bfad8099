"""Requirement: who needs which qualification, from when, how often; in versions."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.people.models.fact import RecordedFact
from portal.standing.models.qualification import Qualification


class Requirement(models.Model):
    """An item to keep current. What it demands is in its versions."""

    class Group(models.TextChoices):
        LICENSE = "license", _("License and certification")
        TRAINING = "training", _("Training")
        EVALUATION = "evaluation", _("Evaluation")
        OTHER = "other", _("Other")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    group = models.CharField(_("group"), max_length=12, choices=Group, default=Group.OTHER)
    help_text = models.TextField(_("what to do"), blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("requirement")
        ordering = ["group", "position", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def heading(self) -> str:
        return self.short_name or self.name


class EvidenceLevel(models.TextChoices):
    CLAIMED = "claimed", _("claimed")
    SEEN = "seen", _("seen")
    VERIFIED = "verified", _("verified")


class RequirementVersion(RecordedFact):
    """What a requirement demands from a day on, until the next version that counts begins.

    The meaning of every column is that of portal.standing.engine.timeline.
    """

    concerns_everybody = True

    class Severity(models.TextChoices):
        BLOCKS = "blocks", _("blocks practice")
        MANDATORY = "mandatory", _("mandatory")
        RECOMMENDED = "recommended", _("recommended")

    class Responsible(models.TextChoices):
        HOLDER = "holder", _("the person")
        SUPERVISOR = "supervisor", _("the supervisor")
        HR = "hr", _("HR")

    class Anchor(models.TextChoices):
        HIRE = "hire", _("hire")
        PRESENCE_START = "presence_start", _("the day it first applied")
        REQUIREMENT_START = "requirement_start", _("the day the requirement began")
        FIXED_DATE = "fixed_date", _("a fixed date")

    class Recurrence(models.TextChoices):
        ONCE = "once", _("once")
        OWN_VALIDITY = "own_validity", _("as long as it says")
        EVERY_MONTHS = "every_months", _("every so many months")
        EACH_YEAR = "each_year", _("once in each year")
        FIXED_DAY = "fixed_day", _("by a fixed day of each year")
        HIRE_ANNIVERSARY = "hire_anniversary", _("by the hire date of each year")

    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    starts_on = models.DateField(_("from"))
    severity = models.CharField(max_length=12, choices=Severity, default=Severity.MANDATORY)
    responsible = models.CharField(max_length=12, choices=Responsible, default=Responsible.HOLDER)
    waiver_clears = models.BooleanField(
        default=False, help_text=_("A waiver counts as cleared to work, where it blocks practice.")
    )
    audience = models.JSONField(_("audience"), default=dict)
    per_state = models.BooleanField(
        _("per state served"), default=False, help_text=_("Asked once for each state a position serves.")
    )
    bridge_days = models.PositiveSmallIntegerField(
        _("bridged gap (days)"),
        default=0,
        help_text=_("Gaps in presence up to this length do not start the clock again."),
    )
    level = models.CharField(max_length=10, choices=EvidenceLevel, default=EvidenceLevel.VERIFIED)
    due_anchor = models.CharField(max_length=20, choices=Anchor, default=Anchor.HIRE)
    due_date = models.DateField(null=True, blank=True)
    due_months = models.SmallIntegerField(default=0)
    due_days = models.SmallIntegerField(default=0)
    notice_days = models.PositiveSmallIntegerField(default=0)
    return_notice_days = models.PositiveSmallIntegerField(default=0)
    recurrence = models.CharField(max_length=20, choices=Recurrence, default=Recurrence.ONCE)
    recurrence_months = models.PositiveSmallIntegerField(null=True, blank=True)
    recurrence_month = models.PositiveSmallIntegerField(null=True, blank=True)
    recurrence_day = models.PositiveSmallIntegerField(null=True, blank=True)
    round_to_month_end = models.BooleanField(default=False)
    window_days = models.PositiveSmallIntegerField(default=0)
    early_renewal_counts_from_expiry = models.BooleanField(default=False)
    grace_months = models.PositiveSmallIntegerField(default=0)
    grace_days = models.PositiveSmallIntegerField(default=0)
    counts_from_hire_days_before = models.PositiveSmallIntegerField(null=True, blank=True)
    counts_from_date = models.DateField(null=True, blank=True)
    counts_from_edition = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("version of a requirement")
        ordering = ["requirement", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["requirement", "starts_on"],
                condition=Q(superseded_at__isnull=True),
                name="one_version_per_first_day",
            ),
            models.CheckConstraint(
                condition=~Q(due_anchor="fixed_date") | Q(due_date__isnull=False),
                name="requirementversion_fixed_date_is_stated",
            ),
            models.CheckConstraint(
                condition=~Q(recurrence="every_months") | Q(recurrence_months__gte=1),
                name="requirementversion_months_are_stated",
            ),
            models.CheckConstraint(
                condition=~Q(recurrence="each_year") | Q(recurrence_month__range=(1, 12)),
                name="requirementversion_start_month_is_stated",
            ),
            models.CheckConstraint(
                condition=~Q(recurrence="fixed_day")
                | Q(recurrence_month__range=(1, 12), recurrence_day__range=(1, 31)),
                name="requirementversion_fixed_day_is_stated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement}, version {self.number}"

    @classmethod
    def demand_fields(cls) -> tuple[models.Field[Any, Any], ...]:
        """The columns that say what is demanded: all but whose version it is, from when, and its recording."""
        other = {f.name for f in RecordedFact._meta.fields} | {
            "id",
            "requirement",
            "number",
            "starts_on",
        }
        return tuple(f for f in cls._meta.concrete_fields if f.name not in other)

    def demands(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in self.demand_fields()}

    def accepted_values(self) -> list[dict[str, Any]]:
        """What the version accepts, as rows of another version would be made; of an unsaved one too."""
        if not self.pk:
            source = self.__dict__.get("children_of")
            return source.accepted_values() if source is not None else []
        return [row.as_values() for row in self.accepted.all()]

    def take_children_of(self, source: Any) -> None:
        """Accept what `source` (a version, or a draft of one) accepts."""
        rows = (AcceptedQualification(version=self, **values) for values in source.accepted_values())
        AcceptedQualification.objects.bulk_create(rows)

    @property
    def blocks_practice(self) -> bool:
        return self.severity == self.Severity.BLOCKS


class AcceptedQualification(models.Model):
    """What a version accepts: any one of these is enough."""

    version = models.ForeignKey(RequirementVersion, models.PROTECT, related_name="accepted")
    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="accepted_by")
    level = models.CharField(
        max_length=10,
        choices=EvidenceLevel,
        blank=True,
        help_text=_("Lowest level, where it is not the version's."),
    )
    term_months = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("A term of its own, in months from the day it was done.")
    )
    renewal_only = models.BooleanField(
        default=False, help_text=_("Counts only while an earlier one is good.")
    )

    class Meta:
        verbose_name = _("accepted qualification")
        constraints = [
            models.UniqueConstraint(fields=["version", "qualification"], name="accepted_once_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.qualification}"

    def as_values(self) -> dict[str, Any]:
        """Every column but the version's, as another version takes it over."""
        fields = (f for f in self._meta.concrete_fields if f.name not in ("id", "version"))
        return {field.attname: getattr(self, field.attname) for field in fields}
