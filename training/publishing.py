"""Publishing: a course as it is now becomes an Edition, which never changes."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from portal.audit.log import record
from training.errors import NotReady
from training.models import AssessmentPage, CoursePage, Edition, LessonPage, Question


def lessons_of(course: CoursePage) -> list[LessonPage]:
    return list(LessonPage.objects.child_of(course).live().order_by("path"))


def assessment_of(course: CoursePage) -> AssessmentPage | None:
    found: AssessmentPage | None = AssessmentPage.objects.child_of(course).live().order_by("path").first()
    return found


# ---- the check --------------------------------------------------------------------------------


def problems_of(course: CoursePage) -> list[str]:
    """What keeps the course from being published, in words for its author."""
    lessons, found = lessons_of(course), []
    if not lessons:
        found.append(_("A course needs at least one published lesson."))
    for lesson in lessons:
        found += lesson_problems(lesson)
    if assessment := assessment_of(course):
        found += assessment_problems(assessment)
    return found


def lesson_problems(lesson: LessonPage) -> list[str]:
    found = [] if len(lesson.body) else [_("“%(title)s” is empty.") % {"title": lesson.title}]
    for block in lesson.body:
        if block.block_type == "video":
            video = block.value
            if not video.get("captions"):
                found.append(_("The video in “%(title)s” needs captions.") % {"title": lesson.title})
            if not video.get("transcript"):
                found.append(_("The video in “%(title)s” needs a transcript.") % {"title": lesson.title})
        if block.block_type == "image" and not (block.value.get("alt") or "").strip():
            found.append(_("An image in “%(title)s” needs words for who cannot see it.") % {"title": lesson.title})
    return found


def assessment_problems(assessment: AssessmentPage) -> list[str]:
    asked = [row.question for row in assessment.asked.all()]
    if not asked:
        return [_("The assessment has no questions.")]
    return [problem for question in asked for problem in question_problems(question)]


def question_problems(question: Question) -> list[str]:
    choices = list(question.choices.all())
    right = sum(choice.correct for choice in choices)
    name = {"stem": question.stem[:60]}
    if len(choices) < 2:
        return [_("“%(stem)s” needs at least two choices.") % name]
    if question.kind == Question.Kind.SINGLE and right != 1:
        return [_("“%(stem)s” needs exactly one right choice.") % name]
    if right == 0:
        return [_("“%(stem)s” needs a right choice.") % name]
    return []


# ---- freezing ---------------------------------------------------------------------------------


def content_of(course: CoursePage) -> dict[str, Any]:
    """The course as plain JSON: what learners of this edition read and are asked, for ever."""
    assessment = assessment_of(course)
    return {
        "title": course.title,
        "summary": course.summary,
        "objectives": [line.strip() for line in course.objectives.splitlines() if line.strip()],
        "lessons": [
            {
                "id": f"lesson-{lesson.pk}",
                "title": lesson.title,
                "minutes": lesson.minutes,
                "blocks": list(_blocks(lesson)),
            }
            for lesson in lessons_of(course)
        ],
        "assessment": _assessment(assessment) if assessment else None,
    }


def _blocks(lesson: LessonPage) -> Iterator[dict[str, Any]]:
    for block in lesson.body:
        yield {"id": str(block.id), "type": block.block_type, "value": _block_value(block)}


def _block_value(block: Any) -> Any:
    value = block.value
    match block.block_type:
        case "text":
            return expand_db_html(value.source)
        case "image":
            return {"file": freeze(value["image"]), "alt": value["alt"], "caption": value["caption"]}
        case "video":
            return {
                "title": value["title"],
                "file": freeze(value["video"]),
                "captions": freeze(value["captions"]),
                "transcript": [{"at": line["at"], "text": line["text"]} for line in value["transcript"]],
            }
        case "document":
            return {"title": value["title"], "file": freeze(value["document"])}
        case "callout":
            return {"kind": value["kind"], "title": value["title"], "text": expand_db_html(value["text"].source)}
    raise ValueError(f"Unknown block {block.block_type}")


def freeze(source: Any) -> dict[str, Any]:
    """A copy of an image or document under its own hash: replacing it later changes no edition."""
    with source.file.open("rb") as opened:
        content = opened.read()
    digest = hashlib.sha256(content).hexdigest()
    extension = PurePath(source.file.name).suffix.lower()
    path = f"editions/{digest[:2]}/{digest}{extension}"
    storage = storages["content"]
    if not storage.exists(path):
        storage.save(path, ContentFile(content))
    return {"path": path, "sha256": digest, "size": len(content), "title": source.title}


def _assessment(assessment: AssessmentPage) -> dict[str, Any]:
    asked = assessment.asked.select_related("question").order_by("sort_order")
    return {
        "id": f"assessment-{assessment.pk}",
        "title": assessment.title,
        "passing_percent": assessment.passing_percent,
        "tries_allowed": assessment.tries_allowed,
        "questions": [_question(row.question) for row in asked],
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": str(question.uuid),
        "kind": question.kind,
        "stem": question.stem,
        "explanation": question.explanation,
        "choices": [
            {"id": str(c.uuid), "text": c.text, "correct": c.correct, "feedback": c.feedback}
            for c in question.choices.all()
        ],
    }


def canonical_sha256(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def publish_edition(course: CoursePage, *, actor: Any) -> Edition:
    """Freeze the course as it is. The same content published again makes no new edition.

    Raises NotReady with everything that is missing.
    """
    CoursePage.objects.select_for_update().get(pk=course.pk)
    if problems := problems_of(course):
        raise NotReady(problems)
    content = content_of(course)
    facts = {"minutes": course.minutes, "hours": str(course.contact_hours.normalize()), "valid": course.valid_months}
    digest = canonical_sha256({"content": content, "facts": facts})
    latest = latest_edition(course)
    if latest and latest.sha256 == digest:
        return latest
    edition = Edition.objects.create(
        course=course,
        number=latest.number + 1 if latest else 1,
        title=course.title,
        content=content,
        sha256=digest,
        minutes=course.minutes,
        contact_hours=course.contact_hours,
        valid_months=course.valid_months,
        published_by=actor,
    )
    record("training.edition.published", edition, actor=actor, number=edition.number, sha256=digest)
    return edition


def latest_edition(course: CoursePage) -> Edition | None:
    found: Edition | None = Edition.objects.filter(course=course).order_by("-number").first()
    return found
