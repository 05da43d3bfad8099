"""Acts: use cases on the record, each written once as what it plans.

@act("position", gettext_lazy("New position"))
def take_position(plan: Plan, /, person: Person, *, team: Team, by: Viewer | None) -> Position: ...

take_position(person, team=south, by=viewer)          locks, plans, applies: one Change
take_position.plan(person, team=south, by=viewer)     reads only: what it would do
take_position.into(plan, person, team=south, by=by)   as part of another act's plan
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Concatenate

from django.db import transaction
from django.utils.translation import gettext as _

from portal.errors import Stale
from portal.people.facts.acting import Acting
from portal.people.facts.apply import apply
from portal.people.facts.lock import told_in_words
from portal.people.facts.plan import Plan
from portal.people.models import Batch, Change, Person


@dataclass(frozen=True)
class Recording:
    """What goes with every change made in a block: a batch, a reason, the plan that was looked at."""

    batch: Batch | None = None
    reason: str = ""
    expected: str = ""
    made: tuple[list[Change], ...] = ()


NOTHING = Recording()
_recording: ContextVar[Recording] = ContextVar("recording", default=NOTHING)


@contextmanager
def recording(**values: Any) -> Iterator[list[Change]]:
    """Changes made in this block belong to the `batch`, carry the `reason`, or are as `expected`.

    `expected`: the fingerprint of the plan that somebody looked at; another plan raises Stale.
    Yields the list of the changes made, as it grows.
    """
    around, changes = _recording.get(), list[Change]()
    token = _recording.set(replace(around, made=(*around.made, changes), **values))
    try:
        yield changes
    finally:
        _recording.reset(token)


_labels: dict[str, Any] = {}
_corrected: dict[str, Any] = {}


def register_label(act: str, label: Any, *, corrected: Any = "") -> None:
    """What an act is called, and a correction of it: in ready() where it is written with one_change()."""
    _labels[act] = label
    if corrected:
        _corrected[act] = corrected


def label_of(act: str, *, corrects: bool = False) -> str:
    """What the act is called: New position. Done instead of what was meant otherwise: Position corrected."""
    label = str(_labels.get(act, act))
    if not corrects:
        return label
    return str(_corrected.get(act) or _("%(act)s (correction)") % {"act": label})


@dataclass(frozen=True)
class Act[**P, R]:
    """An act on the record by its name; see the module."""

    name: str
    body: Callable[Concatenate[Plan, P], R]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do it. Raises what the act refuses, Stale where it is not what was expected."""
        given: dict[str, Any] = kwargs
        with one_change(self.name, by=given["by"], reason=given.get("reason", "")) as plan:
            return self.body(plan, *args, **kwargs)

    def plan(self, *args: P.args, **kwargs: P.kwargs) -> Plan:
        """What it would do. Reads only; raises what the act refuses."""
        given: dict[str, Any] = kwargs
        plan = new_plan(self.name, by=given["by"], reason=given.get("reason", ""), dry=True)
        self.body(plan, *args, **kwargs)
        return plan

    def into(self, plan: Plan, *args: P.args, **kwargs: P.kwargs) -> R:
        """Plan it as part of another act."""
        return self.body(plan, *args, **kwargs)


def act[**P, R](
    name: str, label: Any, *, corrected: Any = ""
) -> Callable[[Callable[Concatenate[Plan, P], R]], Act[P, R]]:
    """Make a function that fills a plan into an act of this name.

    The labels are for pages: what the act is called, and a correction of it.
    """
    register_label(name, label, corrected=corrected)

    def made(body: Callable[Concatenate[Plan, P], R]) -> Act[P, R]:
        found = Act(name, body)
        object.__setattr__(found, "__doc__", body.__doc__)
        return found

    return made


_current: ContextVar[Plan | None] = ContextVar("current", default=None)


@contextmanager
def one_change(
    name: str, *, by: Acting | None = None, actor: Person | None = None, reason: str = ""
) -> Iterator[Plan]:
    """What is put on record in this block is one change: part of the one being made around it, if any.

    `actor`: who made it, where there is nobody to ask for rights. Applies the plan when the block ends.
    Raises Stale where the database gave up waiting for somebody else's change.
    """
    around = _current.get()
    if around is not None:
        yield around
        return
    with told_in_words(), transaction.atomic():
        plan = new_plan(name, by=by, reason=reason)
        plan.made_by = plan.made_by or actor
        token = _current.set(plan)
        try:
            yield plan
        finally:
            _current.reset(token)
        carry_out(plan)


def change_in_progress() -> Change | None:
    """The change that is being made around this; none where nothing has been put on record so far."""
    plan = _current.get()
    return plan.open() if plan is not None and not plan.is_empty else None


def new_plan(name: str, *, by: Acting | None, reason: str = "", dry: bool = False) -> Plan:
    """An empty plan with what the block around it says."""
    around = _recording.get()
    plan = Plan(name, by=by, dry=dry)
    plan.reason = (reason or around.reason).strip()
    plan.batch = around.batch
    return plan


def refuse_unexpected(plan: Plan, expected: str = "") -> None:
    """Raises Stale unless the plan is the `expected` one, by its fingerprint; else that of recording()."""
    expected = expected or _recording.get().expected
    if expected and plan.fingerprint() != expected:
        raise Stale(_("The record has changed since you looked. Look at what follows again."))


def carry_out(plan: Plan) -> None:
    """Apply the plan, unless it does nothing: saying a thing twice is once."""
    refuse_unexpected(plan)
    if not plan.is_empty:
        change = apply(plan)
        for changes in _recording.get().made:
            changes.append(change)
