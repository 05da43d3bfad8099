"""What the catalog's pages show."""

from typing import Any

from django.http import HttpRequest

from training.learning import start
from training.learning.my_training import Begun, begun_by, completions_of, offered
from training.models import Completion, CourseIndexPage, CoursePage
from training.models.edition import latest_edition


def catalog_context(request: HttpRequest, page: CourseIndexPage) -> dict[str, Any]:
    """The catalogue with what the reader has done of it."""
    offered_pages: Any = offered()
    courses = list(offered_pages.child_of(page))
    under_way, done = dict[int, Begun](), dict[int, Completion]()
    if request.user.is_authenticated:
        under_way = {row.course.pk: row for row in begun_by(request.user)}
        done = {row.edition.course_id: row for row in reversed(completions_of(request.user))}
    rows = [(course, under_way.get(course.pk), done.get(course.pk)) for course in courses]
    return {"courses": rows}


def course_context(request: HttpRequest, course: CoursePage) -> dict[str, Any]:
    """What the course's own page shows to who is signed in."""
    edition = latest_edition(course)
    context: dict[str, Any] = {"edition": edition, "attempt": None, "done": None, "newer": False}
    if request.user.is_authenticated and edition:
        attempt = start.open_attempt(request.user, course)
        context["attempt"] = attempt
        context["newer"] = bool(attempt and attempt.edition.number < edition.number)
        context["done"] = completions_of(request.user).filter(edition__course=course).first()
    return context
