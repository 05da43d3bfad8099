"""Locking what an act on the record reads in order to change it.

Order, the same for all: the organization's lock (shared by acts on people, alone for acts on rules
and on what concerns everybody), then the lines of supervisors, then teams by id, then people by id,
all of a kind at once. Nobody goes from shared to alone. On SQLite the transaction's write lock does
all of it. Who waits in vain, or in a ring, is told so: Stale.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from portal.errors import Stale, waited_in_vain
from portal.people.models import Person, Team

# The numbers of PostgreSQL's advisory locks.
ORGANIZATION = 7_310_001
LINES = 7_310_002


@contextmanager
def told_in_words() -> Iterator[None]:
    """Raises Stale where the database gave up waiting for another transaction. Nothing was changed then."""
    try:
        yield
    except OperationalError as error:
        if not waited_in_vain(error):
            raise
        raise Stale(_("Somebody else is changing this record right now. Try again.")) from error


def lock_organization() -> None:
    """No fact and no rule changes beside this transaction. For rules and what concerns everybody.

    Before any other lock: raises RuntimeError in a transaction that holds the shared lock already,
    since two of those would wait for one another.
    """
    held = _held()
    if any(mark.alone for mark in held):
        return
    if held:
        raise RuntimeError("This transaction acts on people already: it cannot lock the organization now.")
    _advisory("pg_advisory_xact_lock", ORGANIZATION)
    transaction.on_commit(_Mark(alone=True))


def share_organization() -> None:
    """No rule changes until the transaction ends."""
    if not _held():
        _advisory("pg_advisory_xact_lock_shared", ORGANIZATION)
        transaction.on_commit(_Mark(alone=False))


def lock_lines() -> None:
    """Nobody else names a supervisor until the transaction ends: a ring may run through anybody.

    After lock_organization(), before teams and people.
    """
    share_organization()
    _advisory("pg_advisory_xact_lock", LINES)


def lock_people(ids: Iterable[int]) -> list[Person]:
    """Lock the people's rows, in order of id, until the transaction ends. No rule changes meanwhile.

    Two transactions about one person would otherwise each compute from what the other has not
    committed, and the later projection would lose an update. Reading, and rows that only point to
    the person, do not wait.
    """
    share_organization()
    wanted = sorted({pk for pk in ids if pk})
    with told_in_words():
        return list(Person.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))


def lock_teams(ids: Iterable[int]) -> list[Team]:
    """Lock the teams' rows, in order of id, before those of people."""
    share_organization()
    with told_in_words():
        return list(
            Team.objects.select_for_update(no_key=True).filter(pk__in=sorted(set(ids))).order_by("pk")
        )


# ---- the organization's lock --------------------------------------------------------------------


class _Mark:
    """Says on the connection that the transaction holds the lock; called when it commits.

    It is kept among what is done on commit, because that is forgotten as the lock is: at the end of
    the transaction, and when the savepoint in which it was taken is rolled back.
    """

    def __init__(self, *, alone: bool) -> None:
        self.alone, self.inside = alone, _transaction()

    def __call__(self) -> None:
        pass


def _held() -> list[_Mark]:
    _demand_transaction()
    here = _transaction()
    marks = [entry[1] for entry in connection.run_on_commit if isinstance(entry[1], _Mark)]
    return [mark for mark in marks if mark.inside == here]


def _transaction() -> str | None:
    """What is one transaction: all of it (None), but in a test the outermost savepoint within the test's."""
    tests = sum(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
    savepoints: Sequence[str | None] = connection.savepoint_ids
    return savepoints[tests - 1] if 0 < tests <= len(savepoints) else None


def _demand_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("Locks need a transaction around them.")


def _advisory(function: str, number: int) -> None:
    _demand_transaction()
    if connection.vendor == "postgresql":
        with told_in_words(), connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [number])
