"""Lessons: opened, left at a place, finished; all on the server."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.errors import Refused
from training.completion.complete import complete
from training.learning.holding import lock_attempt
from training.learning.leaving import refuse_if_left
from training.models import Attempt, LessonProgress

# The longest video that makes sense in a lesson, in seconds.
LONGEST_VIDEO = 6 * 60 * 60


def lesson_ids(attempt: Attempt) -> list[str]:
    return [lesson["id"] for lesson in attempt.edition.lessons]


def finished(attempt: Attempt) -> set[str]:
    rows = LessonProgress.objects.filter(attempt=attempt, finished_at__isnull=False)
    return set(rows.values_list("lesson", flat=True))


def all_finished(attempt: Attempt) -> bool:
    """Is every lesson of the attempt's edition finished? Then the assessment opens."""
    return finished(attempt) >= set(lesson_ids(attempt))


def next_lesson(attempt: Attempt) -> str | None:
    """Where to go on: the lesson looked at last, if it is not finished; else the first that is not."""
    done = finished(attempt)
    left = [lesson for lesson in lesson_ids(attempt) if lesson not in done]
    if attempt.last_lesson in left:
        return attempt.last_lesson
    return left[0] if left else None


def _is_over(attempt: Attempt) -> bool:
    return bool(attempt.completed_at or attempt.abandoned_at)


def open_lesson(attempt: Attempt, lesson: str) -> LessonProgress:
    """The learner looks at a lesson: where to resume is kept on the server. Lessons may be read in any order.

    An attempt that is over is read without a trace. Raises Refused for a lesson that the edition
    does not have.
    """
    if lesson not in lesson_ids(attempt):
        raise Refused(_("This edition has no such lesson."))
    there = LessonProgress.objects.filter(attempt=attempt, lesson=lesson).first()
    if _is_over(attempt):
        return there or LessonProgress(attempt=attempt, lesson=lesson)
    if there and attempt.last_lesson == lesson:
        return there
    with transaction.atomic():
        progress, _made = LessonProgress.objects.get_or_create(attempt=attempt, lesson=lesson)
        Attempt.objects.open().filter(pk=attempt.pk).update(last_lesson=lesson)
        attempt.last_lesson = lesson
    return progress


@transaction.atomic
def keep_positions(attempt: Attempt, lesson: str, positions: Mapping[str, int]) -> LessonProgress:
    """Keep where each video of a lesson was left: block id -> second.

    What is not a video of this lesson is left out. Raises Refused for an unknown lesson, Left where the
    attempt counts no longer.
    """
    # Held first: another window may be finishing the course.
    held = lock_attempt(attempt)
    refuse_if_left(held)
    progress = open_lesson(held, lesson)
    if _is_over(held):
        return progress
    body = next(row for row in attempt.edition.lessons if row["id"] == lesson)
    videos = {block["id"] for block in body["blocks"] if block["type"] == "video"}
    kept = {pk: min(max(0, int(at)), LONGEST_VIDEO) for pk, at in positions.items() if pk in videos}
    if kept:
        progress.positions = {**progress.positions, **kept}
        progress.saved_at = timezone.now()
        progress.save(update_fields=["positions", "saved_at"])
    return progress


@transaction.atomic
def finish_lesson(attempt: Attempt, lesson: str, *, on: date) -> LessonProgress:
    """The lesson is read. A course without an assessment is complete with its last lesson.

    Finishing twice is once. Raises Refused for an unknown lesson, Left where the attempt counts no longer.
    """
    # Two last lessons finished at once: the second waits, sees the first, and completes the course.
    held = lock_attempt(attempt, may_complete=attempt.edition.assessment is None)
    refuse_if_left(held)
    progress = open_lesson(held, lesson)
    if _is_over(held):
        return progress
    if progress.finished_at is None:
        progress.finished_at = progress.saved_at = timezone.now()
        progress.save(update_fields=["finished_at", "saved_at"])
    if held.edition.assessment is None and all_finished(held):
        complete(held, on=on)
    return progress


def progress_of(attempts: list[Attempt]) -> dict[int, tuple[int, int]]:
    """Steps done and steps there are, by attempt id, of the edition each began. One query."""
    rows = LessonProgress.objects.filter(attempt__in=attempts, finished_at__isnull=False)
    done: dict[int, set[str]] = {}
    for pk, lesson in rows.values_list("attempt_id", "lesson"):
        done.setdefault(pk, set()).add(lesson)
    found: dict[int, Any] = {}
    for attempt in attempts:
        ids = lesson_ids(attempt)
        steps = len(ids) + (1 if attempt.edition.assessment else 0)
        found[attempt.pk] = (len(done.get(attempt.pk, set()).intersection(ids)), steps)
    return found
