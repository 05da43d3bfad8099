"""The lifecycle as a table: state, move, who may, next. Pages ask the table which buttons exist."""

from dataclasses import dataclass
from enum import StrEnum

from evaluations.models import Evaluation, Part
from portal.people.access.viewer import Viewer

State = Evaluation.State


class Who(StrEnum):
    PERSON = "person"
    SUPERVISOR = "supervisor"
    HR = "hr"


class Act(StrEnum):
    SUBMIT_SELF = "submit_self"
    SKIP_SELF = "skip_self"
    SHARE = "share"
    ACKNOWLEDGE = "acknowledge"
    RECORD_REFUSAL = "record_refusal"
    REASSIGN = "reassign"
    CANCEL = "cancel"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class Move:
    """From a state, an act, by somebody, to the next state."""

    state: str
    act: Act
    who: Who
    then: str


TABLE = (
    Move(State.SELF, Act.SUBMIT_SELF, Who.PERSON, State.RATING),
    Move(State.SELF, Act.SKIP_SELF, Who.SUPERVISOR, State.RATING),
    Move(State.SELF, Act.SKIP_SELF, Who.HR, State.RATING),
    Move(State.SELF, Act.REASSIGN, Who.HR, State.SELF),
    Move(State.SELF, Act.CANCEL, Who.HR, State.CANCELLED),
    Move(State.RATING, Act.SHARE, Who.SUPERVISOR, State.SHARED),
    Move(State.RATING, Act.REASSIGN, Who.HR, State.RATING),
    Move(State.RATING, Act.CANCEL, Who.HR, State.CANCELLED),
    Move(State.SHARED, Act.ACKNOWLEDGE, Who.PERSON, State.CLOSED),
    Move(State.SHARED, Act.RECORD_REFUSAL, Who.HR, State.CLOSED),
    Move(State.CLOSED, Act.REOPEN, Who.HR, State.RATING),
)


def roles_of(evaluation: Evaluation, viewer: Viewer) -> set[Who]:
    """Who the viewer is to this evaluation. Nobody has a privileged role on one's own, nor after leaving."""
    if viewer.person.pk == evaluation.person_id:
        return {Who.PERSON}
    if not viewer.is_employed:
        return set()
    roles = set()
    rater = next((p.rater_id for p in evaluation.parts.all() if p.role == Part.Role.SUPERVISOR), None)
    if rater == viewer.person.pk:
        roles.add(Who.SUPERVISOR)
    if viewer.is_hr_for(evaluation.person_id):
        roles.add(Who.HR)
    return roles


def moves_for(evaluation: Evaluation, viewer: Viewer) -> list[Move]:
    """The moves that this viewer may make now."""
    roles = roles_of(evaluation, viewer)
    seen: dict[Act, Move] = {}
    for move in TABLE:
        if move.state == evaluation.state and move.who in roles:
            seen.setdefault(move.act, move)
    return list(seen.values())


def find_move(evaluation: Evaluation, viewer: Viewer, act: Act) -> Move | None:
    return next((move for move in moves_for(evaluation, viewer) if move.act is act), None)


def may_ever(evaluation: Evaluation, viewer: Viewer, act: Act) -> bool:
    """Is this act the viewer's in any state?"""
    roles = roles_of(evaluation, viewer)
    return any(move.act is act and move.who in roles for move in TABLE)
