"""Files: private ones (cards, PDFs), and the site's own images and documents."""

import mimetypes

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image

from portal.circles import Circle


def private_storage() -> Storage:
    return storages["private"]


class StoredFile(models.Model):
    """One private file: checked on the way in, authorized and logged on the way out.

    `kind` names who may read it: the app that owns the kind registers the rule
    (portal.files.access). `about` is the id of that app's record. `original` is the file as it was
    sent, kept only where the cleaned copy shows or proves less.
    """

    circle = Circle.STANDING

    code = models.CharField(max_length=16, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="stored_files"
    )
    kind = models.SlugField(max_length=40)
    about = models.CharField(max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.FileField(storage=private_storage, max_length=200)
    original = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="cleaned_copy"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("file")
        ordering = ["-uploaded_at", "-id"]
        indexes = [models.Index(fields=["kind", "about"])]

    def __str__(self) -> str:
        return self.name


class StagedFile(models.Model):
    """A file that was sent and belongs to no record yet: opened, cleaned, waiting for its form.

    The row is there before its files are, so that a process killed between leaves no file without a row.
    `code` is what the form carries; only the sender can use it, once. `cleared_at`: its files are being
    removed (portal.files.sweeping).
    """

    circle = Circle.OWN

    code = models.CharField(max_length=16, unique=True)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="staged_files")
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    # The file as it was sent, where it is kept: name, path, type, size and hash; see Original.
    original = models.JSONField(default=dict, blank=True)
    removed = models.JSONField(default=list, blank=True)
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    arrived_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("file on its way")
        verbose_name_plural = _("files on their way")
        ordering = ["-sent_at", "-id"]
        indexes = [models.Index(fields=["sent_at"])]

    def __str__(self) -> str:
        return self.name

    @property
    def paths(self) -> list[str]:
        """Where its files lie in the private storage."""
        return [self.path, *([self.original["path"]] if self.original else [])]


class Sweep(models.Model):
    """One look for files that belong to nothing, and what it removed."""

    started_at = models.DateTimeField(default=timezone.now, editable=False)
    unclaimed = models.PositiveIntegerField(default=0)
    without_row = models.PositiveIntegerField(default=0)
    # Left alone: more files without a row than can be an accident.
    suspicious = models.PositiveIntegerField(default=0)
    removed = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("clearing of files")
        verbose_name_plural = _("clearings of files")
        ordering = ["-started_at", "-id"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class ContentImage(AbstractImage):
    """An image of the site's content."""

    alt = models.CharField(_("alternative text"), max_length=250, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "alt")

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")


class ContentRendition(AbstractRendition):
    image = models.ForeignKey(ContentImage, models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_filter"
            )
        ]

    def __str__(self) -> str:
        return f"{self.image} {self.filter_spec}"


class ContentDocument(AbstractDocument):
    """A document of the site's content: handout, captions, video file."""

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")

    @property
    def url(self) -> str:
        """Films come from where ranges are answered, so that players can seek; both demand sign-in."""
        kind = mimetypes.guess_type(self.filename)[0] or ""
        address: str = self.file.url if kind.startswith(("video/", "audio/")) else super().url
        return address
