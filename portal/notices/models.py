"""Notice: one thing owed to one person. Message: one mail or digest that carries many."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.lease import Lease, LeaseQuerySet


class NoticeQuerySet(models.QuerySet[Any]):
    def open(self) -> Self:
        """What it asks is not done, and its reason has not gone."""
        return self.filter(settled_at__isnull=True)

    def own(self, person_id: int) -> Self:
        """What is owed to the person by name, not to a queue."""
        return self.filter(role=Notice.Role.PERSON, recipient=person_id)


class Notice(models.Model):
    """Written in its cause's transaction, owed to a person or to a queue.

    Who is in a queue follows from the day on which it is shown or sent (queues.py). Owed once: to a
    person by kind and key, to a queue by whom it is about, kind and key.
    """

    circle = Circle.OWN

    class Role(models.TextChoices):
        PERSON = "person", _("the person")
        SUPERVISOR = "supervisor", _("supervisor")
        NEXT_UP = "next_up", _("next one up")
        HR = "hr", _("HR")
        RATER = "rater", _("rater")

    class Why(models.TextChoices):
        DONE = "done", _("what it asks is done")
        GONE = "gone", _("its reason has gone")
        READ = "read", _("it only informed, and was read")

    role = models.CharField(max_length=10, choices=Role, default=Role.PERSON)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        help_text=_("Empty where it is owed to a queue."),
    )
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="notices_about"
    )
    queue_key = models.CharField(max_length=40, blank=True, help_text=_("Of what one is the rater."))
    kind = models.SlugField(_("kind"), max_length=60)
    key = models.CharField(max_length=200)
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("text"), blank=True)
    url = models.CharField(max_length=300, blank=True)
    action = models.CharField(_("button"), max_length=60, blank=True)
    told_also = models.TextField(blank=True, help_text=_("Who else was told, and what comes next."))
    urgent = models.BooleanField(default=False)
    by_mail = models.BooleanField(default=True, help_text=_("Not only in the inbox."))
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_why = models.CharField(max_length=4, choices=Why, blank=True)
    looked_on = models.DateField(
        null=True, blank=True, help_text=_("The last day on which it was asked who is to be mailed.")
    )
    reaches_nobody = models.BooleanField(default=False, help_text=_("As of that day."))
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
            models.UniqueConstraint(
                fields=["recipient", "kind", "key"],
                condition=Q(role="person"),
                name="notice_is_owed_once",
            ),
            models.UniqueConstraint(
                fields=["role", "about", "kind", "key"],
                condition=~Q(role="person"),
                name="notice_is_owed_to_a_queue_once",
            ),
            models.CheckConstraint(
                condition=Q(role="person", recipient__isnull=False)
                | (~Q(role="person") & Q(recipient__isnull=True, about__isnull=False)),
                name="notice_is_owed_to_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-created_at"]),
            models.Index(fields=["about"], condition=Q(settled_at__isnull=True), name="open_notices_about"),
            models.Index(fields=["kind", "key"]),
            # Counted on each page of those who keep the organization.
            models.Index(
                fields=["role"],
                condition=Q(settled_at__isnull=True, reaches_nobody=True),
                name="open_notices_to_nobody",
            ),
            # What the planner asks for every half minute: few of all that was ever told.
            models.Index(
                fields=["looked_on"],
                condition=Q(settled_at__isnull=True, by_mail=True),
                name="open_notices_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class Message(Lease):
    """One mail (or one line on a supervisor's list) that carries one or many notices to one person."""

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
    # Longer than every step of one mail may take together: see the timeout of the mail server.
    LEASE = timedelta(minutes=5)
    MAX_ATTEMPTS = 8

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="messages")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="messages_passed_on",
        help_text=_("For a person without e-mail: the supervisor who passed it on."),
    )
    digest_on = models.DateField(
        null=True, blank=True, help_text=_("The day whose digest it is; empty where it is urgent alone.")
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    refused = models.BooleanField(default=False, help_text=_("The mail server refused it for good."))
    address = models.EmailField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = LeaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["state", "not_before"])]
        constraints = [models.UniqueConstraint(fields=["recipient", "digest_on"], name="one_digest_a_day")]

    def __str__(self) -> str:
        return f"{self.recipient} {self.get_state_display()}"

    @property
    def message_id(self) -> str:
        """The same for every attempt, so that a mail sent twice is shown once."""
        return f"<{self.uid}@preceptor>"


class Told(models.Model):
    """A notice and one person it reached: in the inbox, opened there, by mail or in person."""

    circle = Circle.OWN

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="told")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="told")
    message = models.ForeignKey(
        Message,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="told",
        help_text=_("What carries it to the person."),
    )
    shown_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True, help_text=_("Or passed on in person."))

    class Meta:
        verbose_name = _("who was told")
        constraints = [models.UniqueConstraint(fields=["notice", "person"], name="told_once_each")]

    def __str__(self) -> str:
        return f"{self.person}: {self.notice}"


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
