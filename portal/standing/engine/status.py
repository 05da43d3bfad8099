"""The status word of a day: codes and their order. Pure; the words people read are in portal.standing.labels."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.standing.engine.ladder import FIRST_STAGE


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
    """What is looked at: a state on a day, and the days around it."""

    state: str
    on: date
    until: date | None
    unmet_from: date | None
    late_since: date | None
    deadline: date | None
    on_file: bool


def word_of(look: StatusFacts) -> Word:
    """Expiring: met, and the first day that is not lies within the ladder's first stage (days).

    Missing: overdue with nothing ever on file.
    """
    if look.state == "met":
        near = look.unmet_from is not None and (look.unmet_from - look.on).days <= FIRST_STAGE
        return Word.EXPIRING if near else Word.MET
    if look.state == "overdue":
        return Word.OVERDUE if look.on_file else Word.MISSING
    return {
        "reported": Word.UNVERIFIED,
        "waived": Word.WAIVED,
        "paused": Word.PAUSED,
        "pending": Word.DUE,
        "grace": Word.GRACE,
    }[look.state]
