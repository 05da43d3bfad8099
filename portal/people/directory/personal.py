"""A person's own facts as rows of the page: names, profession, home state, numbers, leads, roles, stand-ins."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.people.access.viewer import Viewer
from portal.people.directory.fact_acts import may_change
from portal.people.models import Person, RoleGrant


@dataclass(frozen=True)
class FactRow:
    """A fact, what it says, and whether the viewer may correct, end or withdraw it."""

    row: Any
    title: str
    kind: str
    may_change: bool
    more: str = ""


def personal_facts(viewer: Viewer, person: Person) -> list[FactRow]:
    """All of them, by kind, the latest first."""
    return [
        FactRow(row, title, str(row._meta.model_name), may_change(viewer, row), more)
        for row, title, more in _titles(person)
    ]


def _titles(person: Person) -> Iterator[tuple[Any, str, str]]:
    for row in _current(person.names):
        words = {"kind": capfirst(str(row.get_kind_display())), "name": row}
        yield row, _("%(kind)s name: %(name)s") % words, ""
    for row in _current(person.professions, "profession"):
        yield row, _("Profession: %(name)s") % {"name": row.profession}, ""
    for row in _current(person.home_states):
        yield row, _("Home state: %(state)s") % {"state": row.state}, ""
    for row in _current(person.identifiers):
        yield row, f"{row.system.capitalize()}: {row.value}", ""
    for row in _current(person.leads, "team"):
        words = {"team": row.team}
        yield row, (_("Acts as lead: %(team)s") if row.acting else _("Leads: %(team)s")) % words, ""
    for row in _current(person.grants, "team"):
        yield row, _("Role: %(role)s") % {"role": row.scope_words}, _role_words(row)
    for row in _current(person.delegations, "delegate"):
        yield row, _("Stands in: %(name)s") % {"name": row.delegate}, ""


def _current(rows: Any, *related: str) -> Any:
    found = rows.filter(superseded_at__isnull=True).order_by("-starts_on", "-id")
    return found.select_related(*related) if related else found


def _role_words(row: RoleGrant) -> str:
    reads = _("Reads evaluations") if row.sees_evaluations else ""
    return ". ".join(filter(None, [row.engagement, reads]))
