"""Learning: start or resume a course, read its lessons, keep the place. All on the server."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.errors import Refused
from portal.people.models import Person
from training.learning.holding import lock_attempt
from training.learning.leaving import leave_for
from training.models import Attempt, CoursePage, Edition
from training.models.edition import is_withdrawn, latest_edition


def open_attempt(person: Person, course: CoursePage) -> Attempt | None:
    """The person's attempt that is under way, if any."""
    rows = Attempt.objects.open().filter(person=person, course=course)
    found: Attempt | None = rows.select_related("edition", "course", "person").first()
    return found


@transaction.atomic
def start(person: Person, course: CoursePage) -> Attempt:
    """Begin the latest edition, or go on where one is open. Two tabs get the same attempt.

    Raises Refused while the course has no edition, or is not offered any more.
    """
    if there := open_attempt(person, course):
        return _off_withdrawn(there)
    edition = latest_edition(course)
    if edition is None or not course.live:
        raise Refused(_("This course is not offered now."))
    try:
        with transaction.atomic():
            return Attempt.objects.create(person=person, edition=edition, course=course)
    except IntegrityError:
        there = open_attempt(person, course)
        assert there is not None, "the constraint names the open attempt"
        return there


def _off_withdrawn(there: Attempt) -> Attempt:
    """Begun in the moment in which its edition was withdrawn: it goes on in the one that is offered."""
    edition = latest_edition(there.course)
    if edition is None or not there.course.live or not is_withdrawn(there.edition):
        return there
    held = lock_attempt(there)
    if held.completed_at or held.abandoned_at:
        return open_attempt(held.person, held.course) or held
    return leave_for(held, edition)


@transaction.atomic
def start_over(attempt: Attempt) -> Attempt:
    """Leave an attempt at an older edition and begin the latest. What was done stays on record, and
    lessons that have not changed count in the new one.

    Raises Refused where there is no newer edition, or the course is completed.
    """
    attempt = lock_attempt(attempt)
    edition = latest_edition(attempt.course)
    if attempt.completed_at or attempt.abandoned_at:
        raise Refused(_("This attempt has ended already."))
    if edition is None or not may_begin_instead(attempt, edition):
        raise Refused(_("You are taking the latest edition."))
    if not attempt.course.live:
        raise Refused(_("This course is not offered now."))
    return leave_for(attempt, edition)


def newer_than(attempt: Attempt) -> Edition | None:
    """The edition for which the learner may leave this attempt, if there is one."""
    if attempt.completed_at or attempt.abandoned_at or not attempt.course.live:
        return None
    edition = latest_edition(attempt.course)
    return edition if edition is not None and may_begin_instead(attempt, edition) else None


def may_begin_instead(attempt: Attempt, edition: Edition) -> bool:
    """Is the edition newer than the attempt's, or that one withdrawn?"""
    if attempt.edition_id == edition.pk:
        return False
    return edition.number > attempt.edition.number or is_withdrawn(attempt.edition)
