"""May this person work with patients on a day, and if not, why? Pure.

Only `met` clears what blocks practice; `waived` where the version says so. Unverified, due,
grace, leave and overdue do not. Who is not employed, or is removed from patient work, is not cleared.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.standing.engine.types import State


class Bar(StrEnum):
    """Why somebody is not cleared."""

    NOT_EMPLOYED = "not_employed"
    REMOVED = "removed"
    REQUIREMENT = "requirement"


@dataclass(frozen=True, slots=True)
class Blocking:
    """Where a person stands with one requirement that blocks practice."""

    requirement: str
    scope: str
    state: State
    waiver_clears: bool = False

    @property
    def clears(self) -> bool:
        return self.state is State.MET or (self.state is State.WAIVED and self.waiver_clears)


@dataclass(frozen=True, slots=True)
class Reason:
    bar: Bar
    blocking: Blocking | None = None


@dataclass(frozen=True, slots=True)
class Clearance:
    """The answer, with every reason that stands against it."""

    reasons: tuple[Reason, ...] = ()

    def __bool__(self) -> bool:
        return not self.reasons


def cleared(blocking: Iterable[Blocking], *, employed: bool, removed: bool) -> Clearance:
    """May the person work with patients on the day that these facts are about?"""
    reasons = [] if employed else [Reason(Bar.NOT_EMPLOYED)]
    if removed:
        reasons.append(Reason(Bar.REMOVED))
    reasons += [Reason(Bar.REQUIREMENT, item) for item in blocking if not item.clears]
    return Clearance(tuple(reasons))
