"""Waiver and extension: dated exceptions for one person and one requirement."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.people.models.fact import DatedFact, ends_after_start
from portal.standing.models.requirement import Requirement


class Waiver(DatedFact):
    """Excused for some days. That there is one is the standing circle's; the reason is HR's."""

    circle = Circle.STANDING
    restricted_fields = ("reason",)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="waivers")
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="waivers")
    scope = models.CharField(_("state"), max_length=2, blank=True, help_text=_("Empty: every state."))

    class Meta:
        verbose_name = _("waiver")
        constraints = [ends_after_start("waiver")]
        indexes = [models.Index(fields=["person", "requirement"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.requirement}"


class Extension(DatedFact):
    """More time: what would be late counts as due on these days."""

    circle = Circle.STANDING
    restricted_fields = ("reason",)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="extensions")
    requirement = models.ForeignKey(Requirement, models.PROTECT, related_name="extensions")
    scope = models.CharField(_("state"), max_length=2, blank=True)

    class Meta:
        verbose_name = _("extension")
        constraints = [ends_after_start("extension")]
        indexes = [models.Index(fields=["person", "requirement"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.requirement}"
