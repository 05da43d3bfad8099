"""Grading is pure: what is right, the score, and whether it passes."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from training.assessment.grade import grade, is_right


def question(pk: str, *marks: bool) -> dict[str, Any]:
    return {"id": pk, "choices": [{"id": f"{pk}{n}", "correct": mark} for n, mark in enumerate(marks)]}


@st.composite
def quizzes(draw: st.DrawFn) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    marks = draw(st.lists(st.lists(st.booleans(), min_size=2, max_size=5), min_size=1, max_size=12))
    questions = [question(f"q{n}-", *row) for n, row in enumerate(marks)]
    chosen = {
        q["id"]: draw(st.lists(st.sampled_from([c["id"] for c in q["choices"]]), unique=True))
        for q in questions
    }
    return questions, chosen


def right_of(q: dict[str, Any]) -> list[str]:
    return [c["id"] for c in q["choices"] if c["correct"]]


def test_the_right_choice_is_right_and_any_other_is_not() -> None:
    asked = question("q", True, False, False)
    assert is_right(asked, ["q0"])
    assert not is_right(asked, ["q1"])
    assert not is_right(asked, [])


def test_several_right_choices_must_all_be_chosen_and_nothing_else() -> None:
    asked = question("q", True, True, False)
    assert is_right(asked, ["q1", "q0"])
    assert not is_right(asked, ["q0"])
    assert not is_right(asked, ["q0", "q1", "q2"])


def test_two_thirds_is_cut_not_rounded_up() -> None:
    questions = [question(f"q{n}-", True, False) for n in range(3)]
    result = grade(questions, {q["id"]: right_of(q) for q in questions[:2]}, 67)
    assert (result.score_percent, result.passed) == (Decimal("66.66"), False)


def test_exactly_the_passing_score_passes() -> None:
    questions = [question(f"q{n}-", True, False) for n in range(5)]
    result = grade(questions, {q["id"]: right_of(q) for q in questions[:4]}, 80)
    assert (result.score_percent, result.passed) == (Decimal("80.00"), True)


def test_two_of_three_pass_where_two_thirds_are_asked() -> None:
    """66 percent of three questions is two, not three: the rule counts, it does not compare rounded shares."""
    questions = [question(f"q{n}-", True, False) for n in range(3)]
    assert grade(questions, {q["id"]: right_of(q) for q in questions[:2]}, 66).passed


@given(quizzes(), st.integers(1, 100))
def test_the_score_lies_between_nothing_and_all_and_agrees_with_passing(
    quiz: tuple[list[dict[str, Any]], dict[str, list[str]]], passing: int
) -> None:
    questions, chosen = quiz
    result = grade(questions, chosen, passing)
    assert Decimal(0) <= result.score_percent <= Decimal(100)
    assert 0 <= result.right <= result.asked == len(questions)
    assert result.passed == (Decimal(result.right) * 100 / result.asked >= passing)


@given(quizzes(), st.integers(1, 100))
def test_all_right_is_one_hundred_and_passes_always(
    quiz: tuple[list[dict[str, Any]], dict[str, list[str]]], passing: int
) -> None:
    questions, _chosen = quiz
    result = grade(questions, {q["id"]: right_of(q) for q in questions}, passing)
    assert (result.score_percent, result.passed) == (Decimal(100), True)


@given(quizzes(), st.randoms(use_true_random=False))
def test_neither_the_order_of_questions_nor_of_choices_matters(
    quiz: tuple[list[dict[str, Any]], dict[str, list[str]]], draw: Any
) -> None:
    questions, chosen = quiz
    mixed = [{**q, "choices": draw.sample(q["choices"], len(q["choices"]))} for q in questions]
    draw.shuffle(mixed)
    turned = {pk: draw.sample(picked, len(picked)) for pk, picked in chosen.items()}
    assert grade(mixed, turned, 80) == grade(questions, chosen, 80)


@given(quizzes())
def test_one_more_right_answer_never_lowers_the_score(
    quiz: tuple[list[dict[str, Any]], dict[str, list[str]]],
) -> None:
    questions, chosen = quiz
    before = grade(questions, chosen, 80)
    after = grade(questions, {**chosen, questions[0]["id"]: right_of(questions[0])}, 80)
    assert after.score_percent >= before.score_percent
    assert after.passed >= before.passed
