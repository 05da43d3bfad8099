"""The learner's way in one place: starting, sitting, completing."""

from training.completing import CERTIFICATE_JOB, COMPLETED, SOURCE, complete
from training.sitting import flag, save_answer, start_sitting, submit
from training.starting import (
    all_finished,
    finish_lesson,
    finished,
    keep_positions,
    open_attempt,
    open_lesson,
    start,
    start_over,
)

__all__ = [
    "CERTIFICATE_JOB",
    "COMPLETED",
    "SOURCE",
    "all_finished",
    "complete",
    "finish_lesson",
    "finished",
    "flag",
    "keep_positions",
    "open_attempt",
    "open_lesson",
    "save_answer",
    "start",
    "start_over",
    "start_sitting",
    "submit",
]
