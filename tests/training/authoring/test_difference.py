"""What is new in an edition, in words."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.authoring.difference import differences

QUESTION = {"id": "q1", "version": 1, "stem": "Who?", "kind": "single", "lesson": "lesson-1", "choices": []}
BEFORE: dict[str, Any] = {
    "code": "handover",
    "title": "A safe handover",
    "summary": "Short.",
    "objectives": ["One"],
    "minutes": 30,
    "contact_hours": "1.50",
    "valid_months": 12,
    "provider": "",
    "lessons": [
        {"id": "lesson-1", "title": "First", "minutes": 10, "blocks": []},
        {"id": "lesson-2", "title": "Second", "minutes": 10, "blocks": []},
    ],
    "assessment": {
        "id": "a",
        "title": "Quiz",
        "passing_percent": 80,
        "tries_allowed": 0,
        "shuffle_choices": True,
        "questions": [QUESTION, {**QUESTION, "id": "q2", "stem": "When?"}],
    },
}


def changed(do: Any) -> list[str]:
    after = deepcopy(BEFORE)
    do(after)
    return differences(BEFORE, after)


@pytest.mark.parametrize(
    ("do", "words"),
    [
        (lambda c: c.update(minutes=40), ["Minutes: “40” instead of “30”."]),
        (
            lambda c: c.update(valid_months=None),
            ["Certificate valid for (months): “none” instead of “12”."],
        ),
        (lambda c: c.update(summary="x" * 99), ["Summary: changed."]),
        (lambda c: c["lessons"][0].update(title="Begin"), ["Lesson changed: “Begin”."]),
        (lambda c: c["lessons"].pop(), ["Lesson left out: “Second”."]),
        (lambda c: c["lessons"].reverse(), ["The lessons stand in another order."]),
        (
            lambda c: c["lessons"].append({"id": "lesson-3", "title": "Third", "minutes": 1, "blocks": []}),
            ["New lesson: “Third”."],
        ),
        (lambda c: c.update(assessment=None), ["The assessment is left out."]),
        (
            lambda c: c["assessment"].update(passing_percent=60),
            ["Passing score (percent): “60” instead of “80”."],
        ),
        (
            lambda c: c["assessment"]["questions"][0].update(version=2, stem="Who first?"),
            ["Question changed: “Who first?” (version 2)."],
        ),
        (lambda c: c["assessment"]["questions"].pop(0), ["Question left out: “Who?”."]),
        (lambda c: c["assessment"]["questions"].reverse(), ["The questions stand in another order."]),
    ],
)
def test_each_change_is_a_sentence(do: Any, words: list[str]) -> None:
    assert changed(do) == words


def test_the_first_edition_says_so() -> None:
    assert differences(None, BEFORE) == ["This is the first edition."]


ORDERS = st.permutations(["lesson-1", "lesson-2", "lesson-3"]).flatmap(
    lambda ids: st.integers(0, 3).map(lambda n: [{"id": pk, "title": pk, "blocks": []} for pk in ids[:n]])
)


@given(ORDERS, ORDERS)
def test_nothing_is_said_of_the_same_and_something_of_everything_else(before: Any, after: Any) -> None:
    old, new = {**BEFORE, "lessons": before}, {**BEFORE, "lessons": after}
    assert (differences(old, new) == []) == (before == after)
