"""Stories that do not hold today, each with the reason. One that begins to hold has to leave this table."""

from collections.abc import Collection
from dataclasses import dataclass

# The step of the project from which stories must hold that say `since` this or less.
CURRENT_STEP = 2
EVERYWHERE = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Known:
    reason: str
    vendors: Collection[str] = EVERYWHERE


KNOWN_FAILURES = {
    "a rule made stricter counts from its day for who is late already": Known(
        "A span keeps the version of its first day, so a new severity does not reach one that runs."
    ),
    "removed from patient work shows everywhere, and as it was known": Known(
        "The compliance page and the as-known view leave removals out; nothing ends a removal."
    ),
    "a skipped self-evaluation stays private": Known("The person is not told that the part was skipped."),
}
