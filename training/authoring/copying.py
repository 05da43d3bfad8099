"""Copies and translations of a course: what a question was taught in is a lesson of the copy."""

from collections.abc import Iterator
from typing import Any

from wagtail.models import Page, Revision

from training.models import AssessmentPage, CoursePage, LessonPage


def own_lessons(assessment: AssessmentPage) -> Iterator[tuple[Any, LessonPage | None]]:
    """Each question that is asked, with the lesson of this course that teaches it.

    A copy may still name the lesson of its model: its own is the one with the same slug.
    """
    siblings = LessonPage.objects.child_of(assessment.get_parent())
    by_id = {page.pk: page for page in siblings}
    by_slug = {page.slug: page for page in siblings}
    for row in assessment.asked.select_related("lesson"):
        named = row.lesson
        yield row, by_id.get(named.pk) or by_slug.get(named.slug) if named is not None else None


def point_to_own_lessons(page: Page) -> None:
    """Write it down in the copies below the page, so that authors see it and later slugs do no harm."""
    for assessment in AssessmentPage.objects.descendant_of(page, inclusive=True):
        moved = {}
        for row, own in own_lessons(assessment):
            if own is not None and own.pk != row.lesson_id:
                moved[row.lesson_id] = own.pk
                type(row).objects.filter(pk=row.pk).update(lesson=own)
        if moved:
            for revision in assessment.revisions.all():
                _retell(revision, moved)


def _retell(revision: Revision, moved: dict[int, int]) -> None:
    for row in revision.content.get("asked", ()):
        row["lesson"] = moved.get(row.get("lesson"), row.get("lesson"))
    revision.save(update_fields=["content"])


def after_translation(sender: Any, target_obj: Any, **kwargs: Any) -> None:
    """Wagtail made a copy in another language."""
    if isinstance(target_obj, CoursePage | LessonPage | AssessmentPage):
        point_to_own_lessons(target_obj if isinstance(target_obj, CoursePage) else target_obj.get_parent())
