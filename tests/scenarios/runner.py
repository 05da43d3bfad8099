"""Running a story: its world, then each step at its moment, in a database of its own."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, timedelta
from typing import Any
from unittest import mock

import time_machine
from django.core import mail
from django.db import transaction
from django.utils import timezone

from portal import doorbell
from portal.errors import Refused
from portal.jobs.models import Job
from portal.jobs.queue import run_job
from portal.people.facts.act import recording
from portal.people.facts.lock import lock_organization
from tests.scenarios.database import story_database
from tests.scenarios.errors import Impossible, NotYet, WrongStory
from tests.scenarios.fingerprint import changed_tables, fingerprint
from tests.scenarios.given import make_given
from tests.scenarios.language import Step
from tests.scenarios.story import Story, name_of, parse
from tests.scenarios.world import World, moments

log = logging.getLogger(__name__)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Failure:
    """`step` counts from 1; 0 is what is given."""

    step: int
    expected: str
    got: str


@dataclass(frozen=True)
class Outcome:
    name: str
    failures: tuple[Failure, ...] = ()

    def as_json(self) -> dict[str, Any]:
        failed = [asdict(failure) for failure in self.failures]
        return {"name": self.name, "ok": not failed, "failed": failed}


def run_data(data: Any) -> Outcome:
    """Run a story given as plain JSON; one that does not keep the language fails and is not begun."""
    try:
        story = parse(data)
    except WrongStory as error:
        return Outcome(name_of(data), (Failure(error.step, "a story in the language", error.words),))
    return run(story)


def run(story: Story) -> Outcome:
    """Every step in turn. What follows an act that failed means nothing, and is not run."""
    failures: list[Failure] = []
    times = list(moments(story.steps))
    world = World(story)
    with story_database(), _silence(), time_machine.travel(_utc(times[0] - A_DAY), tick=False) as clock:
        failures += _fails(0, "what is given", lambda: _begin(world))
        for step, moment in zip(story.steps, times, strict=True):
            if failures and (failures[-1].step == 0 or story.steps[failures[-1].step - 1].is_act):
                break
            clock.move_to(_utc(moment))
            failures += _take(world, step)
    return Outcome(story.name, tuple(failures))


def _utc(moment: Any) -> Any:
    """With a zone of its own the clock would change the zone of the process too."""
    return moment.astimezone(UTC)


def _begin(world: World) -> None:
    with transaction.atomic():
        lock_organization()
        make_given(world)
    mail.outbox.clear()


@contextmanager
def _silence() -> Iterator[None]:
    """Nothing runs at a commit: the runner does the work itself, and the act `deliver` sends."""
    with mock.patch.object(doorbell, "ring_quietly"):
        yield


# ---- a step -----------------------------------------------------------------------------------


def _take(world: World, step: Step) -> Iterator[Failure]:
    if not step.is_act:
        for expected, got in _looked(world, step):
            yield Failure(step.number, expected, got)
        return
    do = _refused if step.refused else _done
    yield from _fails(step.number, step.words, lambda: do(world, step))
    yield from _fails(step.number, "the work that waits is done", lambda: _work_off(world, step))


def _looked(world: World, step: Step) -> list[tuple[str, str]]:
    """What differs. Looking leaves no trace: opened pages write to the log of reading."""
    found: list[tuple[str, str]] = []

    def look() -> None:
        with transaction.atomic():
            found.extend(step.verb.do(world, step))
            transaction.set_rollback(True)

    wrong = [(failure.expected, failure.got) for failure in _fails(step.number, step.words, look)]
    return wrong or found


def _done(world: World, step: Step) -> None:
    before = fingerprint() if step.verb.name == "preview_requirement" else None
    with recording(batch=world.batch(step.batch), reason=step.reason) as changes:
        row = step.verb.do(world, step)
    world.keep(step, row, changes)
    if before is not None and (tables := changed_tables(before)):
        raise Impossible(f"changed {', '.join(tables)}, and should change nothing")


def _refused(world: World, step: Step) -> None:
    """Whoever asked is told why, and every table holds what it held."""
    batch = world.batch(step.batch)
    before = fingerprint()
    try:
        with recording(batch=batch, reason=step.reason):
            step.verb.do(world, step)
    except Refused as error:
        if not error.message.strip():
            raise Impossible("refused without words") from error
    else:
        raise Impossible("done, and should be refused")
    if tables := changed_tables(before):
        raise Impossible(f"refused, but changed {', '.join(tables)}")


def _work_off(world: World, step: Step) -> None:
    """Run the jobs that wait, and those that they ask for. Raises Impossible for one that fails."""
    while waiting := list(Job.objects.waiting(timezone.now()).order_by("id").values_list("pk", flat=True)):
        for pk in waiting:
            job = run_job(pk)
            if job is not None and job.last_error:
                raise Impossible(f"the job {job} failed: {job.last_error}")
    if count := world.collect_mail(step.on):
        raise Impossible(f"{count} mails left without deliver")


def _fails(number: int, expected: str, do: Callable[[], object]) -> Iterator[Failure]:
    """Do it; where it does not come off, one failure that says why."""
    try:
        do()
    except NotYet as error:
        yield Failure(number, expected, f"not yet: {error}")
    except Impossible as error:
        yield Failure(number, expected, str(error))
    except Refused as error:
        yield Failure(number, expected, f"refused: {error.message}")
    except Exception as error:
        log.exception("Step %s failed", number)
        yield Failure(number, expected, f"{type(error).__name__}: {error}")
