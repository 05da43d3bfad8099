"""Freezing: a course as plain JSON, its files under their own hash. What learners read, for ever."""

import hashlib
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, ClassVar

from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from wagtail.rich_text import expand_db_html
from wagtail.whitelist import Whitelister, allow_without_attributes, attribute_rule, check_url

from training.authoring.check import assessment_of, lessons_of
from training.authoring.copying import own_lessons
from training.models import AssessmentPage, CoursePage, LessonPage
from training.questions.versions import version_now

# Wide enough for every screen a lesson is read on; a phone's photo would be five times that.
WIDEST_PICTURE = "max-1600x1600"


def content_of(course: CoursePage) -> dict[str, Any]:
    """The course as learners of this edition read it and are asked."""
    assessment = assessment_of(course)
    lessons = [_lesson(lesson) for lesson in lessons_of(course)]
    return {
        "code": course.code,
        "title": course.title,
        "summary": course.summary,
        "objectives": [line.strip() for line in course.objectives.splitlines() if line.strip()],
        "minutes": course.minutes,
        "contact_hours": f"{course.contact_hours:.2f}",
        "valid_months": course.valid_months,
        "provider": course.approved_provider,
        "lessons": lessons,
        "assessment": _assessment(assessment) if assessment else None,
    }


def lesson_id(pk: int) -> str:
    """The name of a lesson in editions: the same from edition to edition."""
    return f"lesson-{pk}"


def _lesson(lesson: LessonPage) -> dict[str, Any]:
    return {
        "id": lesson_id(lesson.pk),
        "title": lesson.title,
        "minutes": lesson.minutes,
        "blocks": list(_blocks(lesson)),
    }


def _blocks(lesson: LessonPage) -> Iterator[dict[str, Any]]:
    for block in lesson.body:
        yield {"id": str(block.id), "type": block.block_type, "value": _value(block)}


def _value(block: Any) -> Any:
    value = block.value
    match block.block_type:
        case "text":
            return safe_html(value.source)
        case "image":
            return {"file": freeze_image(value["image"]), "alt": value["alt"], "caption": value["caption"]}
        case "video":
            return {
                "title": value["title"],
                "file": freeze_document(value["video"]),
                "captions": freeze_document(value["captions"]),
                "transcript": [{"at": line["at"], "text": line["text"]} for line in value["transcript"]],
            }
        case "document":
            return {"title": value["title"], "file": freeze_document(value["document"])}
        case "callout":
            text = safe_html(value["text"].source)
            return {"kind": value["kind"], "title": value["title"], "text": text}
    raise ValueError(f"Unknown block {block.block_type}")


class _SafeText(Whitelister):
    """What a lesson's text may consist of, whoever wrote it and however it came in."""

    element_rules: ClassVar[dict[str, Any]] = {
        "a": attribute_rule({"href": check_url}),
        "th": attribute_rule({"scope": True}),
        **dict.fromkeys(
            [
                *("[document]", "p", "h2", "h3", "h4", "b", "strong", "i", "em", "br", "ul", "ol", "li"),
                *(
                    "blockquote",
                    "sub",
                    "sup",
                    "table",
                    "caption",
                    "thead",
                    "tbody",
                    "tr",
                    "td",
                    "dl",
                    "dt",
                    "dd",
                ),
            ],
            allow_without_attributes,
        ),
    }


def safe_html(source: str) -> str:
    """Stored rich text as HTML that may be shown as it is: known elements, no scripts, no styles."""
    tree = BeautifulSoup(expand_db_html(source), "html.parser")
    # The whitelist unwraps what it does not know: the words of a script are not words of the lesson.
    for foreign in tree(["script", "style", "template", "noscript"]):
        foreign.decompose()
    html: str = _SafeText().clean(str(tree))
    return html


# ---- files ------------------------------------------------------------------------------------


def freeze_document(document: Any) -> dict[str, Any]:
    """A copy under its own hash: replacing or deleting the document later changes no edition."""
    with document.file.open("rb") as opened:
        kept = _keep(opened.read(), document.file.name)
    return {"document": document.pk, **kept, "title": document.title}


def freeze_image(image: Any) -> dict[str, Any]:
    if PurePath(image.file.name).suffix.lower() == ".svg":
        source, size = image.file, (image.width, image.height)
    else:
        rendition = image.get_rendition(WIDEST_PICTURE)
        source, size = rendition.file, (rendition.width, rendition.height)
    with source.open("rb") as opened:
        kept = _keep(opened.read(), source.name)
    return {"image": image.pk, **kept, "title": image.title, "width": size[0], "height": size[1]}


def _keep(content: bytes, name: str) -> dict[str, Any]:
    digest = hashlib.sha256(content).hexdigest()
    path = f"editions/{digest[:2]}/{digest}{PurePath(name).suffix.lower()}"
    storage = storages["content"]
    if not storage.exists(path):
        storage.save(path, ContentFile(content))
    return {"path": path, "sha256": digest, "size": len(content)}


# ---- questions --------------------------------------------------------------------------------


def _assessment(assessment: AssessmentPage) -> dict[str, Any]:
    taught = {row.pk: lesson for row, lesson in own_lessons(assessment)}
    asked = assessment.asked.select_related("question").order_by("sort_order", "pk")
    return {
        "id": f"assessment-{assessment.pk}",
        "title": assessment.title,
        "passing_percent": assessment.passing_percent,
        "tries_allowed": assessment.tries_allowed,
        "shuffle_choices": assessment.shuffle_choices,
        "questions": [_question(row, taught[row.pk]) for row in asked],
    }


def _question(row: Any, lesson: LessonPage | None) -> dict[str, Any]:
    number, content = version_now(row.question)
    named = lesson_id(lesson.pk) if lesson is not None and lesson.live else None
    return {"id": str(row.question.uuid), "version": number, "lesson": named, **content}
