"""The sums and the order of a team board, from one small row per item: no item is loaded for them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from portal.people.models import Person
from portal.standing.engine.status import Group, Word, group_of
from portal.standing.items import spans_on

LATE = (Word.OVERDUE, Word.MISSING)
SOON = (Word.EXPIRING, Word.GRACE)
_MET = (Word.MET, Word.EXPIRING)


class Mark(NamedTuple):
    """An item of a person, as far as sums and order look at it."""

    person: int
    requirement: int
    word: str
    last_name: str
    first_name: str


# Person -> per column the most pressing word of its items; None where nothing is asked.
type Cells = Mapping[int, Sequence[Word | None]]


@dataclass(frozen=True)
class Sums:
    """What the board says of everybody, whatever page is shown."""

    people: int
    words: Counter[Word]
    met: Sequence[tuple[int, int]]
    """Per column: how many are met, of how many asked."""
    late: Mapping[int, int]
    """Person -> how many cells are overdue or missing; of those who have any."""
    soon: int


def marks_on(on: date, people: QuerySet[Person]) -> list[Mark]:
    rows = spans_on(on, people).with_word(on).order_by("person_id")
    columns = ("person_id", "requirement_id", "word", "person__last_name", "person__first_name")
    return [Mark(*row) for row in rows.values_list(*columns)]


def cells_of(marks: Iterable[Mark], columns: Sequence[frozenset[int]]) -> dict[int, list[Word | None]]:
    """Of everybody who is asked anything. `columns`: the requirements of each."""
    place = {requirement: index for index, column in enumerate(columns) for requirement in column}
    found: dict[int, list[Word | None]] = {}
    for mark in marks:
        cells = found.setdefault(mark.person, [None] * len(columns))
        index, word = place.get(mark.requirement), Word(mark.word)
        if index is not None:
            held = cells[index]
            cells[index] = word if held is None or word.rank < held.rank else held
    return found


def in_order(
    cells: Cells, names: Mapping[int, tuple[str, str]], *, by_name: bool, only_exceptions: bool
) -> list[int]:
    """The people by name, or most urgent first: the worst word, how many there are of it, then the name."""
    ranked = {}
    for pk, words in cells.items():
        ranks = sorted(word.rank for word in words if word and group_of(word) is not Group.FINE)
        if ranks or not only_exceptions:
            worst = ranks[0] if ranks else len(Word)
            ranked[pk] = (worst, -ranks.count(worst))
    return sorted(ranked, key=lambda pk: ((0, 0) if by_name else ranked[pk], names[pk], pk))


def sums_of(cells: Cells, columns: int) -> Sums:
    words = Counter(word for row in cells.values() for word in row if word)
    late = {pk: count for pk, row in cells.items() if (count := sum(word in LATE for word in row))}
    met = []
    for index in range(columns):
        asked = [row[index] for row in cells.values() if row[index]]
        met.append((sum(word in _MET for word in asked), len(asked)))
    return Sums(len(cells), words, met, late, sum(words[word] for word in SOON))
