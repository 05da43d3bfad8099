"""Changing facts safely: lock the people concerned, write, tell who computes from facts."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from portal.people.facts.lock import lock_people

type Subscriber = Callable[[set[int]], object]
_subscribers: list[Subscriber] = []
_gathered: ContextVar[set[int] | None] = ContextVar("gathered", default=None)


def subscribe(subscriber: Subscriber) -> None:
    """Register what must follow a change of facts, inside the same transaction."""
    if subscriber not in _subscribers:
        _subscribers.append(subscriber)


@contextmanager
def together(people: Iterable[int] = ()) -> Iterator[None]:
    """Many changes as one: what is computed from facts is computed once, when the block ends.

    For imports. Opens one transaction; an error undoes all of it. `people`: whom it is about, locked at
    once: two imports about the same people in another order wait for one another, and not in a ring.
    """
    with transaction.atomic():
        if ids := set(people):
            lock_people(ids)
        if _gathered.get() is not None:
            yield
            return
        ids = set()
        token = _gathered.set(ids)
        try:
            yield
        finally:
            _gathered.reset(token)
        recompute(ids)


def recompute(ids: Iterable[int]) -> None:
    """Facts of these people changed: everything computed from them is computed again now."""
    wanted = {pk for pk in ids if pk}
    if not wanted:
        return
    gathered = _gathered.get()
    if gathered is not None:
        gathered |= wanted
        return
    for subscriber in _subscribers:
        subscriber(wanted)
