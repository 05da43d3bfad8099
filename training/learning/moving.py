"""An edition was withdrawn: who is in the middle of it is told, and moved as soon as there is another."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.notices.models import Notice
from portal.notices.notify import notify, settle
from training.learning.leaving import leave_for
from training.models import Attempt, CoursePage, Edition
from training.models.edition import latest_edition

MOVED = "training-moved"


def move_from_withdrawn(course: CoursePage, on: date) -> None:
    """In the transaction that withdraws an edition, or releases one. Nobody's work is lost."""
    edition = latest_edition(course) if course.live else None
    rows = Attempt.objects.select_for_update(of=("self",), no_key=True).open()
    rows = rows.filter(course=course, edition__withdrawal__isnull=False).order_by("pk")
    for attempt in rows.select_related("edition", "course", "person"):
        if edition is None:
            _tell_to_wait(attempt)
        else:
            _move(attempt, edition)


def _tell_to_wait(attempt: Attempt) -> None:
    notify(
        attempt.person,
        kind=MOVED,
        key=f"{attempt.pk}:waits",
        subject=_("“%(title)s” is being corrected") % {"title": attempt.edition.title},
        body=_("The edition you began was withdrawn. What you did is kept; you are told when you can go on."),
        url=reverse("training:mine"),
        action=_("Open training"),
        about=attempt.person,
    )


def _move(attempt: Attempt, edition: Edition) -> None:
    settle(kind=MOVED, key=f"{attempt.pk}:waits", why=Notice.Why.GONE)
    fresh = leave_for(attempt, edition)
    words = _(
        "The edition you began was withdrawn. You go on in edition %(number)d: lessons that have not changed "
        "count as done."
    )
    notify(
        attempt.person,
        kind=MOVED,
        key=str(fresh.pk),
        subject=_("Go on with “%(title)s” in another edition") % {"title": edition.title},
        body=words % {"number": edition.number},
        url=reverse("training:attempt", args=[fresh.pk]),
        action=_("Go on"),
        about=attempt.person,
    )
