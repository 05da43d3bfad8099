"""Verification: each check of a term at its source."""

from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certifications.models.credential import Period
from portal.circles import Circle
from portal.files.models import StoredFile
from portal.people.models import Change
from portal.people.models.change import Inserted, still_stands


class VerificationQuerySet(models.QuerySet[Any]):
    def standing(self, *, without: Iterable[Change] = ()) -> Self:
        """Without looks that were taken back: they never were."""
        return self.filter(still_stands("inserted_in", without=without))


class Verification(Inserted):
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
    license_status = models.CharField(
        max_length=12, choices=Status, blank=True, help_text=_("Empty where the source does not know it.")
    )
    encumbered = models.BooleanField(_("board action on record"), default=False)
    multistate = models.BooleanField(default=False)
    effective_on = models.DateField(_("first day, by the source"), null=True, blank=True)
    expires_on = models.DateField(_("last good day, by the source"), null=True, blank=True)
    never_expires = models.BooleanField(default=False)
    last_good_day = models.DateField(
        _("last good day"),
        null=True,
        blank=True,
        help_text=_("Where the look ended what was good: the day before it changed, or before the look."),
    )
    proof = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    verified_on = models.DateField(_("looked up on"))
    verified_at = models.DateTimeField(default=timezone.now, editable=False)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = VerificationQuerySet.as_manager()

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
