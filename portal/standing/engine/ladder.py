"""The alert ladder: which stage a deadline has reached on a day, and who is told at it. Pure.

Stages are days before the deadline (the last day in time): 90, 60, 30, 14, 7, 1, 0; after it,
a stage each seven days, written as a negative number. A stage is crossed, not hit: whoever looks
late finds the latest one.
"""

from datetime import date
from enum import StrEnum

BEFORE = (90, 60, 30, 14, 7, 1, 0)
# From here on an item is expiring, and whoever answers for it is told.
FIRST_STAGE = BEFORE[0]
WEEK = 7


class Recipient(StrEnum):
    """Whom a stage tells, seen from the item."""

    HOLDER = "holder"
    SUPERVISOR = "supervisor"
    NEXT_UP = "next_up"
    HR = "hr"


H, S, N, R = Recipient.HOLDER, Recipient.SUPERVISOR, Recipient.NEXT_UP, Recipient.HR

# From this stage downward these are told; by who is responsible for the item.
_TOLD_FROM: dict[str, dict[Recipient, int]] = {
    "holder": {H: FIRST_STAGE, S: 30, R: 14, N: 7},
    "supervisor": {S: FIRST_STAGE, R: 14, N: 7},
    "hr": {R: FIRST_STAGE, S: 14},
}


def stage_on(deadline: date, on: date) -> int | None:
    """The latest stage crossed by the day; None before the first."""
    left = (deadline - on).days
    if left > FIRST_STAGE:
        return None
    if left >= 0:
        return min(stage for stage in BEFORE if stage >= left)
    return -WEEK * (-left // WEEK)


def told_at(stage: int, responsible: str) -> tuple[Recipient, ...]:
    """Who is told at a stage, for an item that `responsible` answers for."""
    return tuple(who for who, first in _TOLD_FROM[responsible].items() if stage <= first)


def next_stage(stage: int) -> int:
    """The stage after this one, if nothing changes."""
    return max((s for s in BEFORE if s < stage), default=stage - WEEK)


def day_of(stage: int, deadline: date) -> date:
    """The first day on which the stage is reached."""
    return date.fromordinal(deadline.toordinal() - stage)
