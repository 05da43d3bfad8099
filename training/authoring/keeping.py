"""What may not be deleted in the back office: pages that records refer to."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page

from training.authoring.check import course_of
from training.authoring.freeze import lesson_id
from training.models import AssessmentPage, Attempt, CoursePage, Edition, LessonPage, LessonProgress

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
    if LessonProgress.objects.filter(lesson=lesson_id(page.pk)).exists():
        return True
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
