"""The catalogue as Wagtail pages: authors work here; learners work in editions."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from training.blocks import LessonBody
from training.models.questions import Question


class CourseIndexPage(Page):
    """The catalogue."""

    intro = models.TextField(_("introduction"), blank=True)

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("intro")]
    parent_page_types: ClassVar[list[str]] = ["home.RootPage"]
    subpage_types: ClassVar[list[str]] = ["training.CoursePage"]
    max_count = 1

    class Meta:
        verbose_name = _("course catalogue")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        courses = CoursePage.objects.child_of(self).live().filter(editions__isnull=False)
        return {**context, "courses": courses.distinct().order_by("title")}


class CoursePage(Page):
    """A course as its authors see it. Publishing it, or a page below it, makes a new Edition."""

    code = models.SlugField(
        _("code"), max_length=80, unique=True, help_text=_("Stays the same for ever: records refer to it.")
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
        *Page.content_panels,
        FieldPanel("code"),
        FieldPanel("summary"),
        FieldPanel("objectives"),
        MultiFieldPanel(
            [FieldPanel("minutes"), FieldPanel("contact_hours"), FieldPanel("valid_months"), FieldPanel("approved_provider")],
            heading=_("Facts"),
        ),
    ]
    search_fields: ClassVar[list[Any]] = [*Page.search_fields, index.SearchField("summary")]
    parent_page_types: ClassVar[list[str]] = ["training.CourseIndexPage"]
    subpage_types: ClassVar[list[str]] = ["training.LessonPage", "training.AssessmentPage"]

    class Meta:
        verbose_name = _("course")

    @property
    def qualification_code(self) -> str:
        return f"course:{self.code}"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from training.views import course_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, **course_context(request, self)}


class LessonPage(Page):
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

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Learners read lessons in their edition; the page itself leads to its course."""
        return redirect(self.get_parent().url or "/")


class AssessmentPage(Page):
    """The assessment at the end of a course."""

    passing_percent = models.PositiveSmallIntegerField(
        _("passing score (percent)"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    tries_allowed = models.PositiveSmallIntegerField(
        _("tries allowed"), default=0, help_text=_("0: as many as needed.")
    )

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("passing_percent"),
        FieldPanel("tries_allowed"),
        InlinePanel("asked", label=_("Questions")),
    ]
    parent_page_types: ClassVar[list[str]] = ["training.CoursePage"]
    subpage_types: ClassVar[list[str]] = []

    template = "training/assessment_preview.html"

    class Meta:
        verbose_name = _("assessment")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Learners are asked in their edition; the page itself leads to its course."""
        return redirect(self.get_parent().url or "/")


class AssessmentQuestion(Orderable):
    """A question of a bank, asked in an assessment."""

    assessment = ParentalKey(AssessmentPage, on_delete=models.CASCADE, related_name="asked")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")

    panels: ClassVar[list[Any]] = [FieldPanel("question")]

    class Meta(Orderable.Meta):
        verbose_name = _("question")

    def __str__(self) -> str:
        return str(self.question)
