"""Questions live in banks, as rows with UUIDs; assessments refer to them."""

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.models import DraftStateMixin, Orderable, RevisionMixin


class QuestionBank(models.Model):
    """A collection of questions on one subject."""

    code = models.SlugField(_("code"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=160)

    class Meta:
        verbose_name = _("question bank")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class QuestionForm(WagtailAdminModelForm):
    """A question that can be answered: said beside the choices, before it is kept."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        formset = self.formsets.get("choices")
        if formset is None or not formset.is_valid():
            return cleaned
        rows = [row for row in formset.cleaned_data if row and not row.get("DELETE")]
        problem = problem_of(cleaned.get("kind", ""), [bool(row.get("correct")) for row in rows])
        if problem:
            raise ValidationError(problem)
        return cleaned


def problem_of(kind: str, correct: list[bool]) -> str:
    """What keeps a question of this kind from being asked; nothing if it can be."""
    if len(correct) < 2:
        return gettext("A question needs at least two choices.")
    if kind == Question.Kind.SINGLE and sum(correct) != 1:
        return gettext("Mark exactly one choice as right: this question has one right answer.")
    if not any(correct):
        return gettext("Mark at least one choice as right.")
    return ""


class Question(DraftStateMixin, RevisionMixin, ClusterableModel):
    """One question as it is published; a change is a draft until it is published too.

    An edition keeps it as it was asked, by the number of its version; changing it changes later
    editions only.
    """

    base_form_class = QuestionForm

    class Kind(models.TextChoices):
        SINGLE = "single", _("one right answer")
        MULTIPLE = "multiple", _("several right answers")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bank = models.ForeignKey(QuestionBank, models.PROTECT, related_name="questions")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SINGLE)
    stem = models.TextField(_("question"))
    explanation = models.TextField(_("explanation"), blank=True)
    retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        verbose_name = _("question")
        ordering = ["bank", "id"]

    def __str__(self) -> str:
        return self.stem[:80]


class QuestionVersion(models.Model):
    """A question as it was published, for ever: kept when an edition first asks it so. Append-only.

    `content` is {"kind", "stem", "explanation", "choices": [{"id", "text", "correct", "feedback"}]}.
    """

    question = models.ForeignKey(Question, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"))
    sha256 = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("version of a question")
        ordering = ["question", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "number"], name="one_version_of_a_question_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.number}"


class Choice(Orderable):
    """One answer to choose."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="choices")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    text = models.TextField(_("answer"))
    correct = models.BooleanField(_("right"), default=False)
    feedback = models.TextField(_("feedback"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("choice")

    def __str__(self) -> str:
        return self.text[:80]
