"""The catalogue: who issues credentials, and which kinds there are."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Issuer(models.Model):
    """Who issues credentials: a board, a certification body, a course provider."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    jurisdiction = models.CharField(_("state"), max_length=2, blank=True)
    lookup_url = models.URLField(_("where to verify"), blank=True)

    class Meta:
        verbose_name = _("issuer")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CredentialType(models.Model):
    """A kind of credential, with the facts of its catalogue entry and where they come from."""

    class Kind(models.TextChoices):
        LICENSE = "license", _("license")
        CERTIFICATION = "certification", _("certification")
        CARD = "card", _("card")
        AWARD = "award", _("award")

    class Confidence(models.TextChoices):
        HIGH = "high", _("high")
        MEDIUM = "medium", _("medium")
        LOW = "low", _("needs checking")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=40)
    qualification_code = models.CharField(
        _("qualification"),
        max_length=60,
        editable=False,
        help_text=_("What holding it is evidence for. Fixed with the first save, whatever is renamed later."),
    )
    kind = models.CharField(max_length=14, choices=Kind)
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="credential_types")
    field = models.SlugField(_("field"), max_length=30, blank=True)
    needs_jurisdiction = models.BooleanField(default=False)
    jurisdiction = models.CharField(
        max_length=2, blank=True, help_text=_("The one state of a catalogue entry, if it has one.")
    )
    expires = models.BooleanField(default=True)
    valid_months = models.PositiveSmallIntegerField(null=True, blank=True)
    renewal_hours = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    category_minimums = models.JSONField(default=list, blank=True)
    primary_source_required = models.BooleanField(
        default=False, help_text=_("The law asks for it: check at the primary source at hire and renewal.")
    )
    notes = models.TextField(blank=True)
    source = models.TextField(_("source"), blank=True)
    confidence = models.CharField(max_length=8, choices=Confidence, default=Confidence.MEDIUM)
    checked_on = models.DateField(_("last checked on"), null=True, blank=True)

    class Meta:
        verbose_name = _("credential type")
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.qualification_code:
            parts = [self.kind, self.short_name, self.jurisdiction]
            self.qualification_code = ":".join(filter(None, parts))
        super().save(*args, **kwargs)
