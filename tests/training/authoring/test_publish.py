"""Publishing freezes a course into an edition that never changes."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import IntegrityError, transaction

from portal.files.models import ContentDocument
from portal.hashing import canonical_sha256
from portal.standing.models import Qualification
from tests.access_table.world import COURSE
from tests.cast import Cast
from tests.training.conftest import CAPTIONS, course_data, single
from training.authoring.check import problems_of
from training.authoring.freeze import safe_html
from training.authoring.import_course import import_course
from training.authoring.publish import publish_edition
from training.errors import NotReady
from training.learning.lessons import finish_lesson
from training.learning.start import start
from training.models import (
    AssessmentPage,
    Completion,
    CourseIndexPage,
    CoursePage,
    Edition,
    LessonPage,
    Question,
)
from training.models.edition import latest_edition


def edition_of(course: CoursePage) -> Edition:
    found = latest_edition(course)
    assert found is not None
    return found


def lesson(course: CoursePage, title: str) -> LessonPage:
    return LessonPage.objects.child_of(course).get(title=title)


def test_importing_makes_the_pages_and_edition_one(course: CoursePage, cast: Cast, today: date) -> None:
    edition = edition_of(course)
    assert (edition.number, edition.published_on, edition.published_by) == (1, today, cast.arthur)
    assert [row["title"] for row in edition.lessons] == ["Start from the task", "Call before you send"]
    assert edition.assessment is not None
    assert [q["stem"] for q in edition.assessment["questions"]][0] == "What comes first?"
    assert edition.content["contact_hours"] == "1.50"


def test_importing_twice_leaves_the_course_as_it_is(
    course: CoursePage, index: CourseIndexPage, folder: Path, cast: Cast, today: date
) -> None:
    again = import_course(course_data(title="Other"), index=index, folder=folder, actor=cast.arthur, on=today)
    assert again == course
    assert (CoursePage.objects.count(), Edition.objects.count(), again.title) == (1, 1, "A safe handover")


def test_what_cannot_be_published_leaves_nothing_behind(
    index: CourseIndexPage, cast: Cast, today: date
) -> None:
    with pytest.raises(NotReady):
        import_course(course_data(lessons=[], assessment=None), actor=cast.arthur, on=today)
    assert not CoursePage.objects.exists()


def test_a_title_fits_whatever_is_made_of_it(make_course: Any, cast: Cast, today: date) -> None:
    """The longest that a page takes is completed, with certificate and notice."""
    plain = {"lessons": COURSE["lessons"], "assessment": None}
    course = make_course("longest", title="W" * 255, **plain)
    attempt = start(cast.dana, course)
    finish_lesson(attempt, attempt.edition.lessons[0]["id"], on=today)
    assert Completion.objects.filter(person=cast.dana).exists()
    assert too_long() == []


def too_long() -> list[str]:
    """What is in no column of PostgreSQL: SQLite takes a text of any length."""
    return [
        f"{row!r}.{field.name}"
        for model in apps.get_models()
        for row in model._base_manager.all()
        for field in model._meta.concrete_fields
        if isinstance(text := getattr(row, field.attname), str)
        and len(text) > (field.max_length or len(text))
    ]


def test_the_hash_is_that_of_the_content_as_canonical_json(course: CoursePage) -> None:
    edition = edition_of(course)
    assert edition.sha256 == canonical_sha256(edition.content)
    assert edition.is_intact
    assert canonical_sha256({"b": 1, "a": "ü"}) == canonical_sha256({"a": "ü", "b": 1})


def test_publishing_the_same_content_again_makes_no_edition(
    course: CoursePage, cast: Cast, today: date
) -> None:
    first = edition_of(course)
    again = publish_edition(course, actor=cast.arthur, on=today + timedelta(days=1))
    assert again == first
    assert course.editions.count() == 1


def test_a_changed_word_makes_the_next_edition_and_leaves_the_first(
    course: CoursePage, cast: Cast, today: date
) -> None:
    page = lesson(course, "Start from the task")
    page.title = "Begin with the task"
    page.save()
    second = publish_edition(course, actor=cast.arthur, on=today)
    assert (second.number, second.lessons[0]["title"]) == (2, "Begin with the task")
    assert course.editions.get(number=1).lessons[0]["title"] == "Start from the task"


def test_a_changed_question_reaches_later_editions_only(course: CoursePage, cast: Cast, today: date) -> None:
    question = Question.objects.get(stem="What comes first?")
    question.stem = "What comes before all else?"
    question.save()
    second = publish_edition(course, actor=cast.arthur, on=today)
    first = course.editions.get(number=1)
    assert first.assessment is not None
    assert second.assessment is not None
    assert first.assessment["questions"][0]["stem"] == "What comes first?"
    assert second.assessment["questions"][0]["stem"] == "What comes before all else?"
    assert first.assessment["questions"][0]["id"] == second.assessment["questions"][0]["id"]


def test_a_replaced_file_changes_no_edition(course: CoursePage) -> None:
    captions = edition_of(course).lessons[1]["blocks"][0]["value"]["captions"]
    document = ContentDocument.objects.get(pk=captions["document"])
    document.file.save("other.vtt", ContentFile(b"WEBVTT other"))
    with storages["content"].open(captions["path"]) as kept:
        assert kept.read() == CAPTIONS
    assert captions["sha256"] in captions["path"]


def test_a_retired_lesson_is_left_out_of_the_next_edition(
    course: CoursePage, cast: Cast, today: date
) -> None:
    lesson(course, "Call before you send").unpublish()
    second = publish_edition(course, actor=cast.arthur, on=today)
    assert [row["title"] for row in second.lessons] == ["Start from the task"]
    # The questions that were taught there no longer point at a lesson that is not in the edition.
    assert second.assessment is not None
    assert [q["lesson"] is not None for q in second.assessment["questions"]] == [True, False, False]


def test_an_edition_can_be_neither_changed_nor_deleted(course: CoursePage) -> None:
    edition = edition_of(course)
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(title="Other")
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).delete()


def test_a_published_course_can_be_asked_for_by_a_requirement(course: CoursePage) -> None:
    assert Qualification.objects.get(code="course:handover").kind == Qualification.Kind.COURSE


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("<p onclick='x()'>Hello <script>alert(1)</script><b>you</b></p>", "<p>Hello <b>you</b></p>"),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<p style="color:red">x</p><iframe src="//evil"></iframe>', "<p>x</p>"),
        (
            "<h2>Table</h2><table><tr><th scope='col'>A</th></tr></table>",
            '<h2>Table</h2><table><tr><th scope="col">A</th></tr></table>',
        ),
    ],
)
def test_text_is_cleaned_when_it_is_frozen(source: str, kept: str) -> None:
    assert safe_html(source) == kept


# ---- the check --------------------------------------------------------------------------------


def test_a_course_without_lessons_cannot_be_published(course: CoursePage, cast: Cast, today: date) -> None:
    for page in LessonPage.objects.child_of(course):
        page.unpublish()
    with pytest.raises(NotReady) as refusal:
        publish_edition(course, actor=cast.arthur, on=today)
    assert refusal.value.problems == [
        "The course has no published lesson yet. Publish its lessons first, the course last."
    ]


def test_an_empty_lesson_is_named(course: CoursePage) -> None:
    page = lesson(course, "Start from the task")
    page.body = []
    page.save()
    assert problems_of(course) == ["The lesson “Start from the task” is empty."]


def _break_video(page: LessonPage, **changes: Any) -> None:
    raw = list(page.body.raw_data)
    raw[0]["value"].update(changes)
    page.body = page.body.stream_block.to_python(raw)
    page.save()


def test_a_video_without_captions_is_named(course: CoursePage) -> None:
    _break_video(lesson(course, "Call before you send"), captions=None)
    assert problems_of(course) == ["The video “A warm handover” needs captions. (“Call before you send”)"]


def test_a_video_without_a_transcript_is_named(course: CoursePage) -> None:
    _break_video(lesson(course, "Call before you send"), transcript=[])
    assert problems_of(course) == ["The video “A warm handover” needs a transcript. (“Call before you send”)"]


def test_captions_that_are_no_webvtt_are_named(course: CoursePage) -> None:
    wrong = ContentDocument.objects.get(title="Checklist")
    _break_video(lesson(course, "Call before you send"), captions=wrong.pk)
    assert "WebVTT" in problems_of(course)[0]


def test_an_image_without_words_is_named(course: CoursePage) -> None:
    page = lesson(course, "Start from the task")
    raw = list(page.body.raw_data)
    raw[2]["value"]["alt"] = " "
    page.body = page.body.stream_block.to_python(raw)
    page.save()
    assert problems_of(course) == ["An image in “Start from the task” does not say what it shows."]


def _question(*marks: bool, kind: str) -> dict[str, Any]:
    choices = [{"text": f"Choice {n}", "correct": mark} for n, mark in enumerate(marks)]
    return {"kind": kind, "stem": "Which?", "choices": choices}


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (_question(True, kind="single"), "A question needs at least two choices."),
        (_question(True, True, kind="single"), "Mark exactly one choice as right"),
        (_question(False, False, kind="single"), "Mark exactly one choice as right"),
        (_question(False, False, kind="multiple"), "Mark at least one choice as right."),
    ],
)
def test_a_question_that_cannot_be_answered_is_named(
    make_course: Callable[..., CoursePage], question: dict[str, Any], words: str
) -> None:
    with pytest.raises(NotReady) as refusal:
        make_course(assessment={"questions": [single("Fine?", "Yes", "No"), question]})
    assert len(refusal.value.problems) == 1
    assert words in refusal.value.problems[0]


def test_a_retired_question_is_not_asked_again(course: CoursePage) -> None:
    Question.objects.filter(stem="When do you call?").update(retired=True)
    assert problems_of(course) == ["“When do you call?” is retired. Take it out of the assessment."]


def test_an_assessment_without_questions_is_named(course: CoursePage) -> None:
    page = AssessmentPage.objects.child_of(course).get()
    page.asked.all().delete()
    assert problems_of(course) == ["The assessment “Final quiz” has no questions."]
