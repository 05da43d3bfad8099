"""The publishing check: what keeps a page, or a course, from being published, in words for its author."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page

from training.errors import NotReady
from training.models import AssessmentPage, CoursePage, LessonPage, Question
from training.models.blocks import video_file_problems
from training.models.questions import problem_of


def lessons_of(course: CoursePage) -> list[LessonPage]:
    """The course's published lessons, in their order."""
    return list(LessonPage.objects.child_of(course).live().order_by("path"))


def assessment_of(course: CoursePage) -> AssessmentPage | None:
    found: AssessmentPage | None = AssessmentPage.objects.child_of(course).live().order_by("path").first()
    return found


def course_of(page: Page) -> CoursePage | None:
    """The course a page belongs to, if any."""
    if isinstance(page, CoursePage):
        return page
    if isinstance(page, LessonPage | AssessmentPage):
        parent = page.get_parent().specific
        return parent if isinstance(parent, CoursePage) else None
    return None


def problems_of_page(page: Page) -> list[str]:
    """What this page itself lacks, as it is in memory: a revision that is about to be published."""
    if isinstance(page, LessonPage):
        return lesson_problems(page)
    if isinstance(page, AssessmentPage):
        return assessment_problems(page)
    return problems_of(page) if isinstance(page, CoursePage) else []


def refuse_incomplete(page: Page) -> None:
    """Raises NotReady with everything that the page lacks."""
    if problems := problems_of_page(page):
        raise NotReady(problems)


def problems_of(course: CoursePage) -> list[str]:
    """Everything that is missing; empty when an edition can be made."""
    lessons = lessons_of(course)
    found = [problem for lesson in lessons for problem in lesson_problems(lesson)]
    if not lessons:
        found.append(_("The course has no published lesson yet. Publish its lessons first, the course last."))
    assessments = AssessmentPage.objects.child_of(course).live().count()
    if assessments > 1:
        found.append(_("The course has two assessments. Unpublish one of them."))
    if assessment := assessment_of(course):
        found += assessment_problems(assessment)
    return found


def lesson_problems(lesson: LessonPage) -> list[str]:
    name = {"title": lesson.title}
    found = [] if len(lesson.body) else [_("The lesson “%(title)s” is empty.") % name]
    for block in lesson.body:
        if block.block_type == "video":
            found += [f"{problem} {_('(“%(title)s”)') % name}" for problem in video_problems(block.value)]
        if block.block_type == "image" and not (block.value.get("alt") or "").strip():
            found.append(_("An image in “%(title)s” does not say what it shows.") % name)
        if block.block_type == "document" and not block.value.get("document"):
            found.append(_("A document in “%(title)s” is missing: choose the file again.") % name)
        if block.block_type == "image" and not block.value.get("image"):
            found.append(_("An image in “%(title)s” is missing: choose the file again.") % name)
    return found


def video_problems(video: Mapping[str, Any]) -> list[str]:
    """A video is for everybody: with captions, and with a transcript."""
    name = {"video": video.get("title") or _("without a title")}
    found = list(video_file_problems(video).values())
    if not video.get("video"):
        found.append(_("The video “%(video)s” has no file.") % name)
    if not video.get("captions"):
        found.append(_("The video “%(video)s” needs captions.") % name)
    if not any((line.get("text") or "").strip() for line in video.get("transcript") or ()):
        found.append(_("The video “%(video)s” needs a transcript.") % name)
    return found


def assessment_problems(assessment: AssessmentPage) -> list[str]:
    asked = [row.question for row in assessment.asked.all()]
    if not asked:
        return [_("The assessment “%(title)s” has no questions.") % {"title": assessment.title}]
    return [problem for question in asked if (problem := question_problem(question))]


def question_problem(question: Question) -> str:
    """A question as it stands in its bank, judged again before anybody is asked."""
    name = {"stem": question.stem[:60]}
    if question.retired:
        return _("“%(stem)s” is retired. Take it out of the assessment.") % name
    if not question.live:
        return _("“%(stem)s” is a draft. Publish the question, or take it out of the assessment.") % name
    problem = problem_of(question.kind, [choice.correct for choice in question.choices.all()])
    return f"“{question.stem[:60]}”: {problem}" if problem else ""
