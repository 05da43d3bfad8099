"""Is somebody cleared to work with patients on a day, in which states, and if not, why: one answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from portal.standing.engine.clearance import Bar, Reason
from portal.standing.labels import short_date
from portal.standing.models import ClearanceSpan


@dataclass(frozen=True)
class InState:
    """The answer for one state served; "" where none is."""

    state: str
    since: date
    reasons: tuple[Reason, ...]

    def __bool__(self) -> bool:
        return not self.reasons


@dataclass(frozen=True)
class Clearance:
    """The answer of a day, by state served; true where cleared in every one. Without states: not employed."""

    on: date
    states: tuple[InState, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.states) and all(self.states)

    def in_state(self, state: str) -> bool:
        """In this state; of who serves none, everywhere. Not, where the state is not served."""
        return any(answer.state in ("", state) and answer for answer in self.states)

    @property
    def is_employed(self) -> bool:
        return bool(self.states)

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """Each reason once."""
        if not self.states:
            return (Reason(Bar.NOT_EMPLOYED.value),)
        return tuple(dict.fromkeys(reason for answer in self.states for reason in answer.reasons))

    @property
    def cleared_in(self) -> list[InState]:
        return [answer for answer in self.states if answer and answer.state]

    @property
    def barred_in(self) -> list[InState]:
        return [answer for answer in self.states if not answer]

    @property
    def is_partial(self) -> bool:
        """Cleared in some of the states served, not in others."""
        return bool(self.cleared_in) and bool(self.barred_in)

    @property
    def words(self) -> str:
        """ "Cleared", "Cleared in TX, AZ; not in CA since Nov 20", "Not cleared since Nov 20"."""
        if not self.states:
            return _("Not employed on this day")
        if not self.barred_in:
            return _("Cleared")
        since = short_date(max(answer.since for answer in self.barred_in), self.on)
        if not self.cleared_in:
            return _("Not cleared since %(day)s") % {"day": since}
        barred = [
            _("%(state)s since %(day)s") % {"state": a.state, "day": short_date(a.since, self.on)}
            for a in self.barred_in
        ]
        states = ", ".join(answer.state for answer in self.cleared_in)
        return _("Cleared in %(states)s; not in %(barred)s") % {
            "states": states,
            "barred": ", ".join(barred),
        }


def clearance_of(rows: Iterable[ClearanceSpan], on: date) -> Clearance:
    """From the rows of one person that hold the day, stored or not."""
    found = [InState(row.state, row.since, tuple(Reason(*reason) for reason in row.reasons)) for row in rows]
    return Clearance(on, tuple(sorted(found, key=lambda answer: answer.state)))
