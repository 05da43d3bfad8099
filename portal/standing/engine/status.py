"""The status word of a day: codes and their order. Pure; the words people read are in portal.standing.labels."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.standing.engine.ladder import FIRST_STAGE
from portal.standing.engine.types import State


class Word(StrEnum):
    """Status words, most pressing first: the sort order of every list."""

    OVERDUE = "overdue"
    MISSING = "missing"
    GRACE = "grace"
    EXPIRING = "expiring"
    UNVERIFIED = "reported"
    DUE = "pending"
    PAUSED = "paused"
    WAIVED = "waived"
    MET = "met"
    NOT_REQUIRED = "not_required"

    @property
    def rank(self) -> int:
        return _RANK[self]


_RANK = {word: rank for rank, word in enumerate(Word)}


ACT_NOW = frozenset({Word.OVERDUE, Word.MISSING, Word.GRACE})


SOON = frozenset({Word.EXPIRING, Word.DUE})


WAITING = frozenset({Word.UNVERIFIED})


FINE = frozenset({Word.MET, Word.WAIVED, Word.PAUSED, Word.NOT_REQUIRED})


class Group(StrEnum):
    """Counters group the words in four."""

    ACT_NOW = "act_now"
    SOON = "soon"
    WAITING = "waiting"
    FINE = "fine"


def group_of(word: Word) -> Group:
    for group, words in ((Group.ACT_NOW, ACT_NOW), (Group.SOON, SOON), (Group.WAITING, WAITING)):
        if word in words:
            return group
    return Group.FINE


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """What the word of a day and its date are read from: columns of one stored span, and the day."""

    on: date
    state: str
    deadline: date | None
    late_since: date | None
    run_until: date | None
    on_file: bool

    @property
    def days_left(self) -> int | None:
        """Days from `on` to the deadline; on the deadline itself 0."""
        return None if self.deadline is None else (self.deadline - self.on).days


WORDS = {
    State.REPORTED: Word.UNVERIFIED,
    State.WAIVED: Word.WAIVED,
    State.PAUSED: Word.PAUSED,
    State.PENDING: Word.DUE,
    State.GRACE: Word.GRACE,
}


def word_of(facts: StatusFacts) -> Word:
    """Expiring: met, and the deadline lies within the ladder's first stage (days).

    Missing: overdue with nothing ever on file. SpanQuerySet.with_word() says the same in SQL.
    """
    if facts.state == State.MET:
        left = facts.days_left
        return Word.MET if left is None or left > FIRST_STAGE else Word.EXPIRING
    if facts.state == State.OVERDUE:
        return Word.OVERDUE if facts.on_file else Word.MISSING
    return WORDS[State(facts.state)]
