"""How a dated fact takes its days: within employment, and in the place of what held before."""

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.dates import day_after, day_before
from portal.errors import Refused
from portal.people.errors import Overlap
from portal.people.facts.plan import Plan, column_values, copy_of
from portal.people.models import Employment
from portal.people.models.fact import DatedFact


def take_over[Fact: DatedFact](plan: Plan, fact: Fact, rows: Sequence[Fact]) -> Fact:
    """The fact holds on its days in place of `rows`, of which one holds at a time.

    What held before ends the day before, and goes on after a fact that ends. What begins on the same
    day gives way. A fact without end stops before one that is planned for later. Saying again what
    holds already changes nothing. Returns the row that holds.
    Raises Overlap for a fact with an end that reaches into a later one.
    """
    later = [row for row in rows if row.starts_on > fact.starts_on]
    if fact.last_day is None and later:
        fact.last_day = day_before(later[0].starts_on)
        plan.rest_on(later[0])
    for row in rows:
        if _says_already(row, fact):
            return row
    if any(row.overlaps(fact.starts_on, fact.last_day) for row in later):
        day = date_format(later[0].starts_on, "M j, Y")
        raise Overlap(
            _("From %(day)s on something else is planned. End before it, or take that back first.")
            % {"day": day},
            field="last_day",
        )
    for row in rows:
        if row not in later and row.overlaps(fact.starts_on, fact.last_day):
            _give_way(plan, row, fact)
    return plan.insert(fact)


def _says_already(row: DatedFact, fact: DatedFact) -> bool:
    """Does the row say the same, on all the days of the fact?"""
    apart = {"starts_on", "last_day", "reason"}
    same = {k: v for k, v in column_values(row).items() if k not in apart}
    wanted = {k: v for k, v in column_values(fact).items() if k not in apart}
    if same != wanted or row.starts_on > fact.starts_on:
        return False
    return row.last_day is None or (fact.last_day is not None and fact.last_day <= row.last_day)


def _give_way(plan: Plan, row: DatedFact, fact: DatedFact) -> None:
    goes_on = fact.last_day is not None and (row.last_day is None or row.last_day > fact.last_day)
    plan.close(row)
    if row.starts_on < fact.starts_on:
        plan.insert(copy_of(row, last_day=day_before(fact.starts_on)), like=row)
    if goes_on and fact.last_day is not None:
        plan.insert(copy_of(row, starts_on=day_after(fact.last_day)), like=row)


def within_employment(
    plan: Plan, person_id: int, first: date, last: date | None, *, field: str = "starts_on"
) -> date | None:
    """The last day on which something may hold that only employed people hold; None: no end known.

    Raises Refused at `field` where the person is not employed on the first day, at last_day where
    the employment ends before `last`.
    """
    final = _final_employment(plan, person_id, first)
    if final is None:
        raise Refused(_("The person is not employed on that day."), field=field)
    if final.last_day is None:
        return last
    if last is not None and last > final.last_day:
        day = date_format(final.last_day, "M j, Y")
        raise Refused(_("The employment ends on %(day)s.") % {"day": day}, field="last_day")
    if last is None:
        plan.rest_on(final)
    return last or final.last_day


def _final_employment(plan: Plan, person_id: int, first: date) -> Employment | None:
    """The last of the employments that follow one another without a gap from the day on."""
    day, found = first, None
    for row in plan.rows(Employment, person_id=person_id):
        if row.holds(day):
            found = row
            if row.last_day is None:
                break
            day = day_after(row.last_day)
    return found


def end_on[Fact: DatedFact](plan: Plan, fact: Fact, last_day: date) -> Fact:
    """The fact holds no longer than this day. Raises Refused where that is before it began, or after its end."""
    if last_day < fact.starts_on:
        raise Refused(
            _("It begins on %(day)s. What never was is withdrawn, not ended.")
            % {"day": date_format(fact.starts_on, "M j, Y")},
            field="last_day",
        )
    if fact.last_day is not None and last_day > fact.last_day:
        raise Refused(
            _("It ends on %(day)s already.") % {"day": date_format(fact.last_day, "M j, Y")}, field="last_day"
        )
    return fact if fact.last_day == last_day else plan.replace(fact, last_day=last_day)
