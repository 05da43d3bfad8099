"""The catalogue as Wagtail pages: authors work here; learners work in editions."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from training.models.blocks import LessonBody
from training.models.publishing import OneDoor
from training.models.questions import Question

# Codes of courses in other languages say so.
LANGUAGE = "en"

type Context = Callable[[HttpRequest, Any], dict[str, Any]]
_contexts: dict[type[Page], Context] = {}


def register_context(page: type[Page], context: Context) -> None:
    """The catalog says what a page of this type shows beside its own fields."""
    _contexts[page] = context


class CourseIndexPage(Page):
    """The catalogue."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types: ClassVar[list[str]] = ["home.RootPage"]
    subpage_types: ClassVar[list[str]] = ["training.CoursePage"]
    max_count = 1

    class Meta:
        verbose_name = _("course catalog")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, **_contexts[CourseIndexPage](request, self)}


class CoursePage(OneDoor, Page):
    """A course as its authors see it. Publishing it, or a page below it, releases a new Edition."""

    code = models.SlugField(
        _("code"),
        max_length=80,
        unique=True,
        blank=True,
        help_text=_("Stays the same for ever: records refer to it. Left empty, it is made from the title."),
    )
    summary = models.TextField(_("summary"))
    objectives = models.TextField(_("objectives"), blank=True, help_text=_("One on each line."))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=30)
    contact_hours = models.DecimalField(_("contact hours"), max_digits=7, decimal_places=2, default=0)
    valid_months = models.PositiveSmallIntegerField(
        _("certificate valid for (months)"), null=True, blank=True, help_text=_("Empty: it does not expire.")
    )
    approved_provider = models.CharField(_("provider approval"), max_length=160, blank=True)

    content_panels: ClassVar[list[Any]] = [
        HelpPanel(template="training/admin/course_help.html"),
        *Page.content_panels,
        FieldPanel("code"),
        FieldPanel("summary"),
        FieldPanel("objectives"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("minutes"), FieldPanel("contact_hours")]),
                FieldRowPanel([FieldPanel("valid_months"), FieldPanel("approved_provider")]),
            ],
            heading=_("Facts"),
        ),
    ]
    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("summary")]
    parent_page_types: ClassVar[list[str]] = ["training.CourseIndexPage"]
    subpage_types: ClassVar[list[str]] = ["training.LessonPage", "training.AssessmentPage"]
    # A copy is another course: it gets a code of its own.
    exclude_fields_in_copy: ClassVar[list[str]] = ["code"]

    class Meta:
        verbose_name = _("course")

    @property
    def qualification_code(self) -> str:
        return f"course:{self.code}"

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Drafts, copies and translations have a code of their own too; so has an alias."""
        if not self.code or (self._state.adding and self.alias_of_id):
            self.code = self._free_code()
        return super().save(*args, **kwargs)

    def _free_code(self) -> str:
        taken = set(CoursePage.objects.exclude(pk=self.pk).values_list("code", flat=True))
        # A slug may have letters that a code has not.
        stem, number = slugify(self.slug or self.title)[:70] or "course", 2
        language = self.locale.language_code if self.locale_id else LANGUAGE
        if not language.startswith(LANGUAGE) and not stem.endswith(f"-{language}"):
            stem = f"{stem}-{language}"
        code = stem
        while code in taken:
            code, number = f"{stem}-{number}", number + 1
        return code

    def clean(self) -> None:
        """Records refer to the code: once there is an edition, it stays."""
        super().clean()
        before = (
            CoursePage.objects.filter(pk=self.pk).values_list("code", flat=True).first() if self.pk else None
        )
        if before and before != self.code and self.editions.exists():
            raise ValidationError({"code": _("This course has editions: its code stays “%s”.") % before})

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, **_contexts[CoursePage](request, self)}


class _PartOfCourse:
    """Learners meet this part in their edition: the page itself leads to its course."""

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(self.get_parent().get_url(request) or "/")  # type: ignore[attr-defined]


class LessonPage(_PartOfCourse, OneDoor, Page):
    """One lesson of a course."""

    minutes = models.PositiveSmallIntegerField(_("minutes"), default=10)
    body = StreamField(LessonBody(), verbose_name=_("body"))

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("minutes"), FieldPanel("body")]
    template = "training/lesson_preview.html"
    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("body")]
    parent_page_types: ClassVar[list[str]] = ["training.CoursePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("lesson")


class AssessmentPage(_PartOfCourse, OneDoor, Page):
    """The assessment at the end of a course."""

    passing_percent = models.PositiveSmallIntegerField(
        _("passing score (percent)"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    tries_allowed = models.PositiveSmallIntegerField(
        _("tries allowed"), default=0, help_text=_("0: as many as needed.")
    )
    shuffle_choices = models.BooleanField(
        _("mix the choices"), default=True, help_text=_("Each try shows them in another order.")
    )

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("passing_percent"), FieldPanel("tries_allowed")]),
        FieldPanel("shuffle_choices"),
        InlinePanel("asked", label=_("Question"), heading=_("Questions")),
    ]
    template = "training/assessment_preview.html"
    parent_page_types: ClassVar[list[str]] = ["training.CoursePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("assessment")


class AssessmentQuestion(Orderable):
    """A question of a bank, asked in an assessment; the lesson to read again when it went wrong."""

    assessment = ParentalKey(AssessmentPage, on_delete=models.CASCADE, related_name="asked")
    question = models.ForeignKey(Question, models.PROTECT, verbose_name=_("question"), related_name="+")
    lesson = models.ForeignKey(
        LessonPage,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("taught in"),
        help_text=_("The lesson to read again when the answer was not right."),
        related_name="+",
    )

    panels: ClassVar[list[Any]] = [FieldPanel("question"), FieldPanel("lesson")]

    class Meta(Orderable.Meta):
        verbose_name = _("question")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "question"],
                name="question_asked_once_per_assessment",
                violation_error_message=_("This question is in the assessment already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.question)
