"""The name in use on a day, and the columns of a person that show today's."""

from collections.abc import Iterable
from datetime import date

from portal.people.models import Change, Person, PersonName

PREFERRED, LEGAL = PersonName.Kind.PREFERRED, PersonName.Kind.LEGAL


def names_on(day: date, people: Iterable[int] | None = None, *, legal: bool = False) -> dict[int, PersonName]:
    """Person id -> the name of the day: the preferred one (not with `legal`), else the legal one.

    Where no name holds on the day: the last before it, else the first after it. One query.
    `people`: ids; None means everybody. Who has no name on record is left out.
    """
    rows = PersonName.objects.current()
    if people is not None:
        rows = rows.filter(person_id__in=list(people))
    if legal:
        rows = rows.filter(kind=LEGAL)
    best: dict[int, tuple[tuple[bool, bool, int], PersonName]] = {}
    for row in rows.order_by("id"):
        if row.kind == PREFERRED and not row.holds(day):
            continue
        past = row.starts_on <= day
        distance = (day - row.starts_on).days
        rank = (row.kind == PREFERRED, past, -abs(distance))
        if row.person_id not in best or rank >= best[row.person_id][0]:
            best[row.person_id] = (rank, row)
    return {person: row for person, (_rank, row) in best.items()}


def name_on(person: Person, day: date, *, legal: bool = False) -> str:
    """The person's name on the day, first name first; the columns where no name is on record."""
    row = names_on(day, [person.pk], legal=legal).get(person.pk)
    return str(row) if row is not None else person.get_full_name()


def refresh_names(on: date, people: Iterable[int] | None = None) -> int:
    """Write the names of the day into the columns of people (or of these). Returns how many changed.

    Rung daily, and after each change of names. Safe to run again.
    """
    ids = None if people is None else list(people)
    rows = Person.objects.all() if ids is None else Person.objects.filter(pk__in=ids)
    changed = 0
    shown = names_on(on, ids)
    for person in rows.filter(pk__in=PersonName.objects.values("person_id")):
        name = shown.get(person.pk)
        if name and (person.first_name, person.last_name) != (name.first_name, name.last_name):
            person.first_name, person.last_name = name.first_name, name.last_name
            person.save(update_fields=["first_name", "last_name"])
            changed += 1
    return changed


def follow_names(people: set[int], _change: Change, on: date) -> None:
    """After a change of names."""
    refresh_names(on, people)
