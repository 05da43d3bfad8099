"""What the catalog's pages show."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.ui.notation import day, day_year, hours
from training.learning import start
from training.learning.my_training import Begun, begun_by, completions_of, offered
from training.models import Completion, CourseIndexPage, CoursePage, Edition
from training.models.edition import latest_edition


def catalog_context(request: HttpRequest, page: CourseIndexPage) -> dict[str, Any]:
    """The catalogue with what the reader has done of it."""
    offered_pages: Any = offered()
    courses = list(offered_pages.child_of(page))
    under_way, done = dict[int, Begun](), dict[int, Completion]()
    if request.user.is_authenticated:
        under_way = {row.course.pk: row for row in begun_by(request.user)}
        done = {row.edition.course_id: row for row in reversed(completions_of(request.user).counting())}
    rows = [(course, under_way.get(course.pk), _done_words(done.get(course.pk))) for course in courses]
    count = ngettext("One course", "%(count)d courses", len(rows)) % {"count": len(rows)}
    return {"courses": rows, "count_words": count if rows else ""}


def _done_words(completion: Completion | None) -> str:
    return _("Completed %(day)s") % {"day": day(completion.completed_on)} if completion else ""


def _facts(edition: Edition) -> list[str]:
    """What a learner asks first: how long, how much credit, how long it counts, which edition."""
    minutes = ngettext("About one minute", "About %(count)d minutes", edition.minutes)
    valid = _("Certificate without an expiration")
    if edition.valid_months:
        text = ngettext(
            "Certificate good for one month", "Certificate good for %(count)d months", edition.valid_months
        )
        valid = text % {"count": edition.valid_months}
    return [
        minutes % {"count": edition.minutes},
        _("%(hours)s credit") % {"hours": hours(edition.contact_hours)},
        *filter(None, [edition.content.get("provider", "")]),
        valid,
        _("Edition %(number)d, %(day)s") % {"number": edition.number, "day": day_year(edition.published_on)},
    ]


def course_context(request: HttpRequest, course: CoursePage) -> dict[str, Any]:
    """What the course's own page shows to who is signed in."""
    edition = latest_edition(course)
    context: dict[str, Any] = {"edition": edition, "attempt": None, "done": None, "newer": False}
    if edition:
        context["facts"] = _facts(edition)
    if request.user.is_authenticated and edition:
        attempt = start.open_attempt(request.user, course)
        context["attempt"] = attempt
        context["newer"] = bool(attempt and attempt.edition.number < edition.number)
        context["done"] = completions_of(request.user).counting().filter(edition__course=course).first()
    return context
