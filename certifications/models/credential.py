"""Credentials: who holds which, under which number, and each term of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certifications.models.catalog import CredentialType
from portal.circles import Circle
from portal.files.models import StoredFile
from portal.people.models import Change
from portal.people.models.change import Inserted, still_stands

if TYPE_CHECKING:
    from portal.people.access.viewer import Viewer

EXPIRES_BEFORE_FIRST = _("The expiration date lies before the first day.")


def number_key(number: str) -> str:
    """A license number for comparison: letters and digits only, upper case, at most 60 of them."""
    # One letter may become several: ß is SS.
    return re.sub(r"[^0-9A-Z]", "", number.upper())[:60]


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
    withdrawn_in = models.ForeignKey(
        Change, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

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


class PeriodQuerySet(models.QuerySet[Any]):
    def standing(self, *, without: Iterable[Change] = ()) -> Self:
        """Without those whose submit was taken back: they never were."""
        return self.filter(still_stands("inserted_in", without=without))


class Period(Inserted):
    """One term of a credential as somebody claimed it. A renewal is a new period; none is overwritten.

    A claim that the source refused and that is sent again is a period of its own, with the same days.
    """

    circle = Circle.STANDING

    credential = models.ForeignKey(Credential, models.PROTECT, related_name="periods")
    issued_on = models.DateField(_("first day"))
    expires_on = models.DateField(_("last good day"), null=True, blank=True)
    never_expires = models.BooleanField(_("never expires"), default=False)
    card = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        ordering = ["credential", "-issued_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="period_expires_after_it_is_issued",
                violation_error_message=EXPIRES_BEFORE_FIRST,
            ),
            models.CheckConstraint(
                condition=Q(never_expires=False) | Q(expires_on__isnull=True),
                name="period_never_expires_or_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credential} from {self.issued_on:%Y-%m-%d}"

    @property
    def subject(self) -> str:
        """What the evidence of this term is about."""
        return f"period:{self.pk}"
