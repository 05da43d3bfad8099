"""Edition: a course as it was published, for ever."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.hashing import canonical_sha256
from training.models.pages import CoursePage


class Edition(models.Model):
    """Outline, bodies and questions as asked, with their SHA-256 and a number. Never changed.

    `content` is
    {"code", "title", "summary", "objectives": [...], "minutes", "contact_hours", "valid_months", "provider",
     "lessons": [{"id", "title", "minutes", "blocks": [{"id", "type", "value"}]}],
     "assessment": null | {"id", "title", "passing_percent", "tries_allowed", "shuffle_choices",
        "questions": [{"id", "version", "kind", "stem", "explanation", "lesson",
                       "choices": [{"id", "text", "correct", "feedback"}]}]}}.
    Files in blocks are named by document id, and lie under their SHA-256. `sha256` is that of the
    content as canonical JSON (portal.hashing.canonical_sha256), so that anybody can check it.
    """

    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(_("edition"))
    title = models.CharField(_("title"), max_length=255)
    content = models.JSONField(_("content"))
    sha256 = models.CharField(max_length=64)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    contact_hours = models.DecimalField(_("contact hours"), max_digits=7, decimal_places=2)
    valid_months = models.PositiveSmallIntegerField(null=True, blank=True)
    published_on = models.DateField(_("published"))
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("edition")
        ordering = ["course", "-number"]
        constraints = [models.UniqueConstraint(fields=["course", "number"], name="one_edition_per_number")]

    def __str__(self) -> str:
        return _("%(title)s, edition %(number)s") % {"title": self.title, "number": self.number}

    @property
    def is_intact(self) -> bool:
        """Is the content still what its hash says?"""

        return canonical_sha256(self.content) == self.sha256

    @property
    def lessons(self) -> list[dict[str, Any]]:
        lessons: list[dict[str, Any]] = self.content["lessons"]
        return lessons

    @property
    def assessment(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.content.get("assessment")
        return found


class EditionWithdrawal(models.Model):
    """Nobody begins the edition any more, and why. Append-only; completions of it stand."""

    edition = models.OneToOneField(Edition, models.PROTECT, related_name="withdrawal")
    reason = models.TextField(_("reason"))
    withdrawn_on = models.DateField(_("withdrawn"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("withdrawal of an edition")

    def __str__(self) -> str:
        return _("%(edition)s, withdrawn") % {"edition": self.edition}


def last_edition(course: CoursePage) -> Edition | None:
    """The edition released last, whether or not it was withdrawn since."""
    found: Edition | None = Edition.objects.filter(course=course).order_by("-number").first()
    return found


def latest_edition(course: CoursePage) -> Edition | None:
    """The edition that new attempts take: the last that was not withdrawn."""
    rows = Edition.objects.filter(course=course, withdrawal__isnull=True)
    found: Edition | None = rows.order_by("-number").first()
    return found


def is_withdrawn(edition: Edition) -> bool:
    return EditionWithdrawal.objects.filter(edition=edition).exists()
