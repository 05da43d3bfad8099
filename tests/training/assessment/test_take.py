"""The assessment: each answer kept as it is given, handed in once, closed after that."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from portal.errors import Refused
from tests.cast import Cast
from tests.training.conftest import answer_all, course_data, read_all, right_choices, wrong_choices
from training.assessment.take import choices_shown, flag, questions_of, save_answer, start_sitting, submit
from training.errors import Locked, Submitted, Unanswered
from training.learning.start import start
from training.models import Attempt, Completion, CoursePage, Sitting, SittingAnswer


@pytest.fixture
def attempt(course: CoursePage, cast: Cast, today: date) -> Attempt:
    return read_all(start(cast.dana, course), today)


def first_question(attempt: Attempt) -> dict:  # type: ignore[type-arg]
    return next(iter(questions_of(attempt).values()))


def test_it_opens_when_every_lesson_is_finished(course: CoursePage, cast: Cast) -> None:
    with pytest.raises(Locked, match="every lesson is finished"):
        start_sitting(start(cast.dana, course))


def test_beginning_twice_goes_on_with_the_same_try(attempt: Attempt) -> None:
    assert start_sitting(attempt) == start_sitting(attempt)
    assert Sitting.objects.count() == 1


def test_the_draw_is_kept(attempt: Attempt) -> None:
    sitting = start_sitting(attempt)
    again = Sitting.objects.get(pk=sitting.pk)
    assert sorted(again.order) == sorted(questions_of(attempt))
    for question in questions_of(attempt).values():
        shown = [choice["id"] for choice in choices_shown(again, question)]
        assert shown == again.shown[question["id"]]
        assert sorted(shown) == sorted(choice["id"] for choice in question["choices"])


def test_choices_stay_in_order_where_the_author_wants_it(
    make_course: Callable[..., CoursePage], cast: Cast, today: date
) -> None:
    quiz = {**course_data()["assessment"], "shuffle_choices": False}
    attempt = read_all(start(cast.dana, make_course("ordered", assessment=quiz)), today)
    sitting = start_sitting(attempt)
    for question in questions_of(attempt).values():
        assert choices_shown(sitting, question) == question["choices"]


def test_an_answer_is_kept_as_it_is_given_and_can_be_changed(attempt: Attempt) -> None:
    sitting, question = start_sitting(attempt), first_question(attempt)
    save_answer(sitting, question["id"], wrong_choices(question))
    kept = save_answer(sitting, question["id"], right_choices(question))
    assert kept.chosen == right_choices(question)
    assert kept.saved_at is not None
    assert SittingAnswer.objects.exclude(chosen=[]).count() == 1


def test_an_answer_can_be_taken_back(attempt: Attempt) -> None:
    sitting, question = start_sitting(attempt), first_question(attempt)
    save_answer(sitting, question["id"], right_choices(question))
    assert save_answer(sitting, question["id"], []).chosen == []


def test_what_was_not_offered_is_refused(attempt: Attempt) -> None:
    sitting, question = start_sitting(attempt), first_question(attempt)
    with pytest.raises(Refused, match="not offered"):
        save_answer(sitting, question["id"], ["something"])
    with pytest.raises(Refused, match="not offered"):
        save_answer(sitting, question["id"], [choice["id"] for choice in question["choices"]])
    with pytest.raises(Refused, match="not part"):
        save_answer(sitting, "another-question", [])
    assert not SittingAnswer.objects.exclude(chosen=[]).exists()


def test_handing_in_needs_every_answer_and_says_which_is_open(attempt: Attempt, today: date) -> None:
    sitting, question = start_sitting(attempt), first_question(attempt)
    save_answer(sitting, question["id"], right_choices(question))
    with pytest.raises(Unanswered) as refusal:
        submit(sitting, on=today)
    numbers = [n for n, pk in enumerate(sitting.order, start=1) if pk != question["id"]]
    assert refusal.value.numbers == numbers
    assert "have no answer yet" in refusal.value.message
    assert Sitting.objects.get(pk=sitting.pk).submitted_at is None


def test_passing_completes_the_course(attempt: Attempt, today: date) -> None:
    sitting = submit(answer_all(attempt), on=today)
    assert (sitting.score_percent, sitting.passed) == (Decimal(100), True)
    assert Completion.objects.get(attempt=attempt).sitting == sitting


def test_failing_does_not_and_the_next_try_is_another(attempt: Attempt, today: date) -> None:
    sitting = submit(answer_all(attempt, wrong=2), on=today)
    assert (sitting.score_percent, sitting.passed) == (Decimal("33.33"), False)
    assert not Completion.objects.exists()
    again = start_sitting(attempt)
    assert (again.number, again.answers.exclude(chosen=[]).count()) == (2, 0)
    assert submit(answer_all(attempt, wrong=1), on=today).passed


def test_handing_in_twice_is_once(attempt: Attempt, today: date) -> None:
    sitting = answer_all(attempt)
    assert submit(sitting, on=today).submitted_at == submit(sitting, on=today).submitted_at
    assert Completion.objects.count() == 1


def test_an_answer_after_handing_in_is_refused_and_nothing_is_lost(attempt: Attempt, today: date) -> None:
    """A second tab that was still open: it hears that the try is closed, and since when."""
    sitting, question = answer_all(attempt), first_question(attempt)
    submit(sitting, on=today)
    with pytest.raises(Submitted, match="was handed in on"):
        save_answer(sitting, question["id"], wrong_choices(question))
    with pytest.raises(Submitted):
        flag(sitting, question["id"], flagged=True)
    assert SittingAnswer.objects.get(question=question["id"]).chosen == right_choices(question)


def test_what_is_handed_in_is_closed_in_the_database(attempt: Attempt, today: date) -> None:
    sitting = submit(answer_all(attempt), on=today)
    for rows, values in (
        (SittingAnswer.objects.filter(sitting=sitting), {"chosen": []}),
        (Sitting.objects.filter(pk=sitting.pk), {"score_percent": 0}),
        (Completion.objects.filter(attempt=attempt), {"completed_on": date(2020, 1, 1)}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**values)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.delete()


def test_tries_are_counted_where_the_author_limits_them(
    make_course: Callable[..., CoursePage], cast: Cast, today: date
) -> None:
    quiz = {**course_data()["assessment"], "tries_allowed": 2}
    attempt = read_all(start(cast.dana, make_course("limited", assessment=quiz)), today)
    for _number in range(2):
        submit(answer_all(attempt, wrong=3), on=today)
    with pytest.raises(Refused, match="No try is left"):
        start_sitting(attempt)


def test_leaving_and_coming_back_is_no_new_try(
    make_course: Callable[..., CoursePage], cast: Cast, today: date
) -> None:
    quiz = {**course_data()["assessment"], "tries_allowed": 1}
    attempt = read_all(start(cast.dana, make_course("limited", assessment=quiz)), today)
    begun = start_sitting(attempt)
    assert start_sitting(attempt) == begun


def test_a_flag_is_kept_beside_the_answer(attempt: Attempt) -> None:
    sitting, question = start_sitting(attempt), first_question(attempt)
    assert flag(sitting, question["id"], flagged=True).flagged
    assert not flag(sitting, question["id"], flagged=False).flagged


def test_after_completing_no_try_can_be_begun(attempt: Attempt, today: date) -> None:
    submit(answer_all(attempt), on=today)
    with pytest.raises(Refused, match="completed this course"):
        start_sitting(attempt)
