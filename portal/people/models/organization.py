"""Teams, who leads them, who works in them, and who stands in for whom."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.people.models.fact import DatedFact, ends_after_start
from portal.people.models.person import Person, Profession


class Team(models.Model):
    """A place in the organization: TeamPlace says below which, TeamLead who leads it."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("team")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TeamPlace(DatedFact):
    """Below which other team a team lies, over days; without a row it is a top team."""

    circle = Circle.CARD
    concerns_everybody = recomputes_everybody = True

    team = models.ForeignKey(Team, models.PROTECT, related_name="places")
    parent = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("part of")
    )

    class Meta:
        verbose_name = _("place of a team")
        constraints = [
            ends_after_start("teamplace"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("team")),
                name="team_is_not_its_own_parent",
                violation_error_message=_("A team cannot lie below itself."),
            ),
        ]
        indexes = [models.Index(fields=["team", "starts_on"])]

    def __str__(self) -> str:
        return f"{self.team}: {self.parent or '-'}"


class TeamLead(DatedFact):
    """Who leads a team, or acts in the lead's place, over days."""

    circle = Circle.CARD

    team = models.ForeignKey(Team, models.PROTECT, related_name="leads")
    person = models.ForeignKey(Person, models.PROTECT, related_name="leads")
    acting = models.BooleanField(_("acting"), default=False)

    class Meta:
        verbose_name = _("team lead")
        constraints = [ends_after_start("teamlead")]
        indexes = [models.Index(fields=["team", "starts_on"]), models.Index(fields=["person"])]

    def __str__(self) -> str:
        return f"{self.team}: {self.person}"


class Position(DatedFact):
    """Work in a team. Several at once are possible; exactly one is primary on any day of employment."""

    circle = Circle.CARD

    class WorkSetting(models.TextChoices):
        TELEPHONIC = "telephonic", _("telephonic")
        FIELD = "field", _("field and home visits")
        CLINIC = "clinic", _("clinic")
        HOSPITAL = "hospital", _("hospital")
        OFFICE = "office", _("office")

    class EmploymentType(models.TextChoices):
        FULL_TIME = "full_time", _("full time")
        PART_TIME = "part_time", _("part time")
        PER_DIEM = "per_diem", _("per diem")

    person = models.ForeignKey(Person, models.PROTECT, related_name="positions")
    team = models.ForeignKey(Team, models.PROTECT, related_name="positions")
    title = models.CharField(_("title"), max_length=120)
    profession = models.ForeignKey(Profession, models.PROTECT, null=True, blank=True, related_name="+")
    work_setting = models.CharField(max_length=12, choices=WorkSetting, default=WorkSetting.OFFICE)
    employment_type = models.CharField(
        max_length=12, choices=EmploymentType, default=EmploymentType.FULL_TIME
    )
    states_served = models.JSONField(
        _("states served"), default=list, blank=True, help_text=_("Two-letter codes, sorted.")
    )
    supervisor = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="supervised_positions"
    )
    is_primary = models.BooleanField(_("primary position"), default=True)

    class Meta:
        verbose_name = _("position")
        constraints = [
            ends_after_start("position"),
            models.CheckConstraint(
                condition=Q(supervisor__isnull=True) | ~Q(supervisor=models.F("person")),
                name="position_is_not_its_own_supervisor",
                violation_error_message=_("Nobody is their own supervisor."),
            ),
        ]
        indexes = [models.Index(fields=["person", "starts_on"]), models.Index(fields=["team", "starts_on"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.title}"


class Delegation(DatedFact):
    """A supervisor's work is done by another for some days."""

    circle = Circle.CARD

    person = models.ForeignKey(Person, models.PROTECT, related_name="delegations")
    delegate = models.ForeignKey(Person, models.PROTECT, related_name="delegated_to_me")

    class Meta:
        verbose_name = _("delegation")
        constraints = [
            ends_after_start("delegation"),
            models.CheckConstraint(
                condition=~Q(person=models.F("delegate")), name="delegation_is_to_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.delegate}"
