"""The longest texts that forms take: every act on them works, and nothing is wider than its column."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portal.jobs.models import Job
from portal.jobs.queue import run_job
from tests.cast import Cast, by
from tests.training.conftest import MakeCourse, answer_all, course_data, pass_course, read_all
from tests.widths import longest_name, too_wide
from training.assessment.take import submit
from training.assessment.tries import grant_tries
from training.authoring.release import release, withdraw_edition
from training.completion.revoke import revoke
from training.learning.start import start
from training.models import CoursePage, LessonPage, Question

LINE = st.sampled_from("Aé日ß'\"&<").map(lambda letter: letter * 255)


def run_every_job() -> list[str]:
    """The errors of jobs that failed."""
    for pk in Job.objects.order_by("pk").values_list("pk", flat=True):
        run_job(pk)
    return list(Job.objects.exclude(last_error="").values_list("last_error", flat=True))


@pytest.fixture
def longest(make_course: MakeCourse, cast: Cast) -> CoursePage:
    longest_name(cast.dana)
    quiz = {**course_data()["assessment"], "title": "Q" * 255, "tries_allowed": 1}
    made = make_course("c" * 80, title="T" * 255, assessment=quiz, provider="P" * 160)
    LessonPage.objects.child_of(made).update(title="L" * 255)
    return made


@pytest.mark.long
def test_the_longest_course_is_taken_by_the_longest_name_to_its_end(
    longest: CoursePage, cast: Cast, today: date
) -> None:
    longest.refresh_from_db()
    longest.full_clean()
    completion = pass_course(cast.dana, longest, today)
    assert completion.certificate.name.startswith("N" * 100)
    assert run_every_job() == []
    revoke(completion.certificate, reason="r" * 2000, by=by(cast.hana))
    assert too_wide() == []


def test_so_is_every_other_act_on_it(longest: CoursePage, cast: Cast, today: date) -> None:
    attempt = read_all(start(cast.dana, longest), today)
    submit(answer_all(attempt, wrong=3), on=today)
    grant_tries(attempt, tries=10, reason="r" * 2000, on=today, by=by(cast.renata))
    question = Question.objects.order_by("pk")[0]
    question.stem = "s" * 5000
    question.save()
    edition = release(longest, by=by(cast.arthur), on=today)
    withdraw_edition(edition, reason="r" * 2000, by=by(cast.arthur), on=today)
    assert too_wide() == []


@pytest.mark.long
@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(title=LINE, cut=st.integers(1, 255))
def test_a_title_of_any_length_can_be_released_and_completed(
    course: CoursePage, cast: Cast, today: date, title: str, cut: int
) -> None:
    course.title = title[:cut]
    course.full_clean()
    course.save()
    release(course, by=by(cast.arthur), on=today)
    pass_course(cast.dana, course, today)
    assert too_wide() == []


def test_a_copy_of_the_longest_course_has_a_code_that_fits(longest: CoursePage) -> None:
    copied: Any = longest.copy(recursive=True, update_attrs={"slug": "s" * 255, "title": "T" * 255})
    copied.full_clean()
    assert len(copied.code) <= 80
    assert too_wide() == []
