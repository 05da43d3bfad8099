"""How a measure is taken: medians, the statements of a run, and what is done and taken back."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

ROUNDS = 20
# time.process_time where other work would disturb what takes long, and the database is in the process.
clock = time.perf_counter

type Statement = tuple[str, Any, bool]


@dataclass
class Statements:
    """The statements that a block ran, with their parameters."""

    rows: list[Statement] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.rows.append((sql, params, many))
        return execute(sql, params, many, context)

    def of(self, *verbs: str) -> list[Statement]:
        return [row for row in self.rows if row[0].lstrip(" (").upper().startswith(verbs)]

    @property
    def count(self) -> int:
        """Without the opening and closing of transactions and savepoints."""
        return len(self.of("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"))


@contextmanager
def statements() -> Iterator[Statements]:
    found = Statements()
    with connection.execute_wrapper(found):
        yield found


def run_again(rows: list[Statement]) -> None:
    """The same statements with a raw cursor, every row fetched."""
    with connection.cursor() as cursor:
        for sql, params, many in rows:
            if many:
                cursor.executemany(sql, params)
            else:
                cursor.execute(sql, params)
            if cursor.description is not None:
                cursor.fetchall()


def median(measure: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Milliseconds: the median of the rounds, after one that is not counted."""
    measure()
    return statistics.median(once(measure) for _ in range(rounds))


def once(measure: Callable[[], object]) -> float:
    start = clock()
    measure()
    return (clock() - start) * 1000


def taken_back(measure: Callable[[], object], prepare: Callable[[], object] | None = None) -> float:
    """Milliseconds that the measure takes in a transaction that is rolled back; `prepare` is not counted."""
    with transaction.atomic():
        if prepare is not None:
            prepare()
        took = once(measure)
        transaction.set_rollback(True)
    return took


def median_taken_back(
    measure: Callable[[], object], prepare: Callable[[], object] | None = None, rounds: int = ROUNDS
) -> float:
    taken_back(measure, prepare)
    return statistics.median(taken_back(measure, prepare) for _ in range(rounds))
