"""Compliance: the organization's counts on a day; each count opens its list."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from portal.folding import fold
from portal.people.models import Person
from portal.standing.engine.status import Word
from portal.standing.items import Item, items_on
from portal.standing.labels import label

EXCEPTIONS = (Word.OVERDUE, Word.MISSING, Word.GRACE, Word.EXPIRING, Word.UNVERIFIED, Word.DUE)


@dataclass(frozen=True)
class Counts:
    """How many people, items, and items of each word."""

    people: int
    items: int
    words: Counter[Word]
    not_cleared: int

    @property
    def met(self) -> int:
        return self.words[Word.MET] + self.words[Word.EXPIRING]

    @property
    def met_percent(self) -> str:
        return f"{100 * self.met / self.items:.1f}" if self.items else "0.0"

    @property
    def late(self) -> int:
        return self.words[Word.OVERDUE] + self.words[Word.MISSING]


def count_items(items: Iterable[Item]) -> Counts:
    """One pass over the items of everybody."""
    words: Counter[Word] = Counter()
    people: set[int] = set()
    barred: set[int] = set()
    for item in items:
        words[item.word] += 1
        people.add(item.person.pk)
        waived = item.span.state == "waived" and item.version.waiver_clears
        if item.version.blocks_practice and item.span.state != "met" and not waived:
            barred.add(item.person.pk)
    return Counts(len(people), words.total(), words, len(barred))


@dataclass(frozen=True)
class Filters:
    """What the exceptions list is narrowed to."""

    words: frozenset[Word] = frozenset(EXCEPTIONS)
    requirement: int | None = None
    text: str = ""

    def holds(self, item: Item) -> bool:
        if item.word not in self.words:
            return False
        return all(word in item.person.search_text for word in fold(self.text).split())


def exceptions(on: date, people: QuerySet[Person], filters: Filters) -> list[Item]:
    """Items that need somebody, most pressing first, then soonest."""
    narrowed = [filters.requirement] if filters.requirement else None
    found = [item for item in items_on(on, people, requirements=narrowed) if filters.holds(item)]
    return sorted(
        found, key=lambda i: (i.word.rank, i.deadline or i.late_since or date.max, i.person.sort_name)
    )


def word_choices() -> list[tuple[str, str]]:
    return [(word.value, label(word)) for word in Word if word is not Word.NOT_REQUIRED]
