"""A course from plain data: pages, questions and the first edition; the demo and imports use it."""

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.images import ImageFile
from django.db import transaction
from wagtail.models import Page
from wagtail.rich_text import RichText

from portal.clock import business_today
from portal.errors import Refused
from portal.files.models import ContentDocument, ContentImage
from portal.texts import fitted
from training.authoring.publish import publish_edition
from training.models import (
    AssessmentPage,
    AssessmentQuestion,
    Choice,
    CourseIndexPage,
    CoursePage,
    LessonPage,
    Question,
    QuestionBank,
)


@transaction.atomic
def import_course(
    data: Mapping[str, Any],
    *,
    actor: Any,
    index: CourseIndexPage | None = None,
    folder: Path | None = None,
    on: date | None = None,
) -> CoursePage:
    """Make the course's pages and publish its first edition on that day (today, unless said).

    A course of that code is left as it is. `folder` holds the files that blocks name.
    Raises NotReady with everything that keeps it from being published, and leaves nothing behind.
    """
    code = data.get("code") or data["slug"]
    there: CoursePage | None = CoursePage.objects.filter(code=code).first()
    if there:
        return there
    # Adding a child changes the parent's row: a fresh one each time.
    index = CourseIndexPage.objects.get(pk=index.pk) if index else CourseIndexPage.objects.get()
    course = _child(index, _course(code, data))
    lessons = {}
    for lesson in data["lessons"]:
        body = [_block(block, folder, actor) for block in lesson["blocks"]]
        page = LessonPage(title=lesson["title"], slug=lesson["slug"], minutes=lesson["minutes"], body=body)
        lessons[lesson["slug"]] = _child(course, page)
    if data.get("assessment"):
        _assessment(course, data["assessment"], lessons)
    publish_edition(course, actor=actor, on=on or business_today())
    return course


def _course(code: str, data: Mapping[str, Any]) -> CoursePage:
    return CoursePage(
        title=data["title"],
        slug=data.get("slug") or code,
        code=code,
        summary=data["summary"],
        objectives="\n".join(data.get("objectives", ())),
        minutes=data["minutes"],
        contact_hours=Decimal(str(data["contact_hours"])),
        valid_months=data.get("valid_months"),
        approved_provider=data.get("provider", ""),
    )


def _child[P: Page](parent: Page, page: P) -> P:
    page.live = True
    parent.add_child(instance=page)
    return page


# ---- blocks and files -------------------------------------------------------------------------


def _block(block: Mapping[str, Any], folder: Path | None, actor: Any) -> tuple[str, Any]:
    value = block["value"]
    match block["type"]:
        case "text":
            return "text", RichText(value)
        case "callout":
            return "callout", {
                "kind": value.get("kind", "practice"),
                "title": value["title"],
                "text": RichText(value["text"]),
            }
        case "image":
            image = _file(ContentImage, folder, value["file"], value["alt"], actor)
            return "image", {"image": image, "alt": value["alt"], "caption": value.get("caption", "")}
        case "video":
            return "video", _video(value, folder, actor)
        case "document":
            document = _file(ContentDocument, folder, value["file"], value["title"], actor)
            return "document", {"title": value["title"], "document": document}
    raise Refused(f"A lesson has no block “{block['type']}”.")


def _video(value: Mapping[str, Any], folder: Path | None, actor: Any) -> dict[str, Any]:
    title = value["title"]
    return {
        "title": title,
        "video": _file(ContentDocument, folder, value["file"], title, actor),
        "captions": _file(ContentDocument, folder, value["captions"], f"{title}, captions", actor),
        "transcript": [_line(line) for line in value["transcript"]],
    }


def _line(line: Any) -> dict[str, str]:
    """A line of a transcript: {"at", "text"}, or a pair."""
    at, text = (line["at"], line["text"]) if isinstance(line, Mapping) else line
    return {"at": at, "text": text}


def _file(model: Any, folder: Path | None, name: str, title: str, actor: Any) -> Any:
    """The file in the library, stored once per title."""
    there = model.objects.filter(title=title[:255]).first()
    if there:
        return there
    if folder is None:
        raise Refused(f"The file {name} needs the folder it lies in.")
    path = folder / name
    wrapped = ImageFile if model is ContentImage else File
    row = model(
        title=title[:255], file=wrapped(io.BytesIO(path.read_bytes()), name=path.name), uploaded_by_user=actor
    )
    row.save()
    return row


# ---- questions --------------------------------------------------------------------------------


def _assessment(course: CoursePage, data: Mapping[str, Any], lessons: Mapping[str, LessonPage]) -> None:
    bank, _made = QuestionBank.objects.get_or_create(
        code=course.code, defaults={"title": fitted(course.title, 160)}
    )
    page = AssessmentPage(
        title=data.get("title", "Final assessment"),
        slug="assessment",
        passing_percent=data.get("passing_percent", 80),
        tries_allowed=data.get("tries_allowed", 0),
        shuffle_choices=data.get("shuffle_choices", True),
    )
    _child(course, page)
    for order, asked in enumerate(data["questions"]):
        question = _question(bank, asked)
        taught_in = lessons.get(asked.get("lesson", ""))
        AssessmentQuestion.objects.create(
            assessment=page, question=question, lesson=taught_in, sort_order=order
        )


def _question(bank: QuestionBank, asked: Mapping[str, Any]) -> Question:
    question = Question(
        bank=bank, kind=asked["kind"], stem=asked["stem"], explanation=asked.get("explanation", "")
    )
    question.choices = [
        Choice(
            text=choice["text"],
            correct=choice["correct"],
            feedback=choice.get("feedback", ""),
            sort_order=number,
        )
        for number, choice in enumerate(asked["choices"])
    ]
    question.save()
    return question
