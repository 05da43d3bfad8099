"""Pages in the back office: the publishing check, what came of it, and what may not be deleted."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from training.authoring.check import assessment_problems, lesson_problems, problems_of
from training.authoring.freeze import lesson_id
from training.authoring.signals import course_of
from training.models import AssessmentPage, Attempt, CoursePage, Edition, LessonPage
from training.models.edition import latest_edition


@hooks.register("register_admin_menu_item")
def editions_in_the_portal() -> MenuItem:
    return MenuItem(_("Course editions"), reverse("training:editions"), icon_name="history", order=250)


# ---- the publishing check ---------------------------------------------------------------------


@hooks.register("before_publish_page")
def publishing_check(request: HttpRequest, page: Page) -> HttpResponse | None:
    """What learners get must be complete: say what is missing instead of publishing it."""
    problems: list[str] = []
    if isinstance(page, LessonPage):
        problems = lesson_problems(page)
    elif isinstance(page, AssessmentPage):
        problems = assessment_problems(page)
    elif isinstance(page, CoursePage):
        problems = problems_of(page)
    if not problems:
        return None
    for problem in problems:
        messages.error(request, problem)
    messages.warning(request, _("Kept as a draft; nothing was published."))
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("after_publish_page")
def say_what_came_of_it(request: HttpRequest, page: Page) -> None:
    """Which edition learners get now, or what still keeps the course from having one."""
    course = course_of(page)
    if course is None:
        return
    if not course.live:
        words = _("Learners get it when the course “%(title)s” is published.")
        messages.info(request, words % {"title": course.title})
        return
    if problems := problems_of(course):
        for problem in problems:
            messages.warning(request, _("No new edition yet: %(problem)s") % {"problem": problem})
    elif edition := latest_edition(course):
        words = _("Who begins the course now gets edition %(number)s.")
        messages.info(request, words % {"number": edition.number})


@hooks.register("after_unpublish_page")
def say_when_it_is_left_out(request: HttpRequest, page: Page) -> None:
    """Unpublishing a part changes no edition: the next one is made without it."""
    course = course_of(page)
    if course is not None and course.pk != page.pk and course.live:
        messages.info(request, _("The latest edition still has it. Publish the course to leave it out."))


# ---- deleting ---------------------------------------------------------------------------------

REFUSAL = gettext_lazy(
    "“%(title)s” is part of a published edition that records refer to, so it stays. Unpublish it instead."
)


def is_on_record(page: Page) -> bool:
    """Does a record of learning refer to this page, or to one below it?"""
    below = CoursePage.objects.descendant_of(page, inclusive=True)
    if Edition.objects.filter(course__in=below).exists() or Attempt.objects.filter(course__in=below).exists():
        return True
    specific = page.specific
    course = course_of(specific)
    if course is None or not isinstance(specific, LessonPage | AssessmentPage):
        return False
    names = {lesson_id(page.pk), f"assessment-{page.pk}"}
    for edition in Edition.objects.filter(course=course):
        parts = [*edition.lessons, *([edition.assessment] if edition.assessment else [])]
        if any(part["id"] in names for part in parts):
            return True
    return False


@hooks.register("before_delete_page")
def keep_what_records_refer_to(request: HttpRequest, page: Page) -> HttpResponse | None:
    if not is_on_record(page):
        return None
    messages.error(request, REFUSAL % {"title": page.get_admin_display_title()})
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_bulk_action")
def keep_them_in_bulk_too(
    request: HttpRequest, action_type: str, objects: Any, _action: Any
) -> HttpResponse | None:
    if action_type != "delete":
        return None
    kept = [page for page in objects if isinstance(page, Page) and is_on_record(page)]
    if not kept:
        return None
    messages.error(request, REFUSAL % {"title": kept[0].get_admin_display_title()})
    return redirect("wagtailadmin_explore", kept[0].get_parent().pk)
