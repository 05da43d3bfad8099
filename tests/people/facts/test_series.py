"""Taking back any act, or a batch, gives what the series without it gives, or a named conflict."""

import os
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from portal.errors import Refused
from portal.people.employment.clock import make_absence_kind
from portal.people.errors import Conflict
from portal.people.facts.batches import open_batch
from portal.people.facts.taking_back import undo, withdraw
from portal.people.models import Change, Person
from portal.standing.items import standing_as_known, standing_on
from portal.standing.projection.rebuild import differences, everybody
from tests.cast import Cast
from tests.people.facts.series import World, draw, on_record, run
from tests.standing.rules import make_qualification, make_requirement
from tests.transactions import taken_back

# Ten series each. Continuous integration, which has its time, runs fewer (SERIES_CHUNKS).
CHUNKS = int(os.environ.get("SERIES_CHUNKS", "50"))


@pytest.fixture
def world(cast: Cast, today: date) -> World:
    qualifications = [make_qualification(f"course:{n}") for n in range(2)]
    leave = make_absence_kind(code="l", name="Leave", stops_clock=True, stops_from_days=7, by=None)
    rules = [
        make_requirement("one", qualifications[0], recurrence="every_months", recurrence_months=12),
        make_requirement("two", qualifications[1], per_state=True, recurrence="own_validity"),
    ]
    return World(cast, today, rules, qualifications, leave)


def compare(world: World, seed: int, length: int, choose: Callable[[random.Random, Any], Any]) -> str:
    """Run a series, take something back, and run it without; "conflict", "nothing" or "equal"."""
    steps = list(enumerate(draw(seed, length)))
    rng = random.Random(seed)
    with taken_back():
        batches = {number: open_batch(kind="test", reason="x", actor=None) for number in (1, 2)}
        made = run(world, steps, batches)
        if not made.changes:
            return "nothing"
        left_out, take_back = choose(rng, (made, batches, steps))
        if not left_out:
            return "nothing"
        try:
            take_back()
        except Conflict as conflict:
            named = [change.pk for change in conflict.changes if not change.stands]
            if named:
                pytest.fail(f"seed {seed}: the conflict names changes that do not stand, {named}")
            return "conflict"
        with_it = on_record()
        assert list(differences(everybody())) == []
    done = [(number, step) for number, step in steps if number in made.changes and number not in left_out]
    with taken_back():
        again = run(world, done, {})
        assert set(again.changes) == {number for number, _step in done}, f"seed {seed}: an act of the rest"
        assert on_record() == with_it, f"seed {seed}, without {sorted(left_out)}"
    return "equal"


def one(rng: random.Random, given: Any) -> Any:
    made, _batches, _steps = given
    number = rng.choice(sorted(made.changes))
    [change] = made.changes[number]
    return {number}, lambda: withdraw(Change.objects.get(pk=change), reason="x", by=None)


def batch(rng: random.Random, given: Any) -> Any:
    made, batches, steps = given
    chosen = rng.choice([1, 2])
    left_out = {number for number, step in steps if step.batch == chosen and number in made.changes}
    return left_out, lambda: undo(batches[chosen], reason="x", by=None)


@pytest.mark.parametrize("seed", range(6))
def test_a_short_series(world: World, seed: int) -> None:
    compare(world, seed, 12, one if seed % 2 else batch)


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_many_series(world: World, chunk: int) -> None:
    found = [compare(world, 1000 + chunk * 10 + n, 40, one if n % 3 else batch) for n in range(10)]
    assert "equal" in found


# ---- as our records showed --------------------------------------------------------------------


def stood(people: list[Person], day: date, moment: datetime | None = None) -> set[tuple[Any, ...]]:
    """Where these people stand on the day: as stored now, or as known at a moment."""
    found = set()
    for person in people:
        standing = standing_as_known(person, day, moment) if moment else standing_on(person, day)
        found |= {(person.pk, i.requirement.pk, i.scope, i.span.state, i.word) for i in standing.items}
        found |= {(person.pk, a.state, a.since, a.reasons) for a in standing.clearance.states}
    return found


def remember(world: World, seed: int, length: int) -> None:
    """What was answered on a day, is answered for that day later, whatever came after."""
    people = [world.person(number) for number in range(5)]
    answered = []
    start = datetime.combine(world.today, time(12), UTC)
    with taken_back(), time_machine.travel(start, tick=False) as clock:
        for number, step in enumerate(draw(seed, length)):
            clock.shift(timedelta(hours=8))
            run(world, [(number, step)], {})
            changes = Change.objects.filter(stands=True).order_by("-pk")
            if number % 7 == 6 and (last := changes.first()) is not None:
                with suppress(Refused):
                    withdraw(last, reason="x", by=None)
            if number % 5 == 4:
                day = timezone.localdate()
                answered.append((day, timezone.now(), stood(people, day)))
            clock.shift(timedelta(minutes=1))
        for day, moment, answer in answered:
            assert stood(people, day, moment) == answer, f"seed {seed}, {day}"


@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_answered_stays_answered(world: World, seed: int) -> None:
    remember(world, seed, 15)


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(10))
def test_what_was_answered_stays_answered_over_many_series(world: World, chunk: int) -> None:
    for number in range(5):
        remember(world, 100 + chunk * 5 + number, 40)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_after_five_hundred_acts_with_taking_back_there_is_no_difference(world: World, seed: int) -> None:
    rng = random.Random(seed)
    batches = {number: open_batch(kind="test", reason="x", actor=None) for number in (1, 2)}
    for number, step in enumerate(draw(seed, 500)):
        run(world, [(number, step)], batches)
        standing = list(Change.objects.filter(stands=True).values_list("pk", flat=True))
        if rng.random() < 0.2 and standing:
            with suppress(Refused):
                withdraw(Change.objects.get(pk=rng.choice(standing)), reason="x", by=None)
        if number in (250, 400):
            with suppress(Refused):
                undo(batches[1 + number % 2], reason="x", by=None)
    assert list(differences(everybody())) == []
