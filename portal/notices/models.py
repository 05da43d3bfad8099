"""Notice: one thing owed to one person. Message: one mail or digest that carries many."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.lease import Lease, LeaseQuerySet

if TYPE_CHECKING:
    from portal.people.access.viewer import Viewer


class NoticeQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: Viewer) -> Self:
        """One's own inbox, and nobody else's."""
        return self.filter(recipient=viewer.person)

    def standing_in_inbox(self) -> Self:
        return self.filter(cancelled_at__isnull=True)

    def unread(self) -> Self:
        return self.standing_in_inbox().filter(read_at__isnull=True)


class Notice(models.Model):
    """Written in its cause's transaction; unique on recipient, kind and key, so owed once."""

    circle = Circle.OWN

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    kind = models.SlugField(_("kind"), max_length=60)
    key = models.CharField(max_length=200)
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="notices_about"
    )
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    url = models.CharField(max_length=300, blank=True)
    action = models.CharField(_("button"), max_length=60, blank=True)
    told_also = models.TextField(blank=True, help_text=_("Who else was told, and what comes next."))
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    change = models.ForeignKey(
        "people.Change",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="notices",
        help_text=_("The change that told it; taking that back corrects what was told."),
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "kind", "key"], name="notice_is_owed_once")
        ]
        indexes = [models.Index(fields=["recipient", "-created_at"])]

    def __str__(self) -> str:
        return self.subject


class Message(Lease):
    """One mail (or one line on a supervisor's list) that carries one or many notices."""

    circle = Circle.OWN

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        IN_PERSON = "in_person", _("told in person by the supervisor")

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        SENDING = "sending", _("being sent")
        CARRIED = "carried", _("on the supervisor's list")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("no longer needed")

    WAITS_AS, LEASED_AS, FAILED_AS = State.PENDING, State.SENDING, State.FAILED
    LEASE = timedelta(minutes=2)
    MAX_ATTEMPTS = 8

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    carrier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="messages_to_pass_on",
        help_text=_("For a person without e-mail: the supervisor who passes it on."),
    )
    notices = models.ManyToManyField(Notice, related_name="messages")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    address = models.EmailField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = LeaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["state", "not_before"])]

    def __str__(self) -> str:
        return f"{self.recipient} {self.get_state_display()}"

    @property
    def message_id(self) -> str:
        """The same for every attempt, so that a mail sent twice is shown once."""
        return f"<{self.uid}@preceptor>"


class Delivery(models.Model):
    """One row: are messages held back or going out? Held on a new or restored installation."""

    class Mode(models.TextChoices):
        HELD = "held", _("held")
        LIVE = "live", _("live")

    mode = models.CharField(max_length=4, choices=Mode, default=Mode.HELD)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    live_since = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_delivery_switch")]

    def __str__(self) -> str:
        return self.get_mode_display()
