"""What kinds of absence do to the clock, over time."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.dates import EARLIEST
from portal.people.access.rights import demand_hr_for_all
from portal.people.access.viewer import Viewer
from portal.people.facts.act import act
from portal.people.facts.days import take_over
from portal.people.facts.fresh import bring
from portal.people.facts.integrity import Contradiction, register_check
from portal.people.facts.plan import Plan
from portal.people.models import Absence, AbsenceKind, AbsenceKindRule


class ClockRules:
    """The rules of all kinds of absence."""

    def __init__(self, rows: Iterable[AbsenceKindRule]) -> None:
        self._rules: dict[int, list[AbsenceKindRule]] = {}
        for row in rows:
            self._rules.setdefault(row.kind_id, []).append(row)

    @classmethod
    def load(cls) -> "ClockRules":
        """The rules that count now. One query."""
        return cls(AbsenceKindRule.objects.current())

    def of(self, kind: AbsenceKind, day: date) -> AbsenceKindRule | None:
        """The rule for absences of the kind that begin on the day."""
        return self._of(kind.pk, day)

    def stop(self, absence: Absence) -> bool:
        """Does the absence stop the clock? The rule of its first day decides for all of it."""
        return self.stops(absence.kind_id, absence.starts_on, absence.last_day)

    def stops(self, kind: int, starts_on: date, last_day: date | None) -> bool:
        """The same, of an absence of the kind (its id) over these days."""
        rule = self._of(kind, starts_on)
        return rule is not None and rule.stops(starts_on, last_day)

    def _of(self, kind: int, day: date) -> AbsenceKindRule | None:
        return next((row for row in self._rules.get(kind, ()) if row.holds(day)), None)


def kinds_in_use() -> QuerySet[AbsenceKind]:
    """The kinds that may be chosen: those whose adding was not taken back."""
    rows: QuerySet[AbsenceKind] = AbsenceKind.objects.filter(
        Exists(AbsenceKindRule.objects.current().filter(kind=OuterRef("pk")))
    )
    return rows


def clock_words(rule: AbsenceKindRule | None) -> str:
    """The clock runs; or, the clock stops from 14 days."""
    if rule is None or not rule.stops_clock:
        return _("The clock runs.")
    if rule.stops_from_days <= 1:
        return _("The clock stops.")
    return _("The clock stops, for %(days)d days and more.") % {"days": rule.stops_from_days}


@act("absence-kind", gettext_lazy("Kind of absence added"))
def make_absence_kind(
    plan: Plan,
    /,
    *,
    code: str,
    name: str,
    by: Viewer | None,
    stops_clock: bool = False,
    stops_from_days: int = 0,
) -> AbsenceKind:
    """A new kind of absence, by HR for everybody. What it does to the clock holds for all days."""
    demand_hr_for_all(by)
    plan.lock_organization()
    kind = bring(plan, AbsenceKind(code=code, name=name))
    rule = AbsenceKindRule(kind=kind, stops_clock=stops_clock, stops_from_days=stops_from_days)
    # Known since ever: no absence of this kind is older than the kind, but those that an import brings.
    rule.starts_on = rule.known_on = EARLIEST
    plan.insert(rule)
    return kind


@act("absence-clock", gettext_lazy("Kind of absence changed"))
def change_clock(
    plan: Plan,
    /,
    kind: AbsenceKind,
    *,
    stops_clock: bool,
    stops_from_days: int,
    starts_on: date,
    by: Viewer | None,
    reason: str = "",
) -> AbsenceKindRule:
    """For absences of the kind that begin on the day or later, by HR for everybody."""
    demand_hr_for_all(by)
    plan.lock_organization()
    away = Absence.objects.current().filter(kind=kind).overlapping(starts_on, None)
    plan.recomputed.update(away.values_list("person_id", flat=True))
    row = AbsenceKindRule(
        kind=kind,
        stops_clock=stops_clock,
        stops_from_days=stops_from_days,
        starts_on=starts_on,
        reason=reason,
    )
    return take_over(plan, row, plan.rows(AbsenceKindRule, kind_id=kind.pk))


def _without_rule(plan: Plan, _people: set[int]) -> Iterator[Contradiction]:
    """Nobody is away for a kind of absence that never was."""
    kinds = {row.kind_id for row in plan.closed.values() if isinstance(row, AbsenceKindRule)}
    for kind in sorted(kinds):
        if not plan.rows(AbsenceKindRule, kind_id=kind):
            for row in plan.rows(Absence, kind_id=kind):
                yield Contradiction(row, _("Somebody is away for this kind of absence."))


register_check(_without_rule)
