"""What is signed, who signed it, and the documents made of the rounds of an evaluation."""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.models.evaluation import Evaluation
from portal.circles import Circle
from portal.files.models import StoredFile
from portal.hashing import text_sha256


class SignedContent(models.Model):
    """What a signer saw when signing, word for word, as canonical JSON. Append-only.

    Documents are made of it, never of the rows that it was made of.
    """

    circle = Circle.STANDING

    class Kind(models.TextChoices):
        SELF = "self-evaluation", _("Self-evaluation")
        EVALUATION = "evaluation", _("Evaluation as shared")
        ENDING = "ending", _("How a round ended")

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="signed_contents")
    kind = models.CharField(max_length=20, choices=Kind)
    text = models.TextField(help_text=_("JSON with sorted keys, without spaces."))
    sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("signed content")
        ordering = ["id"]
        indexes = [models.Index(fields=["sha256"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.sha256[:12]}"

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found

    @property
    def is_true(self) -> bool:
        """Does the hash still fit the text?"""
        return text_sha256(self.text) == self.sha256


class Signature(models.Model):
    """Who signed what, when, how. Signing means received, not agreed. Append-only."""

    circle = Circle.STANDING

    class Meaning(models.TextChoices):
        SELF = "self", _("Self-evaluation submitted")
        SUPERVISOR = "supervisor", _("Signed by supervisor")
        ACKNOWLEDGED = "acknowledged", _("Received")
        REFUSED = "refused", _("Declined to sign, witnessed")
        GONE = "gone", _("Left before acknowledging, recorded by HR")

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="signatures")
    round = models.PositiveSmallIntegerField(default=1)
    meaning = models.CharField(max_length=12, choices=Meaning)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="signatures")
    name = models.CharField(_("name as signed"), max_length=200)
    title = models.CharField(max_length=120, blank=True)
    method = models.CharField(max_length=120)
    comment = models.TextField(_("comment"), blank=True)
    witness = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    witness_name = models.CharField(_("name of the witness"), max_length=200, blank=True)
    content = models.ForeignKey(SignedContent, models.PROTECT, related_name="signatures")
    signed_on = models.DateField()
    signed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("signature")
        ordering = ["signed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "round", "meaning"], name="signed_once_per_meaning_and_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_meaning_display()}"


class Document(models.Model):
    """The PDF of an evaluation. A series: a later one supersedes, nothing is replaced."""

    circle = Circle.STANDING

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="documents")
    number = models.PositiveSmallIntegerField()
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    code = models.CharField(_("verification code"), max_length=16, unique=True)
    rendered_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("document")
        ordering = ["evaluation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="one_document_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.evaluation}, document {self.number}"
