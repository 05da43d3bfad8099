"""Grading an assessment: which answers are right, the score, passed or not. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

type Question = Mapping[str, Any]


def is_right(question: Question, chosen: Iterable[str]) -> bool:
    """Right is the exact set of right choices: none missing, none too many."""
    right = {choice["id"] for choice in question["choices"] if choice["correct"]}
    return set(chosen) == right


@dataclass(frozen=True, slots=True)
class Grade:
    """How many were right, the score in percent, and whether that passes."""

    right: int
    asked: int
    score_percent: Decimal
    passed: bool


def grade(questions: Iterable[Question], chosen: Mapping[str, Iterable[str]], passing_percent: int) -> Grade:
    """The score is never rounded up to a pass: it is cut, not rounded, to two places."""
    asked = list(questions)
    right = sum(is_right(question, chosen.get(question["id"], ())) for question in asked)
    if not asked:
        return Grade(0, 0, Decimal(100), passed=True)
    score = (Decimal(100 * right) / len(asked)).quantize(Decimal("0.01"), ROUND_DOWN)
    return Grade(right, len(asked), score, passed=100 * right >= passing_percent * len(asked))
