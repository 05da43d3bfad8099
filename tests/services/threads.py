"""Acts at the same time, each with a connection of its own."""

import threading
from collections.abc import Callable

from django.db import connection, transaction

from portal.errors import Refused

type Act = Callable[[], object]


def _started(act: Act, errors: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            act()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def all_at_once(*acts: Act) -> list[BaseException]:
    """Begin together; the errors."""
    begin, errors = threading.Barrier(len(acts)), list[BaseException]()

    def after_the_others(act: Act) -> Act:
        def run() -> None:
            begin.wait(10)
            act()

        return run

    threads = [_started(after_the_others(act), errors) for act in acts]
    for thread in threads:
        thread.join(30)
    return errors


def beside(first: Act, second: Act, *, waits: bool = True) -> list[BaseException]:
    """The second begins when the first is done and not yet committed; the errors, of both.

    `waits`: must the second wait for the first one's commit?
    """
    done, go_on, errors = threading.Event(), threading.Event(), list[BaseException]()

    def hold() -> None:
        try:
            with transaction.atomic():
                first()
                done.set()
                go_on.wait(10)
        finally:
            done.set()

    holding = _started(hold, errors)
    assert done.wait(20)
    late = _started(second, errors)
    late.join(0.4 if waits else 8)
    waited = late.is_alive()
    go_on.set()
    holding.join(30)
    late.join(30)
    assert waited is waits or errors, (
        "the second waits for the first" if waits else "the second does not wait"
    )
    return errors


def told_in_words(errors: list[BaseException]) -> bool:
    """Is each of them a refusal that people can read?"""
    return all(isinstance(error, Refused) and error.message for error in errors)
