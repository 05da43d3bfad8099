"""Job: work that must happen, as a row. A Celery message is only the doorbell."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.lease import Lease, LeaseQuerySet

if TYPE_CHECKING:
    from portal.people.access.viewer import Viewer


class JobQuerySet(LeaseQuerySet):
    def visible_to(self, viewer: Viewer) -> Self:
        """HR for everybody and site admins see all; others, HR of a scope too, what they asked for."""
        return self if viewer.keeps_organization else self.filter(asked_by=viewer.person)


class Job(Lease):
    """Kind, key and the hash of the arguments name the work; asking for it twice finds the row that is there."""

    circle = Circle.RESTRICTED

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    ENDED = (State.DONE, State.FAILED)
    WAITS_AS, LEASED_AS, FAILED_AS = State.QUEUED, State.RUNNING, State.FAILED
    LEASE = timedelta(minutes=5)
    MAX_ATTEMPTS = 6
    # Work that has not ended by then hangs: its lease is no longer renewed.
    LONGEST = timedelta(hours=2)

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    arguments = models.JSONField(default=dict)
    arguments_sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    done_steps = models.PositiveIntegerField(default=0)
    all_steps = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key", "arguments_sha256"], name="job_is_asked_for_once")
        ]
        indexes = [models.Index(fields=["state", "not_before"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def has_ended(self) -> bool:
        return self.state in Job.ENDED
