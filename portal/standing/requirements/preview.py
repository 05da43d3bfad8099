"""What a change of a requirement would do to a day, for whom: computed beside the record, nothing is written."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.dates import holds
from portal.people.access.viewer import Viewer
from portal.people.facts.effects import Step
from portal.people.facts.plan import Plan
from portal.standing.engine.ladder import stage_on
from portal.standing.models import ClearanceSpan, Requirement, Span
from portal.standing.projection.one_rule import compute_rule
from portal.standing.requirements.change import Draft, change_requirement


@dataclass
class Outcome:
    """A day with a rule: state by person and state served, who is told, and who is not cleared where."""

    states: dict[tuple[int, str], str] = field(default_factory=dict)
    told: set[int] = field(default_factory=set)
    barred: set[tuple[int, str]] = field(default_factory=set)

    def add(self, on: date, person: int, scope: str, state: str, deadline: date | None) -> None:
        self.states[person, scope] = state
        if deadline is not None and stage_on(deadline, on) is not None:
            self.told.add(person)


@dataclass(frozen=True)
class Shift:
    """What a change of rules would do to one day: people by state, before and after; and to whom."""

    on: date
    before: Mapping[str, int]
    after: Mapping[str, int]
    made_late: tuple[int, ...]
    told: tuple[int, ...]
    """Who has the item within the ladder's stages then, and has not now."""
    barred: Mapping[int, tuple[str, ...]]
    """Person -> the states ("": all) in which they are no longer cleared."""
    cleared: Mapping[int, tuple[str, ...]]


def preview_change(
    requirement: Requirement, draft: Draft, *, on: Iterable[date], by: Viewer | None
) -> list[Shift]:
    """What the change would do to these days."""
    plan = change_requirement.plan(requirement, draft, by=by)
    return shifts_of(requirement, Step.doing(plan), list(on))


def shifts_of(requirement: Requirement, step: Step, days: list[date]) -> list[Shift]:
    """What differs on these days between the two sides, with this requirement. Computes everybody."""
    before, after = (_outcomes(requirement, plan, days) for plan in (step.before, step.after))
    return [_shift(day, before[day], after[day]) for day in days]


def _outcomes(requirement: Requirement, plan: Plan, days: list[date]) -> Mapping[date, Outcome]:
    """By day what holds with the plan; as stored, where it plans nothing."""
    if plan.is_empty:
        return {day: _stored(requirement, day) for day in days}
    found = {day: Outcome() for day in days}
    for person in compute_rule(requirement.pk, plan=plan):
        for day, outcome in found.items():
            for span in person.spans:
                if holds(span.start, span.until, day):
                    outcome.add(day, span.person_id, span.scope, span.state, span.deadline)
            for row in person.clearance:
                if not row.cleared and holds(row.start, row.until, day):
                    outcome.barred.add((row.person_id, row.state))
    return found


def _stored(requirement: Requirement, day: date) -> Outcome:
    outcome = Outcome()
    rows = Span.objects.on(day).filter(requirement=requirement)
    for values in rows.values_list("person_id", "scope", "state", "deadline"):
        outcome.add(day, *values)
    barred = ClearanceSpan.objects.on(day).filter(cleared=False)
    outcome.barred = set(barred.values_list("person_id", "state"))
    return outcome


def _shift(day: date, before: Outcome, after: Outcome) -> Shift:
    was = before.states
    late = {key[0] for key, state in after.states.items() if state == "overdue" and was.get(key) != "overdue"}
    return Shift(
        day,
        dict(Counter(was.values())),
        dict(Counter(after.states.values())),
        tuple(sorted(late)),
        tuple(sorted(after.told - before.told)),
        _by_person(after.barred - before.barred),
        _by_person(before.barred - after.barred),
    )


def _by_person(rows: Iterable[tuple[int, str]]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for person, state in sorted(rows):
        found[person] = (*found.get(person, ()), state)
    return found
