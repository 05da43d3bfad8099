"""Training: catalogue pages, questions in banks, immutable editions, and what learners did."""

from training.models.edition import Edition, EditionWithdrawal
from training.models.learning import (
    Attempt,
    Certificate,
    Completion,
    LessonProgress,
    MoreTries,
    Sitting,
    SittingAnswer,
)
from training.models.pages import AssessmentPage, AssessmentQuestion, CourseIndexPage, CoursePage, LessonPage
from training.models.questions import Choice, Question, QuestionBank, QuestionVersion

__all__ = [
    "AssessmentPage",
    "AssessmentQuestion",
    "Attempt",
    "Certificate",
    "Choice",
    "Completion",
    "CourseIndexPage",
    "CoursePage",
    "Edition",
    "EditionWithdrawal",
    "LessonPage",
    "LessonProgress",
    "MoreTries",
    "Question",
    "QuestionBank",
    "QuestionVersion",
    "Sitting",
    "SittingAnswer",
]
