"""Stories that do not hold today, each with the reason. One that begins to hold has to leave this table."""

from collections.abc import Collection
from dataclasses import dataclass

# The step of the project from which stories must hold that say `since` this or less.
CURRENT_STEP = 4
EVERYWHERE = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Known:
    reason: str
    vendors: Collection[str] = EVERYWHERE


KNOWN_FAILURES: dict[str, Known] = {}
