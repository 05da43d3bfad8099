"""Signatures of an evaluation, and the documents made of its rounds."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from evaluations.models.evaluation import Evaluation
from portal.circles import Circle
from portal.files.models import StoredFile
from portal.people.models.change import Inserted


class Signature(models.Model):
    """Who signed what, when, how. Signing means received, not agreed. Append-only."""

    circle = Circle.STANDING

    class Meaning(models.TextChoices):
        SELF = "self", _("Self-evaluation submitted")
        SUPERVISOR = "supervisor", _("Signed by supervisor")
        ACKNOWLEDGED = "acknowledged", _("Received")
        REFUSED = "refused", _("Declined to sign, witnessed")

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="signatures")
    round = models.PositiveSmallIntegerField(default=1)
    meaning = models.CharField(max_length=12, choices=Meaning)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="signatures")
    name = models.CharField(_("name as signed"), max_length=200)
    title = models.CharField(max_length=120, blank=True)
    method = models.CharField(max_length=120)
    comment = models.TextField(_("comment"), blank=True)
    content_sha256 = models.CharField(max_length=64)
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


class Reopening(Inserted):
    """A closed evaluation was opened for another round. Append-only; it counts while its change stands."""

    circle = Circle.STANDING

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="reopenings")
    round = models.PositiveSmallIntegerField(_("round"), help_text=_("The round that it opened."))

    class Meta:
        verbose_name = _("reopened evaluation")
        ordering = ["evaluation", "id"]

    def __str__(self) -> str:
        return f"{self.evaluation}, round {self.round}"


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
