"""Courses as their authors work on them: drafts, plans, releases, withdrawals."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from tests.scenarios import kinds
from tests.scenarios.language import Step, act
from tests.scenarios.world import World, noon
from training.authoring.copying import point_to_own_lessons
from training.authoring.release import publish_all, release, withdraw_edition
from training.authoring.tasks import publish_scheduled
from training.models import AssessmentPage, CoursePage, Edition, LessonPage


def _lesson(course: CoursePage) -> LessonPage:
    page: LessonPage = LessonPage.objects.child_of(course).order_by("path")[0]
    return page


@act("change_lesson", {"course": kinds.course, "to": kinds.word, "live_on?": kinds.day})
def change_lesson(world: World, step: Step) -> Any:
    """Publish the first lesson by that title, or plan it for the noon of a day; the row is the lesson."""
    user, page = world.viewer(step).person, _lesson(world.course(step["course"]))
    page.title = step["to"]
    if "live_on" in step:
        # Stories act at noon and some minutes.
        page.go_live_at = noon(step["live_on"]) - timedelta(minutes=1)
    page.save_revision(user=user).publish(user=user, skip_permission_checks=True)
    return page


@act("publish_planned", {})
def publish_planned(_world: World, _step: Step) -> Any:
    """What the clock does every minute."""
    publish_scheduled()


@act("publish_empty_lesson", {"course": kinds.course})
def publish_empty_lesson(world: World, step: Step) -> Any:
    """A new lesson with nothing in it, published in bulk with the others."""
    course, user = world.course(step["course"]), world.viewer(step).person
    with transaction.atomic():
        page = course.add_child(instance=LessonPage(title="Empty", slug="empty", live=False))
        publish_all([page, _lesson(course)], user=user, on=step.on, skip_permission_checks=True)


@act("change_question", {"course": kinds.course, "to": kinds.word, "draft?": kinds.yes})
def change_question(world: World, step: Step) -> Any:
    """The first question of the course's assessment asks something else, or would in a draft."""
    question = AssessmentPage.objects.child_of(world.course(step["course"])).get().asked.all()[0].question
    question.stem = step["to"]
    revision = question.save_revision()
    if "draft" not in step:
        revision.publish()
    return question


@act("copy_course", {"course": kinds.course, "to": kinds.word})
def copy_course(world: World, step: Step) -> Any:
    """The copy, live as its model is; not released yet."""
    model = world.course(step["course"])
    made = model.copy(recursive=True, update_attrs={"slug": step["to"], "title": step["to"]})
    point_to_own_lessons(made)
    return made


@act("release", {"course?": kinds.course, "copy?": kinds.made_by("copy_course")})
def release_(world: World, step: Step) -> Any:
    """The row is the edition."""
    copied = step.get("copy")
    course = world.labelled(copied).row() if copied else world.course(step["course"])
    return release(course, by=world.viewer(step), on=step.on)


@act("withdraw_edition", {"course": kinds.course, "number": kinds.count})
def withdraw_edition_(world: World, step: Step) -> Any:
    edition = Edition.objects.get(course=world.course(step["course"]), number=step["number"])
    return withdraw_edition(edition, reason=step.reason, by=world.viewer(step), on=step.on)
