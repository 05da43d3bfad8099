"""Every kind of fact about people and teams, one entry each: who may change it, its words, how it ends, its page."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal.people.access.rights import (
    demand_hr_for,
    demand_hr_for_all,
    demand_hr_or_line,
    demand_hr_or_self,
    demand_hr_over,
)
from portal.people.access.roles import demand_role, end_role, follow_roles
from portal.people.access.viewer import Viewer
from portal.people.accounts.closing import follow_employment
from portal.people.employment.end import end_employment
from portal.people.employment.names import follow_names
from portal.people.employment.positions import end_position
from portal.people.facts.apply import Follower, register_follower
from portal.people.facts.call import Call
from portal.people.facts.ending import Ender, register_ender
from portal.people.facts.guards import Guard, register_guard
from portal.people.facts.wording import Words, register_words
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
from portal.people.models.fact import DatedFact
from portal.people.own_record import refuse_own_record


@dataclass(frozen=True)
class Kind:
    """A kind of fact.

    `guard`: raises OwnRecord or NotAllowed for who may not take back, correct or end it. `words`: what a
    row says. `ender`: the call that ends it on a day, where ending does more than end the row.
    `followers`: what is kept in step with it. `of_person`: a person's page corrects, ends or takes it
    back. `corrected_by`: the act that says it, by its name in the address; correcting is doing that
    act otherwise.
    """

    model: type[DatedFact]
    guard: Guard
    words: Words
    ender: Ender | None = None
    followers: tuple[Follower, ...] = ()
    of_person: bool = True
    corrected_by: str = ""

    @property
    def name(self) -> str:
        """As it stands in addresses."""
        return str(self.model._meta.model_name)


# ---- who may ------------------------------------------------------------------------------------


def _hr(by: Viewer, row: Any) -> None:
    demand_hr_for(by, row.person_id)


def _hr_or_line(by: Viewer, row: Any) -> None:
    demand_hr_or_line(by, row.person_id)


def _hr_or_self(by: Viewer, row: Any) -> None:
    demand_hr_or_self(by, row.person_id)


def _hr_for_all(by: Viewer, _row: Any) -> None:
    demand_hr_for_all(by)


def _own_entry(by: Viewer, row: Absence) -> None:
    """An absence is HR's; the line takes back what it entered itself: the kind of others it is not to learn."""
    (_hr_or_line if row.recorded_by_id == by.person.pk else _hr)(by, row)


def _lead(by: Viewer, row: TeamLead) -> None:
    refuse_own_record(by.person, row.person_id)
    demand_hr_over(by, row.team)


# ---- what it says -------------------------------------------------------------------------------


def _position_words(row: Position) -> str:
    parts = [f"{row.title}, {row.team}"]
    if row.profession:
        parts.append(str(row.profession))
    if row.states_served:
        parts.append(_("serves %(states)s") % {"states": ", ".join(row.states_served)})
    if row.supervisor:
        parts.append(_("supervised by %(name)s") % {"name": row.supervisor})
    return "; ".join(parts)


def _lead_words(row: TeamLead) -> str:
    return _("%(team)s (acting)") % {"team": row.team} if row.acting else str(row.team)


def _place_words(row: TeamPlace) -> str:
    if not row.parent:
        return _("%(team)s at the top") % {"team": row.team}
    return _("%(team)s below %(parent)s") % {"team": row.team, "parent": row.parent}


def _clock_words(row: AbsenceKindRule) -> str:
    if not row.stops_clock:
        return _("%(kind)s, the clock runs") % {"kind": row.kind}
    return _("%(kind)s, stops the clock from %(days)d days") % {"kind": row.kind, "days": row.stops_from_days}


# ---- how it ends ----------------------------------------------------------------------------------


def _end_employment(row: Employment, last_day: date, by: Any) -> Call:
    return Call(end_employment, (row.person,), {"last_day": last_day, "by": by})


def _end_position(row: Position, last_day: date, by: Any) -> Call:
    return Call(end_position, (row,), {"last_day": last_day, "by": by})


def _end_role(row: RoleGrant, last_day: date, by: Any) -> Call:
    return Call(end_role, (row,), {"last_day": last_day, "by": by})


# ---- the table ------------------------------------------------------------------------------------

TABLE = (
    Kind(
        Employment,
        _hr,
        lambda row: str(row.get_kind_display()),
        ender=_end_employment,
        followers=(follow_roles, follow_employment),
        corrected_by="hire",
    ),
    Kind(Position, _hr, _position_words, ender=_end_position, corrected_by="position"),
    Kind(TeamLead, _lead, _lead_words),
    Kind(
        RoleGrant,
        demand_role,
        lambda row: row.scope_words,
        ender=_end_role,
        followers=(follow_roles,),
        corrected_by="role",
    ),
    Kind(
        Delegation,
        _hr_or_self,
        lambda row: _("%(name)s stands in") % {"name": row.delegate},
        corrected_by="delegation",
    ),
    # The kind of an absence is HR's alone; who reads these words is HR.
    Kind(Absence, _own_entry, lambda row: str(row.kind), corrected_by="absence"),
    Kind(PatientWorkRemoval, _hr_or_line, lambda row: row.reason, corrected_by="removal"),
    Kind(PersonName, _hr, str, followers=(follow_names,), corrected_by="name"),
    Kind(PersonProfession, _hr, lambda row: str(row.profession), corrected_by="profession"),
    Kind(HomeState, _hr, lambda row: row.state, corrected_by="home-state"),
    Kind(PersonIdentifier, _hr, lambda row: f"{row.system} {row.value}"),
    Kind(TeamPlace, _hr_for_all, _place_words, of_person=False),
    Kind(AbsenceKindRule, _hr_for_all, _clock_words, of_person=False),
)

# Those of a person's page, by the name in the address.
KINDS: dict[str, type[DatedFact]] = {kind.name: kind.model for kind in TABLE if kind.of_person}
CORRECTED_BY: dict[str, str] = {kind.name: kind.corrected_by for kind in TABLE if kind.corrected_by}


def register() -> None:
    """Tell the room of facts about every kind."""
    for kind in TABLE:
        register_guard(kind.model, kind.guard)
        register_words(kind.model, kind.words)
        if kind.ender is not None:
            register_ender(kind.model, kind.ender)
        for follow in kind.followers:
            register_follower(kind.model, follow)
