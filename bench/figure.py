"""One row of the table in docs/performance.md."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """`figure` and `floor` in milliseconds (or what `unit` says); met, where the ratio and `also` are."""

    name: str
    figure: float
    floor: float
    goal: str
    met: bool
    unit: str = "ms"
    queries: int | None = None

    @property
    def ratio(self) -> float:
        return self.figure / self.floor if self.floor else 0

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": round(self.ratio, 2)}
