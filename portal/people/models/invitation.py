"""Opening an account: HR's invitation link, or a one-time code on paper."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.people.models.person import Person


class Invitation(models.Model):
    """One way in, once. Only a hash of the secret is kept."""

    circle = Circle.RESTRICTED

    class Kind(models.TextChoices):
        LINK = "link", _("link, handed over")
        MAIL = "mail", _("link by e-mail")
        PAPER = "paper", _("code on paper")

    person = models.ForeignKey(Person, models.PROTECT, related_name="invitations")
    kind = models.CharField(max_length=6, choices=Kind)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")

    def __str__(self) -> str:
        return f"{self.person} ({self.get_kind_display()})"


class CodeTry(models.Model):
    """Wrong codes typed for one employee number from one address; both are kept as keyed hashes.

    A row also exists for numbers that nobody has: the answer tells no stranger which numbers exist.
    """

    number_hash = models.CharField(max_length=64)
    address_hash = models.CharField(max_length=64)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("wrong codes")
        constraints = [
            models.UniqueConstraint(
                fields=["number_hash", "address_hash"], name="one_count_per_number_and_address"
            )
        ]
        indexes = [models.Index(fields=["address_hash", "last_at"]), models.Index(fields=["last_at"])]

    def __str__(self) -> str:
        return f"{self.failures}"
