"""Qualification: anything a person can be on record for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Qualification(models.Model):
    """A course, a license in a jurisdiction, a certification, a card, a closed evaluation.

    The app that knows it makes it, under a code that it chooses: `license:RN:CA`,
    `certification:CCM`, `course:hipaa-basics`, `evaluation:annual`.
    """

    class Kind(models.TextChoices):
        COURSE = "course", _("course")
        LICENSE = "license", _("license")
        PRIVILEGE = "privilege", _("multistate privilege")
        CERTIFICATION = "certification", _("certification")
        CARD = "card", _("card")
        ATTESTATION = "attestation", _("attestation")
        SCREENING = "screening", _("screening")
        COMPETENCE = "competence", _("observed competence")
        EVALUATION = "evaluation", _("evaluation")
        PATH = "path", _("training path")
        HOURS = "hours", _("hours in a period")

    code = models.CharField(_("code"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    jurisdiction = models.CharField(
        _("jurisdiction"),
        max_length=2,
        blank=True,
        help_text=_("The state in which it is good. Empty: everywhere."),
    )

    class Meta:
        verbose_name = _("qualification")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
