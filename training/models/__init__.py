"""Training: catalogue pages, questions in banks, immutable editions, and what learners did."""

from training.models.edition import Edition
from training.models.learning import (
    Attempt,
    Certificate,
    Completion,
    LessonProgress,
    Sitting,
    SittingAnswer,
)
from training.models.pages import AssessmentPage, AssessmentQuestion, CourseIndexPage, CoursePage, LessonPage
from training.models.questions import Choice, Question, QuestionBank

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
    "LessonPage",
    "LessonProgress",
    "Question",
    "QuestionBank",
    "Sitting",
    "SittingAnswer",
]
