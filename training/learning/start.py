"""Learning: start or resume a course, read its lessons, keep the place. All on the server."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.errors import Refused
from portal.people.models import Person
from training.learning.holding import lock_attempt
from training.models import Attempt, CoursePage
from training.models.edition import latest_edition


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
        return there
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


@transaction.atomic
def start_over(attempt: Attempt) -> Attempt:
    """Leave an attempt at an older edition and begin the latest. What was done stays on record.

    Raises Refused where there is no newer edition, or the course is completed.
    """
    attempt = lock_attempt(attempt)
    edition = latest_edition(attempt.course)
    if attempt.completed_at or attempt.abandoned_at:
        raise Refused(_("This attempt has ended already."))
    if edition is None or edition.number <= attempt.edition.number:
        raise Refused(_("You are taking the latest edition."))
    attempt.abandoned_at = timezone.now()
    attempt.save(update_fields=["abandoned_at"])
    return start(attempt.person, attempt.course)
