"""What use cases assert before they change anything.

Every use case takes `by: Viewer | None`: who acts, on which day. None is the system
(imports, the demo, the daily run) and passes every check here. A view asks the guards first, so
that a stranger gets 404; what is raised here is answered with 403.
"""

from django.utils.translation import gettext as _

from portal.errors import NotAllowed
from portal.people.access.viewer import Viewer
from portal.people.errors import OwnRecord
from portal.people.facts.acting import actor_of
from portal.people.models import Person, Team
from portal.people.own_record import refuse_own_record


def demand_hr_for(by: Viewer | None, person_id: int, own: str = "") -> None:
    """Raises OwnRecord for one's own record (with the words `own`), NotAllowed unless HR for the person."""
    refuse_own_record(actor_of(by), person_id, own)
    if by is not None and not by.is_hr_for(person_id):
        raise NotAllowed(_("Only HR of this person does that."))


def demand_hr_or_line(by: Viewer | None, person_id: int, own: str = "") -> None:
    """Raises OwnRecord for one's own record, NotAllowed unless HR for the person or in the line above."""
    refuse_own_record(actor_of(by), person_id, own)
    if by is not None and not (by.is_hr_for(person_id) or by.leads(person_id)):
        raise NotAllowed(_("Only the person's supervisor or HR does that."))


def demand_hr_or_self(by: Viewer | None, person_id: int) -> None:
    """Raises NotAllowed unless it is the person, or HR for the person. A leaver is nobody."""
    if by is not None and by.person.pk == person_id and by.is_employed:
        return
    demand_hr_for(by, person_id)


def is_hr_over(by: Viewer, team: Team) -> bool:
    """HR of everybody over every team; HR of a scope over the teams inside it, never over a top team."""
    return by.is_hr_for_all or (team.pk in by.hr_teams and by.tree.parents.get(team.pk) is not None)


def demand_hr_over(by: Viewer | None, team: Team) -> None:
    """Raises NotAllowed unless the viewer is HR over the team."""
    if by is not None and not is_hr_over(by, team):
        raise NotAllowed(_("This team lies outside of what you are HR for. Ask HR for everybody."))


def demand_hr_for_all(by: Viewer | None) -> None:
    """Raises NotAllowed unless HR for everybody."""
    if by is not None and not by.is_hr_for_all:
        raise NotAllowed(_("Only HR for everybody does that."))


def demand_keeper_or_hr_for(by: Viewer | None, person_id: int) -> None:
    """Raises NotAllowed unless the viewer keeps the organization or is HR for the person."""
    if by is not None and not (by.keeps_organization or by.is_hr_for(person_id)):
        raise NotAllowed(_("Only HR of this person or a site admin does that."))


def demand_keeper(by: Viewer | None) -> None:
    """Raises NotAllowed unless the viewer may turn what concerns everybody."""
    if by is not None and not by.keeps_organization:
        raise NotAllowed(_("This concerns everybody: only HR for everybody or a site admin does it."))


def may_place_in(by: Viewer, team: Team, state: str = "") -> bool:
    """May HR put somebody into this team? HR of a state: whoever lives in it, wherever they work."""
    return by.is_hr_for_all or team.pk in by.hr_teams or (bool(state) and state in by.hr_states)


def demand_place(by: Viewer | None, team: Team, state: str = "") -> None:
    """Raises NotAllowed for a team outside of the scope; `state` is the person's home state."""
    if by is not None and not may_place_in(by, team, state):
        raise NotAllowed(_("You are HR for other teams. Choose one of those."), field="team")


def refuse_own_gain(by: Viewer | None, person: Person | None) -> None:
    """Nobody makes oneself lead, stand-in or supervisor of others. Raises OwnRecord."""
    if by is not None and person is not None and by.person.pk == person.pk:
        raise OwnRecord(_("Nobody puts themselves above others. Ask somebody else in HR."))
