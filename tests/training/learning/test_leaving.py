"""A tab on an attempt that was left says so, keeps what was typed, and offers the one that counts."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.people.models import Person
from tests.cast import Cast
from tests.training.authoring.test_withdraw import next_edition, withdrawn
from tests.training.conftest import MakeCourse, answer_all, read_all
from training.learning.lessons import finished, lesson_ids
from training.learning.start import start, start_over
from training.models import Attempt, Completion, CoursePage, LessonProgress, Sitting, SittingAnswer

type SignIn = Callable[[Person], Client]
WORDS = "You went on with edition 2"


def url(name: str, *args: Any) -> str:
    return reverse(f"training:{name}", args=args)


def page(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def left(course: CoursePage, cast: Cast, today: date) -> Sitting:
    """A try with every answer given, at an attempt that was left for edition 2."""
    attempt = read_all(start(cast.dana, course), today)
    sitting: Sitting = answer_all(attempt)
    next_edition(course, cast, today)
    start_over(attempt)
    return sitting


@pytest.fixture
def client(left: Sitting, cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.dana)


def current(cast: Cast) -> Attempt:
    found: Attempt = Attempt.objects.open().get(person=cast.dana)
    return found


def test_done_says_so_and_leads_to_the_current_attempt(left: Sitting, client: Client, cast: Cast) -> None:
    attempt = left.attempt
    response = client.post(url("lesson_finish", attempt.pk, lesson_ids(attempt)[0]))
    assert response.status_code == 409
    assert WORDS in page(response)
    assert url("attempt", current(cast).pk) in page(response)


def test_handing_in_says_so_and_keeps_what_was_chosen(left: Sitting, client: Client, cast: Cast) -> None:
    response = client.post(url("submit", left.attempt_id, left.number))
    assert response.status_code == 409
    assert WORDS in page(response)
    assert "What comes first?<br><b>The task</b>" in page(response)
    assert url("attempt", current(cast).pk) in page(response)
    assert not Completion.objects.exists()
    left.refresh_from_db()
    assert left.submitted_at is None


def test_an_answer_that_was_just_chosen_is_shown_too(left: Sitting, client: Client) -> None:
    number = 1
    row = SittingAnswer.objects.get(sitting=left, question=left.order[number - 1])
    asked = next(
        q for q in left.attempt.edition.content["assessment"]["questions"] if q["id"] == row.question
    )
    other = next(choice for choice in asked["choices"] if not choice["correct"])
    address = url("question", left.attempt_id, left.number, number)
    response = client.post(address, {"choice": other["id"], "then": "next"})
    assert (response.status_code, WORDS in page(response)) == (409, True)
    assert f"{asked['stem']}<br><b>{other['text']}</b>" in page(response)
    assert SittingAnswer.objects.get(pk=row.pk).chosen == row.chosen


def test_what_saves_itself_hears_it_in_words(left: Sitting, client: Client) -> None:
    attempt = left.attempt
    address = url("question", attempt.pk, left.number, 1)
    response = client.post(address, {"choice": "x"}, headers={"X-Autosave": "1"})
    assert (response.status_code, WORDS in response.content.decode()) == (422, True)
    response = client.post(url("lesson_position", attempt.pk, lesson_ids(attempt)[1]), {"x": "5"})
    assert (response.status_code, WORDS in response.content.decode()) == (422, True)


def test_every_other_way_says_so_too(left: Sitting, client: Client) -> None:
    pk = left.attempt_id
    for address in (url("assessment_begin", pk), url("start_over", pk)):
        assert client.post(address).status_code == 409
    for address in (
        url("lesson", pk, lesson_ids(left.attempt)[0]),
        url("assessment", pk),
        url("question", pk, left.number, 1),
        url("review", pk, left.number),
    ):
        response = client.get(address, follow=True)
        assert response.status_code == 200
        assert WORDS in page(response), address
        assert "Done, " not in page(response)
        assert "Hand in</" not in page(response)


def test_lessons_that_have_not_changed_count_in_the_other_edition(left: Sitting, cast: Cast) -> None:
    _first, second = lesson_ids(left.attempt)
    assert finished(current(cast)) == {second}


def test_one_lesson_is_left_to_finish_where_nothing_else_completes_the_course(
    make_course: MakeCourse, cast: Cast, today: date
) -> None:
    course = make_course("short", assessment=None)
    attempt = start(cast.dana, course)
    LessonProgress.objects.bulk_create(
        LessonProgress(attempt=attempt, lesson=pk, finished_at=attempt.started_at)
        for pk in lesson_ids(attempt)
    )
    course.title = "Another title"
    course.save()
    from tests.cast import by
    from training.authoring.release import release

    release(course, by=by(cast.arthur), on=today)
    fresh = start_over(attempt)
    assert len(finished(fresh)) == 1


def test_a_withdrawn_edition_waits_in_words(
    course: CoursePage, cast: Cast, today: date, sign_in: SignIn
) -> None:
    attempt = start(cast.dana, course)
    withdrawn(attempt.edition, cast, today)
    client = sign_in(cast.dana)
    response = client.post(url("lesson_finish", attempt.pk, lesson_ids(attempt)[0]))
    assert response.status_code == 409
    assert "Edition 1 was withdrawn on" in page(response)
    assert client.get(url("mine")).status_code == 200


# ---- authors' pages ---------------------------------------------------------------------------


def test_an_author_sees_what_is_new_releases_and_withdraws(
    course: CoursePage, cast: Cast, today: date, sign_in: SignIn
) -> None:
    client = sign_in(cast.arthur)
    address = url("release", course.code)
    assert "Nothing has changed since edition 1." in page(client.get(address))
    lesson = course.get_children().first().specific
    lesson.title = "Begin with the task"
    lesson.save()
    assert "Lesson changed: “Begin with the task”." in page(client.get(address))
    response = client.post(address, follow=True)
    assert "Who begins the course now gets edition 2." in page(response)
    assert course.editions.get(number=2).published_by == cast.arthur
    start(cast.dana, course)
    address = url("withdraw", course.code, 2)
    assert "One person in the middle of it is told, and goes on in edition 1." in page(client.get(address))
    assert client.post(address, {"reason": ""}).status_code == 422
    response = client.post(address, {"reason": "A wrong dose"}, follow=True)
    assert "A wrong dose" in page(response)
    assert "Withdrawn" in page(client.get(url("editions")))
    course.unpublish()
    assert "It cannot be released as it is." in page(client.get(url("release", course.code)))
    assert "is not published" in page(client.post(url("release", course.code), follow=True))
