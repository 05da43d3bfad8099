"""Changing facts safely: lock the people concerned, write, tell who computes from facts."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

from portal.people.models import Person

type Subscriber = Callable[[set[int]], object]
_subscribers: list[Subscriber] = []
_gathered: ContextVar[set[int] | None] = ContextVar("gathered", default=None)


def subscribe(subscriber: Subscriber) -> None:
    """Register what must follow a change of facts, inside the same transaction."""
    if subscriber not in _subscribers:
        _subscribers.append(subscriber)


def lock_people(ids: Iterable[int]) -> list[Person]:
    """Lock the people's rows, in order of id, until the transaction ends.

    Two transactions about one person would otherwise each compute from what the other has not
    committed, and the later projection would lose an update. Call inside `atomic`.
    """
    wanted = sorted({pk for pk in ids if pk})
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("lock_people() needs a transaction around it.")
    return list(Person.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))


@contextmanager
def together() -> Iterator[None]:
    """Many changes as one: what is computed from facts is computed once, when the block ends.

    For imports. Opens one transaction; an error undoes all of it.
    """
    with transaction.atomic():
        if _gathered.get() is not None:
            yield
            return
        ids: set[int] = set()
        token = _gathered.set(ids)
        try:
            yield
        finally:
            _gathered.reset(token)
        changed(ids)


def changed(ids: Iterable[int]) -> None:
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
