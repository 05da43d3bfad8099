"""What a plan would do to what is asked of people: computed beside the record, nothing is written."""

from collections.abc import Iterator
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.dates import day_after
from portal.people.facts.effects import Line, Section
from portal.people.facts.plan import Plan
from portal.people.models import Employment, PatientWorkRemoval, Person
from portal.standing.items import Item, clearance_of, items_planned, standings_on
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
            standing = now.get(person.pk)
            before = list(standing.items) if standing else []
            after = items_planned(person, day, plan, rules)
            lines = [*_items(before, after), *_clearance(plan, person, day, before, after)]
            title = _("%(name)s, from %(day)s") % {"name": person, "day": date_format(day, "M j, Y")}
            yield Section(title, tuple(lines))


def _days(plan: Plan, on: date) -> list[date]:
    """Today, and the days after it on which a row that the plan touches begins or is over."""
    days = {on}
    for row in [*plan.closed.values(), *plan.inserted]:
        days |= {day for day in (getattr(row, "starts_on", None),) if day is not None}
        days |= {day_after(day) for day in (getattr(row, "last_day", None),) if day is not None}
    return sorted(day for day in days if day >= on)[:MOST_DAYS]


def _items(before: list[Item], after: list[Item]) -> Iterator[Line]:
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


def _clearance(
    plan: Plan, person: Person, day: date, before: list[Item], after: list[Item]
) -> Iterator[Line]:
    empty = Plan("", by=None, dry=True)
    was = _cleared(empty, person, day, before)
    will = _cleared(plan, person, day, after)
    if was and not will:
        yield Line(_("No longer cleared to work with patients"))
    if will and not was:
        yield Line(_("Cleared to work with patients"))


def _cleared(plan: Plan, person: Person, day: date, items: list[Item]) -> bool:
    employed = bool(plan.on(Employment, day, person_id=person.pk))
    removed = bool(plan.on(PatientWorkRemoval, day, person_id=person.pk))
    return bool(clearance_of(items, employed=employed, removed=removed))
