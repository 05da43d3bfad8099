"""Does a chain of dated links lead back to where it began, on any day?"""

from collections.abc import Callable, Iterable
from datetime import date

type Link = tuple[int | None, date, date | None]


def reaches(
    start: int,
    target: int,
    first: date,
    last: date | None,
    links: Callable[[int, date, date | None], Iterable[Link]],
) -> bool:
    """Is `target` reached from `start` on one of these days (inclusive; `last` None: without end)?

    `links(node, first, last)` gives where the node points to, and on which days. Every branch is
    walked: whichever half of a ring is entered first, the other is found.
    """
    waiting, seen = [(start, first, last)], set[tuple[int, date, date | None]]()
    while waiting:
        here = waiting.pop()
        node, begin, end = here
        if node == target:
            return True
        if here in seen:
            continue
        seen.add(here)
        for following, starts_on, last_day in links(node, begin, end):
            ends = [day for day in (end, last_day) if day is not None]
            if following is not None:
                waiting.append((following, max(begin, starts_on), min(ends) if ends else None))
    return False
