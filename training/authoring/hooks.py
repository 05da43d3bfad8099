"""Pages in the back office: the publishing check, what came of it, copies and moves."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from portal.clock import business_today
from portal.people.access.requests import PortalRequest
from training.authoring.check import course_of, problems_of_page
from training.authoring.copying import point_to_own_lessons
from training.authoring.difference import differences
from training.authoring.release import release_if_complete, what_keeps
from training.models import CourseIndexPage, CoursePage, Edition
from training.models.edition import latest_edition
from training.models.publishing import is_for_later


@hooks.register("register_admin_menu_item")
def editions_in_the_portal() -> MenuItem:
    return MenuItem(_("Course editions"), reverse("training:editions"), icon_name="history", order=250)


# ---- the publishing check ---------------------------------------------------------------------


@hooks.register("before_publish_page")
def publishing_check(request: HttpRequest, page: Page) -> HttpResponse | None:
    """What learners get must be complete: say what is missing instead of publishing it."""
    problems = problems_of_page(page)
    if problems and is_for_later(page):
        # What is planned with it may still come.
        messages.warning(request, _("As it stands now it could not be published then:"))
        _list(request, problems)
        return None
    if not problems:
        return None
    for problem in problems:
        messages.error(request, problem)
    messages.warning(request, _("Kept as a draft; nothing was published."))
    return redirect("wagtailadmin_pages:edit", page.pk)


def _list(request: HttpRequest, problems: list[str]) -> None:
    for problem in problems:
        messages.warning(request, problem)


@hooks.register("after_publish_page")
def say_what_came_of_it(request: HttpRequest, page: Page) -> None:
    """Which edition learners get now and what is new in it, or what keeps the course from having one."""
    course = course_of(page)
    if course is None or is_for_later(page):
        return
    if not course.live:
        words = _("Learners get it when the course “%(title)s” is published.")
        messages.info(request, words % {"title": course.title})
        return
    say_outcome(request, latest_edition(course), what_keeps(course))


def say_outcome(request: HttpRequest, edition: Edition | None, problems: list[str]) -> None:
    """The edition that learners get from now on, or why there is no new one."""
    if problems:
        for problem in problems:
            messages.warning(request, _("No new edition yet: %(problem)s") % {"problem": problem})
    elif edition is not None:
        words = _("Who begins the course now gets edition %(number)s.")
        messages.info(request, words % {"number": edition.number})
        if (new := what_is_new(edition)) and edition.published_on == business_today():
            messages.info(request, _("New in it: %(changes)s") % {"changes": " ".join(new)})


def what_is_new(edition: Edition) -> list[str]:
    """What this edition has that the one before had not; nothing for the first."""
    before = Edition.objects.filter(course=edition.course_id, number=edition.number - 1).first()
    return differences(before.content, edition.content) if before is not None else []


@hooks.register("after_unpublish_page")
def say_when_it_is_left_out(request: HttpRequest, page: Page) -> None:
    """Unpublishing a part changes no edition: the next one is made without it."""
    course = course_of(page)
    if course is not None and course.pk != page.pk and course.live:
        messages.info(request, _("The latest edition still has it. Release the course to leave it out."))


# ---- copies, aliases, moves -------------------------------------------------------------------


@hooks.register("before_copy_page")
def refuse_aliases(request: HttpRequest, page: Page) -> HttpResponse | None:
    """An alias changes with its model, past every check; its editions would not say so."""
    if request.method != "POST" or not request.POST.get("alias"):
        return None
    below = CoursePage.objects.descendant_of(page, inclusive=True)
    if (
        course_of(page.specific) is None
        and not below.exists()
        and not isinstance(page.specific, CourseIndexPage)
    ):
        return None
    messages.error(request, _("A course is copied, not shown twice: choose a copy that is no alias."))
    return redirect("wagtailadmin_pages:copy", page.pk)


@hooks.register("after_copy_page")
def look_after_the_copy(request: PortalRequest, page: Page, new_page: Page) -> None:
    """Questions of the copy are taught in its own lessons; a copy that is live and complete is released."""
    point_to_own_lessons(new_page)
    course = course_of(new_page.specific)
    if course is None or not new_page.live:
        return
    if course.live:
        edition, problems = release_if_complete(course, user=request.user, on=business_today())
        say_outcome(request, edition, problems)


@hooks.register("after_move_page")
def say_what_a_move_changes(request: HttpRequest, page: Page) -> None:
    """A lesson that stands elsewhere changes no edition by itself."""
    course = course_of(page.specific)
    if course is not None and course.pk != page.pk and course.live:
        messages.info(request, _("Editions stay as they are. Release the course to publish the move."))
