"""The facts about people and teams in words."""

from typing import Any

from django.utils.translation import gettext as _

from portal.people.facts.wording import register_words
from portal.people.models import (
    Absence,
    AbsenceKindRule,
    Delegation,
    Employment,
    HomeState,
    PatientWorkRemoval,
    PersonIdentifier,
    PersonName,
    PersonProfession,
    Position,
    RoleGrant,
    TeamLead,
    TeamPlace,
)


def _position(row: Position) -> str:
    parts = [f"{row.title}, {row.team}"]
    if row.profession:
        parts.append(str(row.profession))
    if row.states_served:
        parts.append(_("serves %(states)s") % {"states": ", ".join(row.states_served)})
    if row.supervisor:
        parts.append(_("supervised by %(name)s") % {"name": row.supervisor})
    return "; ".join(parts)


def _clock(row: AbsenceKindRule) -> str:
    if not row.stops_clock:
        return _("%(kind)s, the clock runs") % {"kind": row.kind}
    return _("%(kind)s, stops the clock from %(days)d days") % {"kind": row.kind, "days": row.stops_from_days}


WORDS: dict[Any, Any] = {
    Employment: lambda row: str(row.get_kind_display()),
    Position: _position,
    TeamLead: lambda row: _("%(team)s (acting)") % {"team": row.team} if row.acting else str(row.team),
    TeamPlace: lambda row: (
        _("%(team)s below %(parent)s") % {"team": row.team, "parent": row.parent}
        if row.parent
        else _("%(team)s at the top") % {"team": row.team}
    ),
    RoleGrant: lambda row: row.scope_words,
    Delegation: lambda row: _("%(name)s stands in") % {"name": row.delegate},
    # The kind of an absence is HR's alone; who reads these words is HR.
    Absence: lambda row: str(row.kind),
    AbsenceKindRule: _clock,
    PatientWorkRemoval: lambda row: row.reason,
    PersonName: str,
    PersonProfession: lambda row: str(row.profession),
    HomeState: lambda row: row.state,
    PersonIdentifier: lambda row: f"{row.system} {row.value}",
}


def register() -> None:
    for model, words in WORDS.items():
        register_words(model, words)
