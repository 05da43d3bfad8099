"""The back office of training: question banks, the publishing check, and what may not be deleted."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from training.models import AssessmentPage, CoursePage, Edition, LessonPage, Question, QuestionBank
from training.publishing import assessment_problems, lesson_problems, problems_of
from training.signals import course_of


class QuestionBankViewSet(SnippetViewSet):
    model = QuestionBank
    icon = "folder-open-inverse"
    list_display = ("code", "title")
    search_fields = ("code", "title")


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    list_display = ("stem", "bank", "kind", "retired")
    list_filter = ("bank", "kind", "retired")
    search_fields = ("stem",)
    panels = (
        FieldPanel("bank"),
        FieldPanel("kind"),
        FieldPanel("stem"),
        InlinePanel("choices", label="Choices", min_num=2),
        FieldPanel("explanation"),
        FieldPanel("retired"),
    )


class Questions(SnippetViewSetGroup):
    menu_label = "Questions"
    menu_icon = "help"
    items = (QuestionBankViewSet, QuestionViewSet)


register_snippet(Questions)


@hooks.register("before_publish_page")
def publishing_check(request: HttpRequest, page: Page) -> HttpResponse | None:
    """What learners get must be complete: say what is missing instead of publishing it."""
    problems: list[str] = []
    if isinstance(page, LessonPage):
        problems = lesson_problems(page)
    elif isinstance(page, AssessmentPage):
        problems = assessment_problems(page)
    if not problems:
        return None
    for problem in problems:
        messages.error(request, problem)
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("after_publish_page")
def say_what_is_missing(request: HttpRequest, page: Page) -> None:
    """The page is live, but its course has no new edition until this is mended."""
    course = course_of(page)
    if course is None:
        return
    for problem in problems_of(course):
        messages.warning(request, _("No new edition yet: %(problem)s") % {"problem": problem})


def has_editions(page: Page) -> bool:
    """Does a record of learning refer to this page or to one below it?"""
    below = CoursePage.objects.descendant_of(page, inclusive=True)
    course = course_of(page.specific)
    mine = Edition.objects.filter(course__in=below).exists()
    return mine or (course is not None and Edition.objects.filter(course=course).exists())


REFUSAL = "This page has published editions that learners' records refer to. Unpublish it instead."


@hooks.register("before_delete_page")
def keep_what_records_refer_to(request: HttpRequest, page: Page) -> HttpResponse | None:
    if not has_editions(page):
        return None
    messages.error(request, _(REFUSAL))
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_bulk_action")
def keep_them_in_bulk_too(
    request: HttpRequest, action_type: str, objects: Any, _action: Any
) -> HttpResponse | None:
    pages = [item for item in objects if isinstance(item, Page)]
    if action_type != "delete" or not any(has_editions(page) for page in pages):
        return None
    messages.error(request, _(REFUSAL))
    return redirect("wagtailadmin_explore_root")
