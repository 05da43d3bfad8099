"""Courses: taken to the end."""

from typing import Any

from tests.scenarios import kinds
from tests.scenarios.language import Step, act
from tests.scenarios.world import World
from training.completion.revoke import revoke
from training.learning.lessons import finish_lesson
from training.learning.start import start
from training.models import Completion


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
