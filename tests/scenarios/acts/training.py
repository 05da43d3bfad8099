"""Courses: taken to the end, step by step."""

from typing import Any

from tests.scenarios import kinds
from tests.scenarios.language import Step, act
from tests.scenarios.world import World
from training.assessment.take import questions_of, save_answer, start_sitting, submit
from training.assessment.tries import grant_tries
from training.completion.revoke import revoke
from training.learning.lessons import finish_lesson
from training.learning.start import start, start_over
from training.models import Attempt, Completion


@act("complete", {"course": kinds.course})
def complete(world: World, step: Step) -> Any:
    attempt = start(world.viewer(step).person, world.course(step["course"]))
    for lesson in attempt.edition.lessons:
        finish_lesson(attempt, lesson["id"], on=step.on)
    return Completion.objects.get(attempt=attempt)


@act("revoke", {"completion": kinds.made_by("complete")})
def revoke_(world: World, step: Step) -> Any:
    """The certificate of a completion, and what it was evidence for."""
    certificate = world.labelled(step["completion"]).row().certificate
    return revoke(certificate, reason=step.reason, by=world.viewer(step))


# ---- step by step -----------------------------------------------------------------------------


@act("begin_course", {"course": kinds.course})
def begin_course(world: World, step: Step) -> Any:
    return start(world.viewer(step).person, world.course(step["course"]))


@act("begin_newer_edition", {"attempt": kinds.made_by("begin_course")})
def begin_newer_edition(world: World, step: Step) -> Any:
    return start_over(world.labelled(step["attempt"]).row())


@act("read_lessons", {"attempt": kinds.made_by("begin_course", "begin_newer_edition")})
def read_lessons(world: World, step: Step) -> Any:
    """Done with each, in order; the row is the attempt."""
    attempt: Attempt = world.labelled(step["attempt"]).row()
    for lesson in attempt.edition.lessons:
        finish_lesson(attempt, lesson["id"], on=step.on)
    return attempt


@act("sit", {"attempt": kinds.made_by("begin_course", "begin_newer_edition"), "pass": kinds.flag})
def sit(world: World, step: Step) -> Any:
    """A try at the assessment, handed in."""
    attempt: Attempt = world.labelled(step["attempt"]).row()
    sitting = start_sitting(attempt)
    for question in questions_of(attempt).values():
        choices = [choice["id"] for choice in question["choices"] if choice["correct"] == step["pass"]]
        save_answer(sitting, question["id"], choices[:1])
    return submit(sitting, on=step.on)


@act("grant_tries", {"attempt": kinds.made_by("begin_course", "begin_newer_edition"), "tries": kinds.count})
def grant_tries_(world: World, step: Step) -> Any:
    attempt = world.labelled(step["attempt"]).row()
    return grant_tries(attempt, tries=step["tries"], reason=step.reason, on=step.on, by=world.viewer(step))
