"""Taking back any act on credentials gives what the series without it gives, or a named conflict."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from certifications.catalog.qualifications import privilege_of, qualification_of
from certifications.credentials.submit import submit
from certifications.credentials.waiting import waiting_terms
from certifications.credentials.withdraw import withdraw_credential
from certifications.models import Credential, Period
from certifications.verification.verify import verify
from portal.errors import Refused
from portal.files.models import StoredFile
from portal.people.errors import Conflict
from portal.people.facts.act import recording
from portal.people.facts.batches import open_batch
from portal.people.facts.taking_back import undo, withdraw
from portal.people.models import Change, Person
from portal.standing.models import Span
from portal.standing.projection.rebuild import differences, everybody
from tests.cast import Cast, by
from tests.certifications.acts import finding, kind, stored
from tests.standing.rules import make_requirement

DAY = timedelta(days=1)
# First and last day of the terms, counted from today.
TERMS = ((-400, -40), (-39, 330), (-20, 500))


@dataclass
class World:
    cast: Cast
    today: date
    card: StoredFile

    def person(self, number: int) -> Person:
        return (self.cast.dana, self.cast.marcus)[number % 2]

    def days(self, number: int) -> tuple[date, date]:
        first, last = TERMS[number % len(TERMS)]
        return self.today + first * DAY, self.today + last * DAY

    def term(self, n: tuple[int, ...]) -> Period:
        """The latest such term of the person that stands. Refused where there is none."""
        first, last = self.days(n[1])
        rows = Period.objects.standing().filter(
            credential__person=self.person(n[0]), issued_on=first, expires_on=last
        )
        if (row := rows.order_by("pk").last()) is None:
            raise Refused("none")
        found: Period = row
        return found


def _submit(w: World, n: tuple[int, ...]) -> Any:
    first, last = w.days(n[1])
    person, is_seen = w.person(n[0]), n[2] % 3 == 0
    return submit(
        person,
        kind("RN-TX"),
        number=f"N{n[3] % 3}" if n[3] % 5 == 0 else f"P{person.pk}",
        issued_on=first,
        expires_on=last,
        card=w.card if is_seen else None,
        on=w.today,
        by=by(w.cast.renata) if is_seen else by(person),
    )


def _look(w: World, n: tuple[int, ...], **said: Any) -> Any:
    term, day = w.term(n), w.today - (n[4] % 30) * DAY
    return verify(term, finding(day, **{"expires_on": term.expires_on, **said}), by=by(w.cast.hana))


def _good(w: World, n: tuple[int, ...]) -> Any:
    first = w.today - (n[2] % 60 - 5) * DAY if n[2] % 3 else None
    return _look(w, n, effective_on=first, multistate=n[3] % 2 == 0)


def _ended(w: World, n: tuple[int, ...]) -> Any:
    return _look(w, n, license_status="suspended", last_good_day=w.today - (n[2] % 60) * DAY)


def _lost(w: World, n: tuple[int, ...]) -> Any:
    return _look(w, n, result="not_found", expires_on=None)


def _withdraw(w: World, n: tuple[int, ...]) -> Any:
    return withdraw_credential(w.term(n).credential, reason="x", by=by(w.cast.hana))


ACTS: list[Callable[[World, tuple[int, ...]], Any]] = [_submit] * 4 + [_good] * 4 + [_ended, _lost, _withdraw]

type Step = tuple[Callable[[World, tuple[int, ...]], Any], tuple[int, ...], int]


def draw(rng: random.Random, length: int) -> list[Step]:
    return [
        (rng.choice(ACTS), tuple(rng.randrange(1 << 16) for _ in range(5)), rng.choice((0, 0, 1)))
        for _ in range(length)
    ]


def run(world: World, steps: list[tuple[int, Step]], wrong: Any = None) -> dict[int, Change]:
    """Do the steps; per step its change. What is refused, or was said before, is left out."""
    found = {}
    for number, (do, numbers, in_batch) in steps:
        try:
            with recording(batch=wrong if in_batch else None) as made, transaction.atomic():
                do(world, numbers)
        except Refused:
            continue
        if made:
            [found[number]] = made
    return found


def on_record() -> list[str]:
    spans = [
        f"{s.person_id} {s.requirement_id} {s.scope} {s.start} {s.until} {s.state} {s.on_file}"
        for s in Span.objects.all()
    ]
    waiting = [
        f"waits {t.credential.person_id} {t.credential.number} {t.issued_on} {t.was_lost}"  # type: ignore[attr-defined]
        for t in waiting_terms().select_related("credential")
    ]
    held = Credential.objects.filter(withdrawn_at__isnull=True, periods__isnull=False).distinct()
    return sorted([*spans, *waiting, *(f"holds {c.person_id} {c.number}" for c in held)])


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def compare(world: World, seed: int, length: int) -> str:
    rng = random.Random(seed)
    steps = list(enumerate(draw(rng, length)))
    with rolled_back():
        wrong = open_batch(kind="test", reason="x", actor=None)
        made = run(world, steps, wrong)
        if not made:
            return "nothing"
        in_batch = {number for number in made if steps[number][1][2]}
        left_out = {rng.choice(sorted(made))} if seed % 2 else in_batch
        if not left_out:
            return "nothing"
        try:
            with transaction.atomic():
                if seed % 2:
                    withdraw(made[next(iter(left_out))], reason="x", by=None)
                else:
                    undo(wrong, reason="x", by=None)
        except Conflict as conflict:
            named = [change.pk for change in conflict.changes if not change.stands]
            if named:
                pytest.fail(f"seed {seed}: the conflict names changes that do not stand, {named}")
            return "conflict"
        assert list(differences(everybody())) == []
        with_it = on_record()
    rest = [(number, step) for number, step in steps if number in made and number not in left_out]
    with rolled_back():
        again = run(world, rest)
        assert set(again) == {number for number, _step in rest}, f"seed {seed}: an act of the rest"
        assert on_record() == with_it, f"seed {seed}, without {sorted(left_out)}"
    return "equal"


@pytest.fixture
def world(cast: Cast, today: date) -> World:
    for code, held in (("tx", qualification_of(kind("RN-TX"))), ("wa", privilege_of(kind("RN-TX"), "WA"))):
        make_requirement(code, held, recurrence="own_validity", due_days=-1, severity="blocks")
    return World(cast, today, stored(cast.dana, actor=cast.renata))


@pytest.mark.parametrize("seed", range(4))
def test_a_short_series(world: World, seed: int) -> None:
    compare(world, seed, 10)


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(10))
def test_many_series(world: World, chunk: int) -> None:
    found = [compare(world, 1000 + chunk * 10 + n, 20) for n in range(10)]
    assert "equal" in found
