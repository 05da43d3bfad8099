"""Credentials: who issues what, who holds it, each term of it, and each check at the source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.files.models import StoredFile

if TYPE_CHECKING:
    from portal.people.access.viewer import Viewer


def number_key(number: str) -> str:
    """A license number for comparison: letters and digits only, upper case."""
    return re.sub(r"[^0-9A-Z]", "", number.upper())


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


class CredentialQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.standing_q("person_id"))


class Credential(models.Model):
    """A person's license or certification, whatever its terms. The number is kept as written."""

    circle = Circle.STANDING

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="credentials")
    type = models.ForeignKey(CredentialType, models.PROTECT, related_name="credentials")
    jurisdiction = models.CharField(_("state"), max_length=2, blank=True)
    number = models.CharField(_("number"), max_length=60, blank=True)
    number_key = models.CharField(max_length=60, blank=True, editable=False)
    name_on_it = models.CharField(_("name on it"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text=_("Entered by mistake."))

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("credential")
        ordering = ["type__name", "jurisdiction", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "jurisdiction", "number_key"],
                condition=~Q(number_key="") & Q(withdrawn_at__isnull=True),
                name="one_credential_per_number",
                violation_error_message=_("This number is already on record for this kind of credential."),
            )
        ]
        indexes = [models.Index(fields=["person"])]

    def __str__(self) -> str:
        return f"{self.type.short_name} {self.jurisdiction}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.number_key = number_key(self.number)
        super().save(*args, **kwargs)


class Period(models.Model):
    """One term of a credential as somebody claimed it. A renewal is a new period; none is overwritten."""

    circle = Circle.STANDING

    credential = models.ForeignKey(Credential, models.PROTECT, related_name="periods")
    issued_on = models.DateField(_("first day"))
    expires_on = models.DateField(_("last good day"), null=True, blank=True)
    never_expires = models.BooleanField(_("never expires"), default=False)
    card = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("term")
        ordering = ["credential", "-issued_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="period_expires_after_it_is_issued",
                violation_error_message=_("The expiration date lies before the first day."),
            ),
            models.CheckConstraint(
                condition=Q(never_expires=False) | Q(expires_on__isnull=True),
                name="period_never_expires_or_has_an_end",
            ),
            models.UniqueConstraint(
                fields=["credential", "issued_on", "expires_on"],
                name="one_period_per_term",
                violation_error_message=_("This term is already on record."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credential} from {self.issued_on:%Y-%m-%d}"

    @property
    def subject(self) -> str:
        """What the evidence of this term is about."""
        return f"period:{self.pk}"


class Verification(models.Model):
    """One look at the primary source (or at the card): who, when, how, what it said. Append-only."""

    circle = Circle.STANDING

    class Method(models.TextChoices):
        WEB = "web", _("issuer's web site")
        PHONE = "phone", _("telephone, with the person spoken to")
        LETTER = "letter", _("letter or e-mail from the issuer")
        API = "api", _("automatic look-up")
        CARD = "card", _("card seen")

    class Result(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        NOT_FOUND = "not_found", _("not found")
        DIFFERENT = "different", _("found, but different")

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        PROBATION = "probation", _("probation")
        RESTRICTED = "restricted", _("restricted")
        SUSPENDED = "suspended", _("suspended")
        SURRENDERED = "surrendered", _("surrendered")
        INACTIVE = "inactive", _("inactive")
        EXPIRED = "expired", _("expired")

    # With these the holder may practice; the others end what was good.
    GOOD = frozenset({Status.ACTIVE, Status.PROBATION, Status.RESTRICTED})

    period = models.ForeignKey(Period, models.PROTECT, related_name="verifications")
    result = models.CharField(max_length=10, choices=Result, default=Result.CONFIRMED)
    method = models.CharField(max_length=6, choices=Method)
    source_name = models.CharField(_("source"), max_length=200)
    source_url = models.URLField(_("address"), blank=True)
    spoken_to = models.CharField(_("person spoken to"), max_length=120, blank=True)
    number_searched = models.CharField(max_length=60, blank=True)
    license_status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    encumbered = models.BooleanField(_("board action on record"), default=False)
    multistate = models.BooleanField(default=False)
    effective_on = models.DateField(_("first day, by the source"), null=True, blank=True)
    expires_on = models.DateField(_("last good day, by the source"), null=True, blank=True)
    never_expires = models.BooleanField(default=False)
    proof = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    verified_on = models.DateField(_("looked up on"))
    verified_at = models.DateTimeField(default=timezone.now, editable=False)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("verification")
        ordering = ["-verified_on", "-id"]

    def __str__(self) -> str:
        return f"{self.period}: {self.get_result_display()}"

    @property
    def is_primary_source(self) -> bool:
        return self.method != self.Method.CARD

    @property
    def is_good(self) -> bool:
        """The source knows it, with a status that lets the holder practice."""
        return self.result != self.Result.NOT_FOUND and self.license_status in self.GOOD
