"""A course from plain data: pages, questions and the first edition; the demo and imports use it."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from wagtail.models import Page

from portal.files.models import ContentDocument, ContentImage
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
from training.publishing import publish_edition


@transaction.atomic
def import_course(data: Mapping[str, Any], *, index: CourseIndexPage, folder: Path, actor: Any) -> CoursePage:
    """Make the course's pages and publish its first edition; a course of that code is left as it is.

    `folder` holds the files that blocks name.
    """
    there = CoursePage.objects.filter(code=data["slug"]).first()
    if there:
        return there
    course = _child(
        index,
        CoursePage(
            title=data["title"],
            slug=data["slug"],
            code=data["slug"],
            summary=data["summary"],
            objectives="\n".join(data.get("objectives", ())),
            minutes=data["minutes"],
            contact_hours=Decimal(str(data["contact_hours"])),
            valid_months=data.get("valid_months"),
        ),
    )
    for lesson in data["lessons"]:
        body = [_block(block, folder, actor) for block in lesson["blocks"]]
        page = LessonPage(title=lesson["title"], slug=lesson["slug"], minutes=lesson["minutes"], body=body)
        _child(course, page)
    if data.get("assessment"):
        _assessment(course, data["assessment"])
    publish_edition(course, actor=actor)
    return course


def _child[P: Page](parent: Page, page: P) -> P:
    page.live = True
    parent.add_child(instance=page)
    return page


def _block(block: Mapping[str, Any], folder: Path, actor: Any) -> tuple[str, Any]:
    value = block["value"]
    match block["type"]:
        case "image":
            image = _file(ContentImage, folder / value["file"], value["alt"], actor)
            return "image", {"image": image, "alt": value["alt"], "caption": value.get("caption", "")}
        case "video":
            return "video", {
                "title": value["title"],
                "video": _file(ContentDocument, folder / value["file"], value["title"], actor),
                "captions": _file(ContentDocument, folder / value["captions"], f"{value['title']}, captions", actor),
                "transcript": [{"at": at, "text": text} for at, text in value["transcript"]],
            }
        case "document":
            document = _file(ContentDocument, folder / value["file"], value["title"], actor)
            return "document", {"title": value["title"], "document": document}
    from wagtail.rich_text import RichText

    if block["type"] == "callout":
        return "callout", {"kind": value["kind"], "title": value["title"], "text": RichText(value["text"])}
    return "text", RichText(value)


def _file(model: Any, path: Path, title: str, actor: Any) -> Any:
    there = model.objects.filter(title=title).first()
    if there:
        return there
    row = model(title=title, uploaded_by_user=actor)
    row.file.save(path.name, ContentFile(path.read_bytes()), save=False)
    row.save()
    return row


def _assessment(course: CoursePage, data: Mapping[str, Any]) -> None:
    bank, _made = QuestionBank.objects.get_or_create(code=course.code, defaults={"title": course.title})
    page = AssessmentPage(
        title=data.get("title", "Assessment"), slug="assessment", passing_percent=data.get("passing_percent", 80)
    )
    _child(course, page)
    for order, asked in enumerate(data["questions"]):
        question = Question(
            bank=bank, kind=asked["kind"], stem=asked["stem"], explanation=asked.get("explanation", "")
        )
        question.choices = [
            Choice(text=c["text"], correct=c["correct"], feedback=c.get("feedback", ""), sort_order=number)
            for number, c in enumerate(asked["choices"])
        ]
        question.save()
        AssessmentQuestion.objects.create(assessment=page, question=question, sort_order=order)
