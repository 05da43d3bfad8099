"""What a change of a requirement would do to a day, for whom: computed beside the record, nothing is written."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from portal.people.access.viewer import Viewer
from portal.people.facts.effects import Step
from portal.people.facts.plan import Plan
from portal.standing.models import Requirement, Span
from portal.standing.projection.compute import compute
from portal.standing.projection.rebuild import everybody
from portal.standing.projection.rules import load_rules
from portal.standing.requirements.change import Draft, change_requirement

type States = Mapping[tuple[int, str], str]


@dataclass(frozen=True)
class Shift:
    """What a change of rules would do to one day: people by state, before and after."""

    on: date
    before: Mapping[str, int]
    after: Mapping[str, int]
    made_late: tuple[int, ...]


def preview_change(
    requirement: Requirement, draft: Draft, *, on: Iterable[date], by: Viewer | None
) -> list[Shift]:
    """What the change would do to these days."""
    plan = change_requirement.plan(requirement, draft, by=by)
    return shifts_of(requirement, Step.doing(plan), list(on))


def shifts_of(requirement: Requirement, step: Step, days: list[date]) -> list[Shift]:
    """What differs on these days between the two sides, with this requirement. Computes everybody."""
    before, after = (_states(requirement, plan, days) for plan in (step.before, step.after))
    return [_shift(day, before[day], after[day]) for day in days]


def _states(requirement: Requirement, plan: Plan, days: list[date]) -> Mapping[date, States]:
    """By day the state of each person and scope, with the plan; as stored, where it plans nothing."""
    found: dict[date, dict[tuple[int, str], str]] = {day: {} for day in days}
    if plan.is_empty:
        for day in days:
            rows = Span.objects.on(day).filter(requirement=requirement)
            for person, scope, state in rows.values_list("person_id", "scope", "state"):
                found[day][person, scope] = state
        return found
    rules = [rule for rule in load_rules(plan=plan) if rule.requirement.pk == requirement.pk]
    for span in compute(everybody(), rules=rules, plan=plan):
        for day in days:
            if span.start <= day and (span.until is None or day < span.until):
                found[day][span.person_id, span.scope] = span.state
    return found


def _shift(day: date, before: States, after: States) -> Shift:
    late = {key for key, state in after.items() if state == "overdue" and before.get(key) != "overdue"}
    return Shift(
        day,
        dict(Counter(before.values())),
        dict(Counter(after.values())),
        tuple(sorted({key[0] for key in late})),
    )
