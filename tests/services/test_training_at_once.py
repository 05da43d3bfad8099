"""Two windows of one learner, in both orders, on PostgreSQL."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from portal.errors import Refused
from portal.home.pages import ensure_page_tree
from portal.people.facts.lock import lock_organization
from portal.people.models import Person
from portal.standing.models import Evidence
from tests.cast import Cast, make_cast
from tests.services.threads import all_at_once, beside, told_in_words
from tests.training.conftest import answer_all, course_data, read_all
from training.assessment.take import submit
from training.authoring.import_course import import_course
from training.authoring.publish import publish_edition
from training.errors import Left
from training.learning.start import start, start_over
from training.models import Attempt, Certificate, Completion, CoursePage

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
TODAY = date(2026, 11, 24)


@pytest.fixture
def cast() -> Cast:
    return make_cast(TODAY)


@pytest.fixture
def course(cast: Cast, tmp_path: Path) -> CoursePage:
    lessons = [
        {"slug": slug, "title": slug, "minutes": 5, "blocks": [{"type": "text", "value": "<p>Call.</p>"}]}
        for slug in ("task", "call")
    ]
    data = course_data("handover", lessons=lessons)
    return import_course(data, index=ensure_page_tree(), folder=tmp_path, actor=cast.arthur, on=TODAY)


def with_a_newer_edition(course: CoursePage, cast: Cast) -> Attempt:
    """Dana's attempt at the edition before, with every lesson read."""
    attempt = read_all(start(cast.dana, course), TODAY)
    course.summary = "Another summary."
    course.save()
    publish_edition(course, actor=cast.arthur, on=TODAY)
    return attempt


def test_handing_in_before_starting_over_completes_the_course(course: CoursePage, cast: Cast) -> None:
    attempt = with_a_newer_edition(course, cast)
    sitting = answer_all(attempt)
    [error] = beside(lambda: submit(sitting, on=TODAY), lambda: start_over(attempt))
    assert isinstance(error, Refused)
    assert "ended already" in error.message
    assert Completion.objects.count() == Certificate.objects.count() == Evidence.objects.count() == 1


def test_starting_over_before_handing_in_keeps_the_answers_out(course: CoursePage, cast: Cast) -> None:
    attempt = with_a_newer_edition(course, cast)
    sitting = answer_all(attempt)
    [error] = beside(lambda: start_over(attempt), lambda: submit(sitting, on=TODAY))
    assert isinstance(error, Left)
    assert "You went on with edition 2" in error.message
    assert not Completion.objects.exists()
    assert Attempt.objects.open().get(person=cast.dana).edition.number == 2


def test_handing_in_and_starting_over_at_once_is_one_of_the_two(course: CoursePage, cast: Cast) -> None:
    attempt = with_a_newer_edition(course, cast)
    sitting = answer_all(attempt)
    errors = all_at_once(lambda: submit(sitting, on=TODAY), lambda: start_over(attempt))
    assert len(errors) == 1
    assert told_in_words(errors)


def test_handing_in_twice_at_once_is_once(course: CoursePage, cast: Cast) -> None:
    sitting = answer_all(read_all(start(cast.dana, course), TODAY))
    assert all_at_once(*[lambda: submit(sitting, on=TODAY)] * 3) == []
    assert Completion.objects.count() == Certificate.objects.count() == Evidence.objects.count() == 1


def test_a_lesson_opens_beside_a_change_of_rules(
    course: CoursePage, cast: Cast, sign_in: Callable[[Person], object]
) -> None:
    """Also while another window waits to complete the course."""
    attempt = start(cast.dana, course)
    names = [lesson["id"] for lesson in attempt.edition.lessons]
    answers: list[int] = []

    def look() -> None:
        client = sign_in(cast.dana)
        for name in names:
            answers.append(client.get(reverse("training:lesson", args=[attempt.pk, name])).status_code)  # type: ignore[attr-defined]

    assert beside(lock_organization, look, waits=False) == []
    assert set(answers) == {200}
