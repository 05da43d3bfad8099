"""What a plan would do to what is asked of people: computed beside the record, nothing is written."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.dates import day_after
from portal.people.facts.effects import Line, Section
from portal.people.facts.plan import Plan
from portal.people.models import Person
from portal.standing.items import Item, Standing, standing_planned, standings_on
from portal.standing.projection.rules import load_rules

MOST_PEOPLE, MOST_DAYS = 20, 4


def effects(plan: Plan, on: date) -> Iterator[Section]:
    """Per person: the items and the clearance that differ, on today and on the days when the plan takes hold."""
    people = sorted(plan.about())[:MOST_PEOPLE]
    if not people:
        return
    rules = load_rules(plan=plan)
    persons = list(Person.objects.filter(pk__in=people))
    for day in _days(plan, on):
        now = standings_on(day, people)
        for person in persons:
            before = now.get(person.pk)
            after = standing_planned(person, day, plan, rules)
            lines = [*_items(before.items if before else (), after.items), *_clearance(before, after)]
            title = _("%(name)s, from %(day)s") % {"name": person, "day": date_format(day, "M j, Y")}
            yield Section(title, tuple(lines))


def _days(plan: Plan, on: date) -> list[date]:
    """Today, and the days after it on which a row that the plan touches begins or is over."""
    days = {on}
    for row in [*plan.closed.values(), *plan.inserted]:
        days |= {day for day in (getattr(row, "starts_on", None),) if day is not None}
        days |= {day_after(day) for day in (getattr(row, "last_day", None),) if day is not None}
    return sorted(day for day in days if day >= on)[:MOST_DAYS]


def _items(before: Iterable[Item], after: Iterable[Item]) -> Iterator[Line]:
    was = {(item.requirement.pk, item.scope): item for item in before}
    will = {(item.requirement.pk, item.scope): item for item in after}
    for key, item in was.items():
        if key not in will:
            yield Line(_("%(item)s is not asked any longer") % {"item": item.name})
        elif will[key].span.state != item.span.state:
            words = {"item": item.name, "new": will[key].phrase, "old": item.phrase}
            yield Line(_("%(item)s: %(new)s instead of %(old)s") % words)
    for key, item in will.items():
        if key not in was:
            yield Line(_("%(item)s is asked: %(word)s") % {"item": item.name, "word": item.phrase})


def _clearance(before: Standing | None, after: Standing) -> Iterator[Line]:
    was = {answer.state: bool(answer) for answer in before.clearance.states} if before else {}
    will = {answer.state: bool(answer) for answer in after.clearance.states}
    lost = [state for state, cleared in was.items() if cleared and not will.get(state)]
    gained = [state for state, cleared in will.items() if cleared and not was.get(state)]
    if lost:
        yield Line(_cleared(lost, _("No longer cleared to work with patients"), _("No longer cleared in %s")))
    if gained:
        yield Line(_cleared(gained, _("Cleared to work with patients"), _("Cleared in %s")))


def _cleared(states: list[str], everywhere: str, somewhere: str) -> str:
    named = [state for state in states if state]
    return somewhere % ", ".join(named) if named else everywhere
