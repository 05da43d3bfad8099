"""What learners did: attempt, progress, sittings, completion, certificate. All point at an Edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.circles import Circle
from portal.files.models import StoredFile
from portal.people.models import Change
from portal.people.models.change import Inserted, still_stands
from training.models.edition import Edition

if TYPE_CHECKING:
    from portal.people.access.viewer import Viewer


class AttemptQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.standing_q("person_id"))

    def open(self) -> Self:
        return self.filter(completed_at__isnull=True, abandoned_at__isnull=True)


class Attempt(models.Model):
    """One person's way through one edition. At most one open at a time per person and course."""

    circle = Circle.STANDING

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="attempts")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="attempts")
    course = models.ForeignKey("training.CoursePage", models.PROTECT, related_name="attempts")
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    last_lesson = models.CharField(max_length=40, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    abandoned_at = models.DateTimeField(null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course"],
                condition=Q(completed_at__isnull=True, abandoned_at__isnull=True),
                name="one_open_attempt_per_course",
            )
        ]
        indexes = [models.Index(fields=["person", "course"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.edition}"


class MoreTriesQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.standing_q("attempt__person_id"))

    def counting(self) -> Self:
        """Those whose change has not been taken back."""
        return self.filter(still_stands("inserted_in"))


class MoreTries(Inserted):
    """So many tries at the assessment beyond what the edition allows, given with a reason. Append-only."""

    circle = Circle.STANDING

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="more_tries")
    tries = models.PositiveSmallIntegerField(_("tries"))
    reason = models.TextField(_("reason"))
    granted_on = models.DateField()
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MoreTriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("more tries")
        verbose_name_plural = _("more tries")
        ordering = ["attempt", "recorded_at", "id"]

    def __str__(self) -> str:
        return f"{self.attempt}: {self.tries}"


class LessonProgress(models.Model):
    """A lesson opened and finished. `positions`: id of a video block -> where it was left (seconds)."""

    circle = Circle.STANDING

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="progress")
    lesson = models.CharField(max_length=40)
    opened_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    positions = models.JSONField(default=dict)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("progress")
        constraints = [models.UniqueConstraint(fields=["attempt", "lesson"], name="one_progress_per_lesson")]

    def __str__(self) -> str:
        return f"{self.attempt}: {self.lesson}"


class Sitting(models.Model):
    """One try at the assessment. Answers are kept on the server as they are given."""

    circle = Circle.STANDING

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="sittings")
    number = models.PositiveSmallIntegerField()
    order = models.JSONField(default=list, help_text=_("Question ids in the order asked."))
    shown = models.JSONField(default=dict, help_text=_("Question id: its choice ids in the order shown."))
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    score_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name = _("sitting")
        ordering = ["attempt", "number"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number"], name="one_sitting_per_number"),
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(submitted_at__isnull=True),
                name="one_open_sitting_per_attempt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt}, sitting {self.number}"


class SittingAnswer(models.Model):
    """The choices made for one question; made with the sitting, closed with it."""

    circle = Circle.STANDING

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="answers")
    question = models.CharField(max_length=40)
    chosen = models.JSONField(default=list)
    flagged = models.BooleanField(default=False)
    saved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    right = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name = _("answer")
        constraints = [
            models.UniqueConstraint(fields=["sitting", "question"], name="one_answer_per_question")
        ]

    def __str__(self) -> str:
        return f"{self.sitting}: {self.question}"


# A completion counts until it, or its certificate, is taken back: both revoke the certificate.
COUNTS = Q(certificate__revoked_at__isnull=True)


class CompletionQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.standing_q("person_id"))

    def counting(self) -> Self:
        """Without those that were taken back: they never were, or should not have counted."""
        return self.filter(COUNTS)


class Completion(Inserted):
    """An edition finished by a person. Append-only."""

    circle = Circle.STANDING

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="completions")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="completions")
    attempt = models.OneToOneField(Attempt, models.PROTECT, related_name="completion")
    sitting = models.OneToOneField(Sitting, models.PROTECT, null=True, blank=True, related_name="completion")
    completed_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    score_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    contact_hours = models.DecimalField(max_digits=7, decimal_places=2)

    objects = CompletionQuerySet.as_manager()

    class Meta:
        verbose_name = _("completion")
        ordering = ["-completed_on", "-id"]

    def __str__(self) -> str:
        return f"{self.person}: {self.edition}"


class CertificateQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self.filter(viewer.standing_q("completion__person_id"))


class Certificate(models.Model):
    """A certificate of completion, checked by its code on a public page."""

    circle = Circle.STANDING

    completion = models.OneToOneField(Completion, models.PROTECT, related_name="certificate")
    code = models.CharField(_("verification code"), max_length=16, unique=True)
    # First, middle and last name and suffix, each as long as its field takes it.
    name = models.CharField(_("name on it"), max_length=340)
    issued_on = models.DateField()
    good_through = models.DateField(null=True, blank=True)
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_reason = models.TextField(blank=True)
    revoked_in = models.ForeignKey(
        Change, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        ordering = ["-issued_on", "-id"]

    def __str__(self) -> str:
        return f"{self.name}: {self.completion.edition.title}"
