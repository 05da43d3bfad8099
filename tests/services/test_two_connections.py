"""Two transactions about one person, at the same time, on PostgreSQL: neither update is lost."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from portal.people.facts.lock import lock_people
from portal.standing.evidence import NewPiece, record_piece, register_source
from portal.standing.models import Evidence, Span
from portal.standing.projection.rebuild import differences, everybody
from tests.cast import make_cast
from tests.standing.rules import make_qualification, make_requirement

pytestmark = pytest.mark.services
register_source("test", "a test")


def in_thread(act: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_two_pieces_recorded_at_once_are_both_in_the_projection() -> None:
    cast = make_cast(date(2026, 11, 24))
    first, second = make_qualification("course:a"), make_qualification("course:b")
    make_requirement("a", first)
    make_requirement("b", second)
    inside, go_on = threading.Event(), threading.Event()

    def record(qualification: Any, source: str) -> None:
        piece = NewPiece(
            person_id=cast.dana.pk,
            qualification=qualification,
            subject=source,
            effective_on=date(2026, 1, 1),
            level="verified",
            source_kind="test",
            source_id=source,
        )
        record_piece(piece, actor=None)

    def slow() -> None:
        with transaction.atomic():
            lock_people([cast.dana.pk])
            inside.set()
            go_on.wait(5)
            record(first, "slow")

    waiting = in_thread(slow)
    assert inside.wait(5)
    late = in_thread(lambda: record(second, "late"))
    late.join(0.5)
    assert late.is_alive(), "the second waits for the lock of the first"
    go_on.set()
    waiting.join(10)
    late.join(10)
    assert Evidence.objects.count() == 2
    met = Span.objects.filter(person=cast.dana, state="met")
    assert set(met.values_list("requirement__code", flat=True)) == {"a", "b"}
    assert list(differences(everybody())) == []


@pytest.mark.django_db(transaction=True)
def test_locks_are_taken_in_one_order_so_that_two_never_wait_for_each_other() -> None:
    cast = make_cast(date(2026, 11, 24))
    done: list[str] = []

    def both(name: str, ids: list[int]) -> None:
        for _round in range(10):
            with transaction.atomic():
                lock_people(ids)
        done.append(name)

    ids = [cast.dana.pk, cast.sol.pk]
    threads = [in_thread(lambda: both("up", ids)), in_thread(lambda: both("down", ids[::-1]))]
    for thread in threads:
        thread.join(20)
    assert sorted(done) == ["down", "up"]
