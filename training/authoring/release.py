"""Releasing: the one door by which a course gets a new edition.

The button, a schedule, a bulk action, a workflow, an import and a question's author all end here. Only a
live, complete course makes an edition; it names who released it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from portal.audit.log import record
from portal.clock import business_today
from portal.errors import NotAllowed, Refused
from portal.hashing import canonical_sha256
from portal.people.access.viewer import Viewer
from portal.people.facts.acting import actor_of
from portal.people.models import Person
from training.authoring.check import problems_of, refuse_incomplete
from training.authoring.freeze import content_of
from training.authoring.publish import publish_edition, same_as_withdrawn
from training.errors import NotReady
from training.models import CoursePage, Edition, EditionWithdrawal
from training.models.edition import is_withdrawn, last_edition

type FollowUp = Callable[[CoursePage, date], None]
_follow_ups: list[FollowUp] = []


def register_follow_up(follow_up: FollowUp) -> None:
    """What happens, in the same transaction, when another edition of a course is offered than before."""
    if follow_up not in _follow_ups:
        _follow_ups.append(follow_up)


def may_release(viewer: Viewer) -> bool:
    """Authors; and who may do anything in the back office."""
    return viewer.has("author") or viewer.has("site_admin")


def _demand_author(by: Viewer | None) -> None:
    if by is not None and not may_release(by):
        raise NotAllowed(_("Only authors release courses."))


@transaction.atomic
def release(course: CoursePage, *, by: Viewer | None, on: date) -> Edition:
    """Make the next edition of a live course; learners who begin get it from now on.

    Releasing what is released already makes none. Raises NotAllowed, NotReady with everything that is
    missing, Refused where the course is not published.
    """
    _demand_author(by)
    if not CoursePage.objects.filter(pk=course.pk, live=True).exists():
        raise Refused(_("The course is not published. Publish it in the back office first."))
    edition = publish_edition(course, actor=actor_of(by), on=on)
    _follow(course, on)
    return edition


def _follow(course: CoursePage, on: date) -> None:
    for follow_up in _follow_ups:
        follow_up(course, on)


# ---- withdrawing ------------------------------------------------------------------------------


@transaction.atomic
def withdraw_edition(edition: Edition, *, reason: str, by: Viewer | None, on: date) -> EditionWithdrawal:
    """Nobody begins the edition any more; who is in the middle of it is told and moved.

    Completions of it stand. Withdrawn twice is once. Raises NotAllowed, Refused without a reason.
    """
    _demand_author(by)
    if not reason.strip():
        raise Refused(_("Say why it is withdrawn."), field="reason")
    course = CoursePage.objects.select_for_update(of=("self",), no_key=True).get(pk=edition.course_id)
    there = EditionWithdrawal.objects.filter(edition=edition).first()
    if there is not None:
        return there
    row = EditionWithdrawal.objects.create(
        edition=edition, reason=reason.strip(), withdrawn_on=on, withdrawn_by=actor_of(by)
    )
    record(
        "training.edition.withdrawn", edition, actor=actor_of(by), number=edition.number, reason=row.reason
    )
    _follow(course, on)
    return row


# ---- pages published together -----------------------------------------------------------------


@dataclass
class Together:
    """The courses whose pages were published in a block, and for each its edition or what it lacks."""

    courses: dict[int, CoursePage] = field(default_factory=dict)
    editions: dict[int, Edition] = field(default_factory=dict)
    problems: dict[int, list[str]] = field(default_factory=dict)


_together: ContextVar[Together | None] = ContextVar("together", default=None)


@contextmanager
def published_together(*, user: Person | None, on: date) -> Iterator[Together]:
    """However many pages of a course are published in this block, it is released once, at the end."""
    made = Together()
    token = _together.set(made)
    try:
        yield made
    finally:
        _together.reset(token)
    for pk, course in made.courses.items():
        edition, made.problems[pk] = release_if_complete(course, user=user, on=on)
        if edition is not None:
            made.editions[pk] = edition


def publish_all(pages: Iterable[Page], *, user: Person | None, on: date, **how: Any) -> Together:
    """Publish the latest draft of each page, parts of a course before the course; all of them or none.

    Raises NotReady with what the pages lack that cannot be published.
    """
    ordered = sorted((page.specific for page in pages), key=lambda page: (-page.depth, page.path))
    with transaction.atomic(), published_together(user=user, on=on) as made:
        problems: list[str] = []
        for page in ordered:
            revision = page.get_latest_revision() or page.save_revision(user=user)
            try:
                revision.publish(user=user, **how)
            except NotReady as error:
                problems += error.problems
        if problems:
            raise NotReady(problems)
    return made


def page_published(course: CoursePage, *, user: Person | None) -> None:
    """A page of the course went live: release the course, now or at the end of the block around."""
    if (around := _together.get()) is not None:
        around.courses[course.pk] = course
    else:
        release_if_complete(course, user=user, on=business_today())


def release_if_complete(
    course: CoursePage, *, user: Person | None, on: date
) -> tuple[Edition | None, list[str]]:
    """The edition that learners get, or nothing and why. A course that is not live has neither."""
    course = CoursePage.objects.get(pk=course.pk)
    if not course.live:
        return None, []
    try:
        return release(course, by=Viewer(user, on) if user else None, on=on), []
    except NotReady as error:
        return None, error.problems
    except NotAllowed as error:
        return None, [error.message]


def what_keeps(course: CoursePage) -> list[str]:
    """What keeps the course, as it is published, from being released."""
    if problems := problems_of(course):
        return problems
    last = last_edition(course)
    if last and is_withdrawn(last) and last.sha256 == canonical_sha256(content_of(course)):
        return [same_as_withdrawn(last)]
    return []


def check_page(page: Page) -> None:
    """Registered with the pages: asked before any of them is published. Raises NotReady."""
    refuse_incomplete(page)
