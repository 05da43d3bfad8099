"""Learning: begun once, resumed anywhere, at the edition one began."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.errors import Refused
from tests.cast import Cast
from tests.training.conftest import pass_course, read_all
from training.authoring.publish import publish_edition
from training.errors import Left
from training.learning.lessons import (
    all_finished,
    finish_lesson,
    keep_positions,
    lesson_ids,
    next_lesson,
    open_lesson,
    progress_of,
)
from training.learning.start import start, start_over
from training.models import Attempt, Completion, CoursePage, LessonPage, LessonProgress


def newer_edition(course: CoursePage, cast: Cast, today: date) -> None:
    page = LessonPage.objects.child_of(course).order_by("path").first()
    assert page is not None
    page.title = "Begin with the task"
    page.save()
    publish_edition(course, actor=cast.arthur, on=today)


def test_starting_takes_the_latest_edition(course: CoursePage, cast: Cast, today: date) -> None:
    newer_edition(course, cast, today)
    assert start(cast.dana, course).edition.number == 2


def test_starting_again_goes_on_with_the_open_attempt(course: CoursePage, cast: Cast) -> None:
    """Two tabs, two clicks: one attempt."""
    assert start(cast.dana, course) == start(cast.dana, course)
    assert Attempt.objects.count() == 1


def test_the_database_knows_only_one_open_attempt(course: CoursePage, cast: Cast) -> None:
    first = start(cast.dana, course)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(person=cast.dana, course=course, edition=first.edition)


def test_a_course_that_is_withdrawn_cannot_be_begun_but_can_be_finished(
    course: CoursePage, cast: Cast, today: date
) -> None:
    begun = start(cast.dana, course)
    course.unpublish()
    course.refresh_from_db()
    with pytest.raises(Refused, match="not offered"):
        start(cast.marcus, course)
    assert start(cast.dana, course) == begun


def test_who_has_begun_stays_with_that_edition(course: CoursePage, cast: Cast, today: date) -> None:
    begun = start(cast.dana, course)
    newer_edition(course, cast, today)
    assert start(cast.dana, course).edition.number == begun.edition.number == 1


def test_starting_over_leaves_the_older_edition_and_keeps_what_was_done(
    course: CoursePage, cast: Cast, today: date
) -> None:
    begun = start(cast.dana, course)
    finish_lesson(begun, lesson_ids(begun)[0], on=today)
    newer_edition(course, cast, today)
    fresh = start_over(begun)
    assert (fresh.edition.number, fresh.pk != begun.pk) == (2, True)
    assert LessonProgress.objects.filter(attempt=begun, finished_at__isnull=False).count() == 1
    with pytest.raises(Refused, match="ended already"):
        start_over(begun)


def test_starting_over_needs_a_newer_edition(course: CoursePage, cast: Cast) -> None:
    with pytest.raises(Refused, match="latest edition"):
        start_over(start(cast.dana, course))


def test_the_place_is_kept(course: CoursePage, cast: Cast, today: date) -> None:
    attempt = start(cast.dana, course)
    first, second = lesson_ids(attempt)
    assert next_lesson(attempt) == first
    open_lesson(attempt, second)
    assert next_lesson(Attempt.objects.get(pk=attempt.pk)) == second
    finish_lesson(attempt, second, on=today)
    assert next_lesson(Attempt.objects.get(pk=attempt.pk)) == first


def test_lessons_may_be_finished_in_any_order_and_twice(course: CoursePage, cast: Cast, today: date) -> None:
    attempt = start(cast.dana, course)
    first, second = lesson_ids(attempt)
    finish_lesson(attempt, second, on=today)
    assert not all_finished(attempt)
    at = finish_lesson(attempt, first, on=today).finished_at
    assert finish_lesson(attempt, first, on=today).finished_at == at
    assert all_finished(attempt)


def test_a_lesson_of_another_edition_is_refused(course: CoursePage, cast: Cast, today: date) -> None:
    attempt = start(cast.dana, course)
    for act in (
        lambda: open_lesson(attempt, "lesson-0"),
        lambda: finish_lesson(attempt, "lesson-0", on=today),
    ):
        with pytest.raises(Refused, match="no such lesson"):
            act()
    assert not LessonProgress.objects.exists()


def test_where_a_video_was_left_is_kept(course: CoursePage, cast: Cast) -> None:
    attempt = start(cast.dana, course)
    lesson = attempt.edition.lessons[1]
    video = lesson["blocks"][0]["id"]
    keep_positions(attempt, lesson["id"], {video: 72, "no-such-video": 5})
    kept = keep_positions(attempt, lesson["id"], {})
    assert kept.positions == {video: 72}


def test_a_position_is_a_sensible_number_of_seconds(course: CoursePage, cast: Cast) -> None:
    attempt = start(cast.dana, course)
    lesson = attempt.edition.lessons[1]
    video = lesson["blocks"][0]["id"]
    assert keep_positions(attempt, lesson["id"], {video: 10**9}).positions == {video: 6 * 60 * 60}


def test_a_course_without_assessment_ends_with_its_last_lesson(
    make_course: Callable[..., CoursePage], cast: Cast, today: date
) -> None:
    attempt = read_all(start(cast.dana, make_course("short", assessment=None)), today)
    completion = Completion.objects.get(attempt=attempt)
    assert (completion.score_percent, completion.completed_on) == (None, today)


def test_progress_counts_the_steps_of_the_edition_begun(course: CoursePage, cast: Cast, today: date) -> None:
    attempt = start(cast.dana, course)
    finish_lesson(attempt, lesson_ids(attempt)[0], on=today)
    assert progress_of([attempt]) == {attempt.pk: (1, 3)}


def test_after_completing_looking_back_changes_nothing(course: CoursePage, cast: Cast, today: date) -> None:
    attempt = pass_course(cast.dana, course, today).attempt
    before = Attempt.objects.get(pk=attempt.pk).last_lesson
    open_lesson(Attempt.objects.get(pk=attempt.pk), lesson_ids(attempt)[0])
    assert Attempt.objects.get(pk=attempt.pk).last_lesson == before


def test_a_completed_attempt_is_closed_in_the_database(course: CoursePage, cast: Cast, today: date) -> None:
    attempt = pass_course(cast.dana, course, today).attempt
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.filter(pk=attempt.pk).update(completed_at=None)


def test_completing_opens_the_way_to_take_it_again(course: CoursePage, cast: Cast, today: date) -> None:
    first = pass_course(cast.dana, course, today).attempt
    again = start(cast.dana, course)
    assert again.pk != first.pk
    assert progress_of([again]) == {again.pk: (0, 3)}


def test_an_attempt_left_in_another_window_is_not_completed(
    make_course: Callable[..., CoursePage], cast: Cast, today: date
) -> None:
    attempt = start(cast.dana, make_course(assessment=None))
    *before, last = attempt.edition.lessons
    for lesson in before:
        finish_lesson(attempt, lesson["id"], on=today)
    Attempt.objects.filter(pk=attempt.pk).update(abandoned_at=timezone.now())
    with pytest.raises(Left, match="no longer counts"):
        finish_lesson(attempt, last["id"], on=today)
    assert not Completion.objects.exists()
