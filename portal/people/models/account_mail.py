"""Mail about signing in: a password to reset, an address to confirm, a change to be told of."""

import uuid
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.lease import Lease, LeaseQuerySet
from portal.people.models.invitation import Invitation
from portal.people.models.person import Person


class AccountMail(Lease):
    """One mail owed. It holds no link and no token: the worker makes them when it sends.

    `person` is empty where an address was typed that the request must not look up (a reset).
    `facts` is plain JSON for the letter: when, from where.
    """

    circle = Circle.RESTRICTED

    class Kind(models.TextChoices):
        RESET = "reset", _("link to choose a new password")
        CONFIRM = "confirm", _("link to confirm an address")
        INVITATION = "invitation", _("invitation")
        ADDRESS_CHANGED = "address_changed", _("e-mail address changed")
        PASSWORD_CHANGED = "password_changed", _("password changed")
        TOTP_ON = "totp_on", _("authenticator app added")
        TOTP_OFF = "totp_off", _("authenticator app removed")
        PASSKEY_ADDED = "passkey_added", _("passkey added")
        PASSKEY_REMOVED = "passkey_removed", _("passkey removed")
        RECOVERY_CODES = "recovery_codes", _("new recovery codes")

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("no longer needed")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    address = models.EmailField(_("to"))
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="account_mail")
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, related_name="mails")
    facts = models.JSONField(default=dict)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    WAITS_AS, LEASED_AS, FAILED_AS = State.PENDING, State.SENDING, State.FAILED
    LEASE, MAX_ATTEMPTS = timedelta(minutes=5), 8

    objects = LeaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail about an account")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["state", "not_before"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.get_state_display()})"

    @property
    def message_id(self) -> str:
        """The same for every attempt, so that a mail sent twice is shown once."""
        return f"<{self.uid}@preceptor>"
