"""What ends with employment, and what has to be handed over: shown before it is ended."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.people.facts.effects import Line, Section
from portal.people.models import Delegation, Person, Position, RoleGrant, TeamLead

type Find = Callable[[Person, date], Iterable[Line]]

_finders: dict[str, tuple[Any, Find]] = {}


def register_handover(name: str, title: Any, find: Find) -> None:
    """An upper app says what of its own somebody else has to take over: `find(person, on)`."""
    _finders[name] = (title, find)


def handover_of(person: Person, on: date) -> list[Section]:
    """All that the person holds from the day on, by kind; what is empty is left out."""
    sections = [
        (_("Positions that end"), _positions(person, on)),
        (_("Teams that become vacant"), _leads(person, on)),
        (_("Roles that end"), _roles(person, on)),
        (_("Supervised by name: the team's lead takes over"), _supervised(person, on)),
        (_("Standing in that ends"), _delegations(person, on)),
        *((str(title), find(person, on)) for title, find in _finders.values()),
    ]
    found = [Section(title, tuple(lines)) for title, lines in sections]
    return [section for section in found if section.lines]


def _from(rows: Any, on: date) -> Any:
    """The rows that hold on the day or begin later."""
    return rows.overlapping(on, None).order_by("starts_on", "id")


def _dated(text: str, starts_on: date, on: date) -> str:
    if starts_on <= on:
        return text
    return _("%(what)s, from %(day)s") % {"what": text, "day": date_format(starts_on, "M j, Y")}


def _positions(person: Person, on: date) -> Iterable[Line]:
    for row in _from(Position.objects.current().filter(person=person).select_related("team"), on):
        yield Line(_dated(f"{row.title}, {row.team}", row.starts_on, on))


def _leads(person: Person, on: date) -> Iterable[Line]:
    for row in _from(TeamLead.objects.current().filter(person=person).select_related("team"), on):
        name = _("%(team)s (acting)") % {"team": row.team} if row.acting else str(row.team)
        yield Line(_dated(name, row.starts_on, on))


def _roles(person: Person, on: date) -> Iterable[Line]:
    for row in _from(RoleGrant.objects.current().filter(person=person), on):
        yield Line(_dated(str(row.get_role_display()), row.starts_on, on))


def _supervised(person: Person, on: date) -> Iterable[Line]:
    rows = Position.objects.current().filter(supervisor=person).select_related("person", "team")
    for row in _from(rows, on):
        yield Line(_dated(f"{row.person}, {row.team}", row.starts_on, on))


def _delegations(person: Person, on: date) -> Iterable[Line]:
    rows = Delegation.objects.current().select_related("person", "delegate")
    for row in _from(rows.filter(person=person), on):
        yield Line(_("%(name)s stands in, %(days)s") % {"name": row.delegate, "days": _days(row)})
    for row in _from(rows.filter(delegate=person), on):
        yield Line(_("Stands in for %(name)s, %(days)s") % {"name": row.person, "days": _days(row)})


def _days(row: Delegation) -> str:
    first = date_format(row.starts_on, "M j, Y")
    return f"{first} – {date_format(row.last_day, 'M j, Y')}" if row.last_day else first
