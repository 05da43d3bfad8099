"""Publishing a page in the back office makes an edition of its course."""

from typing import Any

from wagtail.models import Page

from portal.clock import business_today
from training.authoring.check import problems_of
from training.authoring.publish import publish_edition
from training.models import AssessmentPage, CoursePage, LessonPage


def course_of(page: Page) -> CoursePage | None:
    """The course a page belongs to, if any."""
    if isinstance(page, CoursePage):
        return page
    if isinstance(page, LessonPage | AssessmentPage):
        parent = page.get_parent().specific
        return parent if isinstance(parent, CoursePage) else None
    return None


def on_published(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Freeze the course, once it is live and complete. What is missing is said by the publishing check.

    Listens to `published`, not to `page_published`: Wagtail sends the latter for each page of a copy
    too, while the copy is not whole yet. A copy waits until its author publishes it.
    """
    if not isinstance(instance, Page):
        return
    course = course_of(instance.specific)
    if course is None or not course.live or problems_of(course):
        return
    publish_edition(course, actor=getattr(kwargs.get("revision"), "user", None), on=business_today())
