"""What a plan would do, for the page that asks whether to do it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal.people.facts.effects import Line, Section, Step, effects_of
from portal.people.facts.plan import Plan
from portal.people.facts.wording import days_words, what_of
from portal.people.models import Person


@dataclass(frozen=True)
class Preview:
    """`fingerprint` goes with the form: another plan at the second look is shown again, not done."""

    sections: tuple[Section, ...]
    fingerprint: str
    is_empty: bool = False


def preview_of(plan: Plan, on: date) -> Preview:
    """The rows as they would change, and what follows. Reads only."""
    sections = [section for section in _on_record(plan) if section.lines]
    return Preview((*sections, *effects_of(Step.doing(plan), on)), plan.fingerprint(), plan.is_empty)


def _on_record(plan: Plan) -> list[Section]:
    names = {person.pk: str(person) for person in Person.objects.filter(pk__in=plan.about())}
    names |= {pk: str(person) for pk, person in plan.fresh_people().items()}
    many = len(names) > 1
    gone, new, moved = list[Line](), list[Line](), list[Line]()
    inserted = list(plan.inserted)
    for row in plan.closed.values():
        twin = next((other for other in inserted if _same(row, other)), None)
        if twin is None:
            gone.append(_line(row, names, many))
            continue
        inserted.remove(twin)
        if days_words(row) != days_words(twin):
            moved.append(_moved(row, twin, names, many))
    never_were = [row.takes_back for row in plan.appended]
    gone += [_line(row, names, many) for row in never_were if row is not None]
    appended = [row for row in plan.appended if row.takes_back is None]
    new = [_line(row, names, many) for row in [*inserted, *appended]]
    return [
        Section(_("What is done"), tuple(Line(words) for words in plan.besides)),
        Section(_("No longer on record"), tuple(gone)),
        Section(_("On record from now on"), tuple(new)),
        Section(_("Other days"), tuple(moved)),
    ]


def _same(row: Any, other: Any) -> bool:
    if type(row) is not type(other) or getattr(row, "person_id", 0) != getattr(other, "person_id", 0):
        return False
    return what_of(row) == what_of(other)


def _what(row: Any, names: dict[int, str], many: bool) -> str:
    name = names.get(getattr(row, "person_id", None) or 0, "")
    return f"{name}, {what_of(row)}" if many and name else what_of(row)


def _line(row: Any, names: dict[int, str], many: bool) -> Line:
    return Line(f"{_what(row, names, many)}, {days_words(row)}".removesuffix(", "))


def _moved(row: Any, twin: Any, names: dict[int, str], many: bool) -> Line:
    return Line(
        _("%(what)s: %(new)s instead of %(old)s")
        % {"what": _what(row, names, many), "new": days_words(twin), "old": days_words(row)}
    )
