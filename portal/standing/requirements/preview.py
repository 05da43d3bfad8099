"""What a change of a requirement would do to a day, for whom."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from portal.people.access.viewer import Viewer
from portal.standing.models import Requirement, Span
from portal.standing.requirements.change import Draft, change_requirement


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
    """What the change would do to these days: the same code and rights, rolled back."""
    days = list(on)
    with transaction.atomic():
        before = {day: _states(requirement, day) for day in days}
        change_requirement(requirement, draft, by=by)
        after = {day: _states(requirement, day) for day in days}
        transaction.set_rollback(True)
    return [_shift(day, before[day], after[day]) for day in days]


def _states(requirement: Requirement, day: date) -> dict[tuple[int, str], str]:
    rows = Span.objects.on(day).filter(requirement=requirement)
    return {
        (person, scope): state for person, scope, state in rows.values_list("person_id", "scope", "state")
    }


def _shift(day: date, before: Mapping[tuple[int, str], str], after: Mapping[tuple[int, str], str]) -> Shift:
    late = {key for key, state in after.items() if state == "overdue" and before.get(key) != "overdue"}
    return Shift(
        day,
        dict(Counter(before.values())),
        dict(Counter(after.values())),
        tuple(sorted({key[0] for key in late})),
    )
