"""Employment, absence, and removal from patient work: dated facts about a person's time here."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.people.models.fact import DatedFact, ends_after_start
from portal.people.models.person import Person


class Employment(DatedFact):
    """The days a person is employed. A rehire is a second row."""

    circle = Circle.STANDING
    restricted_fields = ("end_reason",)

    class Kind(models.TextChoices):
        EMPLOYEE = "employee", _("employee")
        CONTRACTOR = "contractor", _("contractor")
        AGENCY = "agency", _("agency")
        STUDENT = "student", _("student")

    person = models.ForeignKey(Person, models.PROTECT, related_name="employments")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.EMPLOYEE)
    end_reason = models.CharField(_("reason for leaving"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("employment")
        constraints = [ends_after_start("employment")]
        indexes = [models.Index(fields=["person", "starts_on"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.starts_on:%Y-%m-%d} {self.get_kind_display()}"


class AbsenceKind(models.Model):
    """A kind of leave. What it does to the clock is dated: see AbsenceKindRule."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("kind of absence")
        verbose_name_plural = _("kinds of absence")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AbsenceKindRule(DatedFact):
    """Whether a kind of absence stops the clock, and from what length, for absences that begin on these days.

    A kind without a rule lets the clock run.
    """

    circle = Circle.RESTRICTED
    concerns_everybody = recomputes_everybody = True

    kind = models.ForeignKey(AbsenceKind, models.PROTECT, related_name="rules")
    stops_clock = models.BooleanField(_("stops the clock"), default=False)
    stops_from_days = models.PositiveSmallIntegerField(
        _("from a length of (days)"), default=0, help_text=_("Shorter absences do not stop the clock.")
    )

    class Meta:
        verbose_name = _("rule of a kind of absence")
        constraints = [ends_after_start("absencekindrule")]

    def __str__(self) -> str:
        return str(self.kind)

    def stops(self, first: date, last: date | None) -> bool:
        """Does an absence of these days (both inclusive) stop the clock?"""
        return self.stops_clock and (last is None or (last - first).days + 1 >= self.stops_from_days)


class Absence(DatedFact):
    """Days a person is away. Kind, reason and history are HR's alone; others see away, and back when."""

    circle = Circle.STANDING
    restricted_fields = ("kind", "reason")

    person = models.ForeignKey(Person, models.PROTECT, related_name="absences")
    kind = models.ForeignKey(AbsenceKind, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("absence")
        constraints = [ends_after_start("absence")]
        indexes = [models.Index(fields=["person", "starts_on"])]

    def __str__(self) -> str:
        # The log of changes shows this to others than HR: no kind in it.
        return f"{self.person}: {self.starts_on:%Y-%m-%d}"


class PatientWorkRemoval(DatedFact):
    """Removed from patient work: a decision of its own, whatever the licenses say."""

    circle = Circle.STANDING
    restricted_fields = ("reason",)

    person = models.ForeignKey(Person, models.PROTECT, related_name="removals")

    class Meta:
        verbose_name = _("removal from patient work")
        verbose_name_plural = _("removals from patient work")
        constraints = [ends_after_start("patientworkremoval")]

    def __str__(self) -> str:
        return f"{self.person}: {self.starts_on:%Y-%m-%d}"
