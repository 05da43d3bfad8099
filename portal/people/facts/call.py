"""An act with what it is done with: planned first, to show what follows, then done."""

from dataclasses import dataclass
from typing import Any

from portal.people.facts.act import Act
from portal.people.facts.plan import Plan
from portal.people.facts.taking_back import correct_fact, plan_fact_correction
from portal.people.models.fact import RecordedFact


@dataclass(frozen=True)
class Call:
    """`instead_of`: the fact that was meant otherwise, where this corrects one."""

    act: Act[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    instead_of: RecordedFact | None = None

    def plan(self) -> Plan:
        """What it would do. Reads only; raises what the act refuses."""
        if self.instead_of is not None:
            return plan_fact_correction(self.instead_of, self.act, *self.args, **self.kwargs)
        return self.act.plan(*self.args, **self.kwargs)

    def __call__(self) -> Any:
        if self.instead_of is not None:
            return correct_fact(self.instead_of, self.act, *self.args, **self.kwargs)
        return self.act(*self.args, **self.kwargs)
