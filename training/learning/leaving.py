"""Attempts that count no longer: left for another edition, or at an edition that was withdrawn."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.notices.models import Notice
from portal.notices.notify import settle
from portal.ui.notation import day
from training.errors import Left
from training.models import Attempt, Edition, EditionWithdrawal, LessonProgress

OUT_OF_TRIES = "training-out-of-tries"


def left_of(attempt: Attempt) -> Left | None:
    """Why what is done in this attempt counts no longer, and where it does; None while it does."""
    if attempt.completed_at:
        return None
    if attempt.abandoned_at:
        current = current_attempt(attempt)
        return Left(_left_words(attempt, current), _("This attempt has ended"), current)
    withdrawn = EditionWithdrawal.objects.filter(edition=attempt.edition_id).first()
    if withdrawn is None:
        return None
    words = _(
        "Edition %(number)d was withdrawn on %(day)s, so it cannot be finished. What you did is kept; "
        "you will be told when you can go on."
    )
    values = {"number": attempt.edition.number, "day": day(withdrawn.withdrawn_on)}
    return Left(words % values, _("This edition was withdrawn"))


def refuse_if_left(attempt: Attempt) -> None:
    """Raises Left, with the attempt that counts."""
    if (left := left_of(attempt)) is not None:
        raise left


def current_attempt(attempt: Attempt) -> Attempt | None:
    """The learner's attempt at the same course that was begun last, if it is another."""
    rows = Attempt.objects.filter(person=attempt.person_id, course=attempt.course_id)
    found: Attempt | None = rows.select_related("edition").order_by("-pk").first()
    return found if found is not None and found.pk != attempt.pk else None


def _left_words(attempt: Attempt, current: Attempt | None) -> str:
    since: Any = attempt.abandoned_at
    numbers = {"old": attempt.edition.number, "day": day(timezone.localtime(since).date())}
    if current is None:
        return _("You left edition %(old)d on %(day)s. What you do here no longer counts.") % numbers
    numbers["new"] = current.edition.number
    if current.completed_at:
        words = _(
            "You went on with edition %(new)d on %(day)s and have completed it. "
            "This page belongs to edition %(old)d; what you do here no longer counts."
        )
    else:
        words = _(
            "You went on with edition %(new)d on %(day)s. "
            "This page belongs to edition %(old)d; what you do here no longer counts."
        )
    return words % numbers


def leave_for(attempt: Attempt, edition: Edition) -> Attempt:
    """End the attempt, which the caller holds, and go on at the edition: lessons that are the same are done."""
    attempt.abandoned_at = timezone.now()
    attempt.save(update_fields=["abandoned_at"])
    settle(kind=OUT_OF_TRIES, key=str(attempt.pk), why=Notice.Why.GONE)
    fresh: Attempt = Attempt.objects.create(person=attempt.person, course=attempt.course, edition=edition)
    _carry_over(attempt, fresh)
    return fresh


def _carry_over(before: Attempt, fresh: Attempt) -> None:
    """Nobody reads a lesson twice that has not changed."""
    old = {lesson["id"]: lesson for lesson in before.edition.lessons}
    rows = LessonProgress.objects.filter(attempt=before, finished_at__isnull=False)
    done = {row.lesson: row for row in rows}
    same = [row["id"] for row in fresh.edition.lessons if row["id"] in done and old.get(row["id"]) == row]
    if fresh.edition.assessment is None and len(same) == len(fresh.edition.lessons):
        # Finishing a lesson completes the course: one is left to finish.
        same.pop()
    LessonProgress.objects.bulk_create(
        LessonProgress(
            attempt=fresh,
            lesson=pk,
            opened_at=done[pk].opened_at,
            finished_at=done[pk].finished_at,
            positions=done[pk].positions,
            saved_at=done[pk].saved_at,
        )
        for pk in same
    )
