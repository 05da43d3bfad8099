"""A course with everything in it: text, callout, image, video, handout, and questions of both kinds."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from PIL import Image

from portal.clock import business_today
from portal.home.pages import ensure_page_tree
from tests.cast import Cast
from tests.shared import BEGINNING, Beginning
from training.assessment.take import questions_of, save_answer, start_sitting
from training.authoring.import_course import import_course
from training.learning.lessons import finish_lesson
from training.learning.start import start
from training.models import Attempt, CourseIndexPage, CoursePage


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 6), "grey").save(out, "PNG")
    return out.getvalue()


# Bytes that only have to be the same again.
VIDEO = b"\x1a\x45\xdf\xa3 not a film"
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:08.000\nCall before you send.\n"


def single(stem: str, right: str, *wrong: str, lesson: str = "") -> dict[str, Any]:
    choices = [{"text": right, "correct": True, "feedback": "Yes."}]
    choices += [{"text": text, "correct": False, "feedback": "Think again."} for text in wrong]
    return {
        "kind": "single",
        "stem": stem,
        "explanation": f"Why: {right}.",
        "choices": choices,
        "lesson": lesson,
    }


def multiple(stem: str, right: list[str], wrong: list[str], lesson: str = "") -> dict[str, Any]:
    choices = [{"text": text, "correct": True} for text in right]
    choices += [{"text": text, "correct": False} for text in wrong]
    return {"kind": "multiple", "stem": stem, "choices": choices, "lesson": lesson}


def course_data(code: str = "handover", **changes: Any) -> dict[str, Any]:
    return {
        "slug": code,
        "title": "A safe handover",
        "summary": "What the next team needs, and nothing more.",
        "objectives": ["Name what the next team needs", "Leave out what it does not"],
        "minutes": 30,
        "contact_hours": "1.50",
        "valid_months": 12,
        "lessons": [
            {
                "title": "Start from the task",
                "slug": "task",
                "minutes": 12,
                "blocks": [
                    {
                        "type": "text",
                        "value": "<h2>The task first</h2><p>Say what has to be done on day one.</p>",
                    },
                    {
                        "type": "callout",
                        "value": {"kind": "practice", "title": "Ask", "text": "<p>Call first.</p>"},
                    },
                    {
                        "type": "image",
                        "value": {"file": "pixel.png", "alt": "A grey square", "caption": "Grey"},
                    },
                ],
            },
            {
                "title": "Call before you send",
                "slug": "call",
                "minutes": 14,
                "blocks": [
                    {
                        "type": "video",
                        "value": {
                            "title": "A warm handover",
                            "file": "film.webm",
                            "captions": "film.vtt",
                            "transcript": [["0:00", "Call before you send."]],
                        },
                    },
                    {"type": "document", "value": {"title": "Checklist", "file": "list.pdf"}},
                ],
            },
        ],
        "assessment": {
            "title": "Final quiz",
            "passing_percent": 60,
            "questions": [
                single("What comes first?", "The task", "The chart", "The fax", lesson="task"),
                multiple("Who needs the line type?", ["Infusion", "The nurse"], ["Meals"], lesson="call"),
                single("When do you call?", "Before sending", "After sending", lesson="call"),
            ],
        },
        **changes,
    }


def fill(folder: Path) -> Path:
    files = {"pixel.png": png(), "film.webm": VIDEO, "film.vtt": CAPTIONS, "list.pdf": b"%PDF-1.4 list"}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@BEGINNING.share("course")
def _course(made: Beginning) -> CoursePage:
    with TemporaryDirectory() as folder:
        return import_course(
            course_data(),
            index=ensure_page_tree(),
            folder=fill(Path(folder)),
            actor=made["cast"].arthur,
            on=business_today(),
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill(tmp_path)


@pytest.fixture
def index(db: Any) -> CourseIndexPage:
    return ensure_page_tree()


type MakeCourse = Callable[..., CoursePage]


@pytest.fixture
def make_course(cast: Cast, index: CourseIndexPage, folder: Path, today: date) -> MakeCourse:
    def make(code: str = "handover", **changes: Any) -> CoursePage:
        data = course_data(code, **changes)
        return import_course(data, index=index, folder=folder, actor=cast.arthur, on=today)

    return make


@pytest.fixture
def course(cast: Cast, make_course: MakeCourse) -> CoursePage:
    return BEGINNING["course"] if "course" in BEGINNING.made else make_course()


# ---- ways through it --------------------------------------------------------------------------


def read_all(attempt: Attempt, on: date) -> Attempt:
    for lesson in attempt.edition.lessons:
        finish_lesson(attempt, lesson["id"], on=on)
    return attempt


def right_choices(question: dict[str, Any]) -> list[str]:
    """In the order in which answers are kept."""
    return sorted(choice["id"] for choice in question["choices"] if choice["correct"])


def wrong_choices(question: dict[str, Any]) -> list[str]:
    return [next(choice["id"] for choice in question["choices"] if not choice["correct"])]


def answer_all(attempt: Attempt, *, wrong: int = 0) -> Any:
    """A try with every question answered, the first `wrong` of the edition not right; not handed in."""
    sitting = start_sitting(attempt)
    for number, question in enumerate(questions_of(attempt).values()):
        choices = wrong_choices(question) if number < wrong else right_choices(question)
        save_answer(sitting, question["id"], choices)
    return sitting


def pass_course(person: Any, course: CoursePage, on: date) -> Any:
    """The whole way; the completion."""
    from training.assessment.take import submit
    from training.models import Completion

    attempt = read_all(start(person, course), on)
    submit(answer_all(attempt), on=on)
    return Completion.objects.select_related("certificate", "edition", "person").get(attempt=attempt)
