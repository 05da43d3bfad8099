"""The outline of an attempt's edition."""

from typing import Any

from training.learning import lessons
from training.learning.leaving import left_of
from training.models import Attempt


def outline(attempt: Attempt) -> dict[str, Any]:
    """The outline of the attempt's edition, with what is done; shown left of everything in the player."""
    done = lessons.finished(attempt)
    rows = [{**lesson, "done": lesson["id"] in done} for lesson in attempt.edition.lessons]
    left = sum(not lesson["done"] for lesson in rows)
    return {
        "attempt": attempt,
        "edition": attempt.edition,
        "outline": rows,
        "lessons_left": left,
        "ready": left == 0,
        "left": left_of(attempt),
    }
