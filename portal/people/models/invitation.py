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
        LINK = "link", _("link by e-mail")
        PAPER = "paper", _("code on paper")

    person = models.ForeignKey(Person, models.PROTECT, related_name="invitations")
    kind = models.CharField(max_length=6, choices=Kind)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("invitation")

    def __str__(self) -> str:
        return f"{self.person} ({self.get_kind_display()})"
