"""Compacts: agreements between states by which a license of one gives the right to practice in all."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.people.models.fact import DatedFact, ends_after_start


class Compact(models.Model):
    """An agreement between states, such as the nurse licensure compact."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("compact")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CompactMembership(DatedFact):
    """A state that is in a compact, over days, as far as the catalogue or HR knew it."""

    circle = Circle.CARD

    compact = models.ForeignKey(Compact, models.PROTECT, related_name="members")
    state = models.CharField(_("state"), max_length=2)

    class Meta:
        verbose_name = _("member of a compact")
        verbose_name_plural = _("members of a compact")
        constraints = [ends_after_start("compactmembership")]
        indexes = [models.Index(fields=["compact", "state"])]

    def __str__(self) -> str:
        return f"{self.compact}: {self.state}"
