"""What an act does to what is asked of people: computed beside the record, nothing is written."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.dates import day_after
from portal.people.facts.effects import Line, Section, Step
from portal.people.facts.plan import Plan
from portal.people.models import Employment, PatientWorkRemoval, Person
from portal.standing.items import Item, Standing, clearance_of, items_planned, standings_on
from portal.standing.models import RequirementVersion
from portal.standing.projection.rules import Rule, load_rules
from portal.standing.requirements.preview import Shift, shifts_of
from portal.standing.requirements.wording import counts_phrase

MOST_PEOPLE, MOST_DAYS, MOST_RULES = 20, 4, 3


def effects(step: Step, on: date) -> Iterator[Section]:
    """What differs on today and on the days when the act takes hold: of rules in numbers, of people by item."""
    days = _days(step, on)
    yield from _of_rules(step, days)
    yield from _of_people(step, days)


def _days(step: Step, on: date) -> list[date]:
    """Today, and the days after it on which a row that the act touches begins or is over."""
    days = {on}
    for row in step.rows:
        days |= {day for day in (getattr(row, "starts_on", None),) if day is not None}
        days |= {day_after(day) for day in (getattr(row, "last_day", None),) if day is not None}
    return sorted(day for day in days if day >= on)[:MOST_DAYS]


# ---- rules: everybody, in numbers -----------------------------------------------------------------


def _of_rules(step: Step, days: list[date]) -> Iterator[Section]:
    """Per rule whose versions differ: people by state, and who is made late."""
    rules = {row.requirement_id: row.requirement for row in step.rows if isinstance(row, RequirementVersion)}
    for pk in sorted(rules)[:MOST_RULES]:
        for shift in shifts_of(rules[pk], step, days):
            title = _("%(name)s, from %(day)s") % {"name": rules[pk], "day": date_format(shift.on, "M j, Y")}
            yield Section(title, tuple(_shifted(shift)))


def _shifted(shift: Shift) -> Iterator[Line]:
    if shift.before != shift.after:
        nobody = _("nobody is asked")
        words = {"new": counts_phrase(shift.after) or nobody, "old": counts_phrase(shift.before) or nobody}
        yield Line(_("Everybody: %(new)s instead of %(old)s") % words)
    if shift.made_late:
        count = len(shift.made_late)
        text = ngettext("One person is made late: %(names)s", "%(count)d are made late: %(names)s", count)
        yield Line(text % {"count": count, "names": _names(shift.made_late)})


def _names(people: Sequence[int]) -> str:
    """The first of them by name; how many there are is said besides."""
    names = [str(person) for person in Person.objects.filter(pk__in=people[:MOST_PEOPLE])]
    return ", ".join(sorted(names)) + (", …" if len(people) > MOST_PEOPLE else "")


# ---- people: item by item -------------------------------------------------------------------------


def _of_people(step: Step, days: list[date]) -> Iterator[Section]:
    """Per person: the items and the clearance that differ."""
    people = sorted(step.about())[:MOST_PEOPLE]
    if not people:
        return
    persons = [*Person.objects.filter(pk__in=people), *step.after.fresh_people().values()]
    before, after = _Side(step.before, people), _Side(step.after, people)
    for day in days:
        for person in persons:
            was, will = before.items(person, day), after.items(person, day)
            cleared = before.is_cleared(person, day, was), after.is_cleared(person, day, will)
            title = _("%(name)s, from %(day)s") % {"name": person, "day": date_format(day, "M j, Y")}
            yield Section(title, (*_items(was, will), *_clearance(*cleared)))


class _Side:
    """Where people stand with a plan; as stored, where it plans nothing."""

    def __init__(self, plan: Plan, people: list[int]) -> None:
        self.plan, self.people = plan, people
        self._rules: list[Rule] | None = None
        self._stored: dict[date, dict[int, Standing]] = {}

    def items(self, person: Person, day: date) -> list[Item]:
        if not self.plan.is_empty:
            if self._rules is None:
                self._rules = load_rules(plan=self.plan)
            return items_planned(person, day, self.plan, self._rules)
        if day not in self._stored:
            self._stored[day] = standings_on(day, self.people)
        standing = self._stored[day].get(person.pk)
        return list(standing.items) if standing else []

    def is_cleared(self, person: Person, day: date, items: list[Item]) -> bool:
        employed = bool(self.plan.on(Employment, day, person_id=person.pk))
        removed = bool(self.plan.on(PatientWorkRemoval, day, person_id=person.pk))
        return bool(clearance_of(items, employed=employed, removed=removed))


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


def _clearance(was: bool, will: bool) -> Iterator[Line]:
    if was and not will:
        yield Line(_("No longer cleared to work with patients"))
    if will and not was:
        yield Line(_("Cleared to work with patients"))
