"""The values that standing is reckoned with: the rules, the facts, and the spans that come out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import NamedTuple

from portal.dates import FAR, add_days, add_months

NEVER = FAR
"""The `last_good_day` of a piece that says it does not expire; `None` is one that says nothing."""


class Level(IntEnum):
    """How well a piece of evidence is known: said, shown, or confirmed at its source."""

    CLAIMED = 1
    SEEN = 2
    VERIFIED = 3


class State(StrEnum):
    """Where a person stands on a day, best first."""

    MET = "met"
    REPORTED = "reported"
    WAIVED = "waived"
    PAUSED = "paused"
    PENDING = "pending"
    GRACE = "grace"
    OVERDUE = "overdue"


class Anchor(StrEnum):
    """The day from which the first due date is counted."""

    HIRE = "hire"
    PRESENCE_START = "presence_start"
    REQUIREMENT_START = "requirement_start"
    FIXED_DATE = "fixed_date"


class Recurs(StrEnum):
    """How a requirement comes round again."""

    ONCE = "once"
    OWN_VALIDITY = "own_validity"
    EVERY_MONTHS = "every_months"
    EACH_YEAR = "each_year"
    FIXED_DAY = "fixed_day"
    HIRE_ANNIVERSARY = "hire_anniversary"


class RenewalCountsFrom(StrEnum):
    """Whether an early renewal starts a fresh term or adds to the running one."""

    COMPLETION = "completion"
    EXPIRY = "expiry"


@dataclass(frozen=True, slots=True)
class Offset:
    """A distance in time: whole months first, then days."""

    months: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        later = add_months(day, self.months) if self.months else day
        return add_days(later, self.days) if self.days else later


@dataclass(frozen=True, slots=True)
class Due:
    """When a version is first due; `day` is set for a fixed date only."""

    anchor: Anchor
    offset: Offset = Offset()
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A kind of recurrence and the one or two numbers that this kind needs."""

    kind: Recurs
    months: int = 0
    start_month: int = 1
    month: int = 1
    day: int = 1
    to_month_end: bool = False


@dataclass(frozen=True, slots=True)
class FromHire:
    """Nothing from longer than this before the hire exists."""

    days_before: int = 0


@dataclass(frozen=True, slots=True)
class FromDate:
    """What was done before this date serves until the deadline only."""

    day: date


@dataclass(frozen=True, slots=True)
class FromEdition:
    """What was done with an older edition serves until the deadline only."""

    edition: int


type CountsFrom = FromHire | FromDate | FromEdition


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How a version takes one qualification: from which level, for which term, as a renewal only."""

    level: Level | None = None
    term_months: int | None = None
    renewal_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A requirement's wording from one day until the next wording takes over."""

    start: date
    until: date | None = None
    level: Level
    due: Due
    notice_days: int = 0
    return_notice_days: int = 0
    recurrence: Recurrence
    window_days: int = 0
    early_renewal_counts_from: RenewalCountsFrom = RenewalCountsFrom.COMPLETION
    grace: Offset = Offset()
    counts_from: CountsFrom | None = None
    bridge_days: int = 0
    """Presence goes on over interruptions that begin under this version and are at most so long."""
    accepts: Mapping[str, Acceptance] | None = None
    """By qualification; what is not named does not count. None: every piece counts as it is."""

    def level_for(self, piece: "Piece") -> Level:
        """The level from which this version takes the piece."""
        if self.accepts is None:
            return self.level
        accepted = self.accepts.get(piece.qualification)
        return self.level if accepted is None or accepted.level is None else accepted.level


@dataclass(frozen=True, slots=True)
class VersionedRule:
    """All versions in order, without gaps."""

    versions: tuple[Version, ...]

    def bridge_days(self, day: date) -> int:
        """How long an interruption that begins on the day may be, in days, and not stop the clock."""
        begun = [version for version in self.versions if version.start <= day]
        return (begun[-1] if begun else self.versions[0]).bridge_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One thing on record: a completion, a license term, a card. `last_good_day` is its last good day."""

    id: str
    subject: str
    effective_on: date
    last_good_day: date | None = None
    level: Level
    edition: int | None = None
    renewal_only: bool = False
    qualification: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A piece was good no longer than this day: surrendered, suspended, withdrawn."""

    id: str
    ends: str
    last_good_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Void:
    """An earlier piece or ending should never have been recorded."""

    id: str
    voids: str


type EvidenceRow = Piece | Ending | Void


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one person for one requirement and scope; evidence in recording order."""

    employments: tuple[tuple[date, date | None], ...] = ()
    required: tuple[tuple[date, date | None], ...] = ()
    absences: tuple[tuple[date, date | None], ...] = ()
    waivers: tuple[tuple[date, date | None], ...] = ()
    extensions: tuple[tuple[date, date | None], ...] = ()
    evidence: tuple[EvidenceRow, ...] = ()


class StateSpan(NamedTuple):
    """A run of days with one state and one reason; `until` is exclusive, None is open."""

    start: date
    until: date | None
    state: State
    because: str | None = None
