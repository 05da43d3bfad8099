"""A page that went live in the back office releases its course."""

from typing import Any

from wagtail.log_actions import get_active_log_context
from wagtail.models import Page

from training.authoring.check import course_of
from training.authoring.release import page_published


def on_published(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Release the course, once it is live and complete. What is missing is said by the publishing check.

    Listens to `published`, not to `page_published`: Wagtail sends the latter for each page of a copy
    too, while the copy is not whole yet. A page that is only planned is not live: nothing is released.
    """
    if not isinstance(instance, Page) or not instance.live:
        return
    course = course_of(instance.specific)
    if course is not None:
        page_published(course, user=get_active_log_context().user)
