"""What an act does to what is asked of people: computed beside the record, nothing is written."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.dates import day_after
from portal.people.facts.effects import Line, Section, Step
from portal.people.facts.plan import Plan
from portal.people.models import Person
from portal.standing.clearance import Clearance
from portal.standing.items import Item, Standing, standing_planned, standings_on
from portal.standing.models import Evidence, RequirementVersion
from portal.standing.projection.rules import Rule, load_rules
from portal.standing.requirements.preview import Shift, shifts_of
from portal.standing.requirements.wording import counts_phrase, named_effects
from portal.ui.notation import amount

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
    for piece in (row for row in step.appended if isinstance(row, Evidence)):
        days |= {day for day in (piece.effective_on,) if day is not None}
        days |= {day_after(day) for day in (piece.last_good_day,) if day is not None}
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
    yield from (Line(words) for words in named_effects(shift))


# ---- people: item by item -------------------------------------------------------------------------


def _of_people(step: Step, days: list[date]) -> Iterator[Section]:
    """Per person: the items and the clearance that differ."""
    about, computed = step.about(), step.recomputed()
    if len(about | computed) <= MOST_PEOPLE:
        about |= computed
    elif computed - about:
        words = _("Standing is computed anew for %(count)s people.") % {"count": amount(len(computed))}
        yield Section(_("Computed anew"), (Line(words),))
    people = sorted(about)[:MOST_PEOPLE]
    if not people:
        return
    persons = [*Person.objects.filter(pk__in=people), *step.after.fresh_people().values()]
    before, after = _Side(step.before, people), _Side(step.after, people)
    for day in days:
        for person in persons:
            was, will = before.standing(person, day), after.standing(person, day)
            title = _("%(name)s, from %(day)s") % {"name": person, "day": date_format(day, "M j, Y")}
            yield Section(title, (*_items(was.items, will.items), *_clearance(was.clearance, will.clearance)))


class _Side:
    """Where people stand with a plan; as stored, where it plans nothing."""

    def __init__(self, plan: Plan, people: list[int]) -> None:
        self.plan, self.people = plan, people
        self._rules: list[Rule] | None = None
        self._stored: dict[date, dict[int, Standing]] = {}

    def standing(self, person: Person, day: date) -> Standing:
        if not self.plan.is_empty:
            if self._rules is None:
                self._rules = load_rules(plan=self.plan)
            return standing_planned(person, day, self.plan, self._rules)
        if day not in self._stored:
            self._stored[day] = standings_on(day, self.people)
        return self._stored[day].get(person.pk) or Standing(person, day, (), Clearance(day))


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


def _clearance(before: Clearance, after: Clearance) -> Iterator[Line]:
    """What is lost or gained where the person serves; a state that is not served any longer is not lost."""
    was = {answer.state: bool(answer) for answer in before.states}
    will = {answer.state: bool(answer) for answer in after.states}
    lost = [state for state, cleared in was.items() if cleared and not will.get(state, bool(will))]
    gained = [
        state for state, cleared in will.items() if cleared and not was.get(state, bool(was and not state))
    ]
    if lost:
        yield Line(
            _cleared(
                lost if will else [],
                _("No longer cleared to work with patients"),
                _("No longer cleared in %s"),
            )
        )
    if gained:
        yield Line(_cleared(gained if was else [], _("Cleared to work with patients"), _("Cleared in %s")))


def _cleared(states: list[str], everywhere: str, somewhere: str) -> str:
    named = [state for state in states if state]
    return somewhere % ", ".join(named) if named else everywhere
