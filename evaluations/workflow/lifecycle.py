"""The lifecycle as a table: one row per move. Pages, use cases, audit and notices loop over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.models import Evaluation, Part
from evaluations.workflow import perform
from evaluations.workflow.forms import (
    AcknowledgeForm,
    MoveForm,
    MoveReasonForm,
    NoteForm,
    ReassignForm,
    RefusalForm,
)
from evaluations.workflow.notify import TO_RATE, person_if_told, person_of, rater_of, rater_unless_actor
from evaluations.workflow.raters import rates
from portal.people.access.viewer import Viewer
from portal.people.models import Person

State = Evaluation.State


class Who(StrEnum):
    PERSON = "person"
    SUPERVISOR = "supervisor"
    HR = "hr"


class MoveName(StrEnum):
    SUBMIT_SELF = "submit_self"
    SKIP_SELF = "skip_self"
    SHARE = "share"
    ACKNOWLEDGE = "acknowledge"
    RECORD_REFUSAL = "record_refusal"
    REASSIGN = "reassign"
    RECORD_GONE = "record_gone"
    RECALL = "recall"
    CORRECT = "correct"
    CANCEL = "cancel"
    LEAVE_CLOSED = "leave_closed"
    REOPEN = "reopen"


@dataclass(frozen=True, kw_only=True)
class Move:
    """One move. Adding one is a name, a row and its function in perform.py.

    From one of `states`, by one of `who`, to the state `then` (None: it stays where it is).
    `guards` raise Refused for what is missing; they and `perform` get what `form` gave.
    `settles`: kinds of notices whose request is done with it; `notifies`: kind, and whom.
    `signs`: it closes that part, and is offered below it. `is_main`: a section of its own on the page.
    `offered_if`: a page offers it only then; its guards say why not. `confirm`: what is asked once more
    before it is done.
    `opens_closed`: it changes closed rows, under the logged override, for the reason given.
    """

    name: MoveName
    states: tuple[State, ...]
    who: tuple[Who, ...]
    then: State | None
    perform: Callable[..., perform.Told]
    guards: tuple[Callable[..., None], ...] = ()
    form: type[MoveForm] | None = None
    settles: tuple[str, ...] = ()
    notifies: tuple[tuple[str, Callable[[Evaluation, Viewer], Person | Part | None]], ...] = ()
    signs: Part.Role | None = None
    is_main: bool = False
    offered_if: Callable[[Evaluation, Viewer], bool] | None = None
    confirm: Any = ""
    opens_closed: bool = False
    # On the page: what it is, what it means, its button, and what is said when it is done.
    label: Any
    help: Any = ""
    button: Any
    done: Any
    # In the audit log.
    logged_as: str

    def form_for(
        self, evaluation: Evaluation, viewer: Viewer, data: Mapping[str, Any] | None = None
    ) -> forms.Form | None:
        """The move's form, if it has one; ids differ from move to move, for many stand on one page."""
        if self.form is None:
            return None
        return self.form(data, auto_id=f"id_{self.name}_%s", evaluation=evaluation, viewer=viewer)


_ROWS = (
    Move(
        name=MoveName.SUBMIT_SELF,
        states=(State.SELF,),
        who=(Who.PERSON,),
        then=State.RATING,
        guards=(perform.self_is_complete,),
        perform=perform.submit_self,
        settles=("launched",),
        notifies=(("self_submitted", rater_of),),
        signs=Part.Role.SELF,
        label=_("Sign and send"),
        button=_("Sign and send"),
        done=_("Your self-evaluation is signed and sent."),
        logged_as="Self-evaluation submitted",
    ),
    Move(
        name=MoveName.SKIP_SELF,
        states=(State.SELF,),
        who=(Who.SUPERVISOR, Who.HR),
        then=State.RATING,
        form=MoveReasonForm,
        guards=(perform.reason_is_given,),
        perform=perform.skip_self,
        settles=("launched",),
        notifies=(("self_submitted", rater_of), ("skipped", person_of)),
        label=_("Go on without the self-evaluation"),
        button=_("Go on without it"),
        done=_("You go on without a self-evaluation."),
        logged_as="Self-evaluation left out",
    ),
    Move(
        name=MoveName.SHARE,
        states=(State.RATING,),
        who=(Who.SUPERVISOR,),
        then=State.SHARED,
        guards=(perform.rating_is_complete,),
        perform=perform.share,
        settles=TO_RATE,
        notifies=(("shared", person_of),),
        signs=Part.Role.SUPERVISOR,
        confirm=_(
            "%(name)s can read your ratings and comments from then on. You can take them back until they are opened."
        ),
        label=_("Sign and share"),
        button=_("Sign and share"),
        done=_("Signed and shared."),
        logged_as="Evaluation signed and shared",
    ),
    Move(
        name=MoveName.ACKNOWLEDGE,
        states=(State.SHARED,),
        who=(Who.PERSON,),
        then=State.CLOSED,
        form=AcknowledgeForm,
        perform=perform.acknowledge,
        settles=("shared",),
        notifies=(("closed", rater_unless_actor),),
        is_main=True,
        label=_("Acknowledge"),
        help=_(
            "Signing means that you have received and read this evaluation. It does not mean that you "
            "agree. Your comment becomes part of the record."
        ),
        button=_("Acknowledge receipt"),
        done=_("You acknowledged the evaluation. It is closed and filed."),
        logged_as="Evaluation acknowledged",
    ),
    Move(
        name=MoveName.REASSIGN,
        states=(State.SELF, State.RATING),
        who=(Who.HR,),
        then=None,
        form=ReassignForm,
        guards=(perform.rater_is_somebody_else,),
        perform=perform.reassign,
        settles=TO_RATE,
        notifies=(("reassigned", rater_of), ("other_rater", person_of)),
        label=_("Give it to another rater"),
        button=_("Give to this rater"),
        done=_("Given to the new rater."),
        logged_as="Evaluation given to another rater",
    ),
    Move(
        name=MoveName.RECORD_REFUSAL,
        states=(State.SHARED,),
        who=(Who.HR,),
        then=State.CLOSED,
        form=RefusalForm,
        guards=(perform.recorder_did_not_rate, perform.note_is_given, perform.witness_is_a_third),
        perform=perform.record_refusal,
        settles=("shared",),
        notifies=(("closed", rater_unless_actor),),
        label=_("The person declined to sign"),
        help=_("Say what happened and name who was there. Nobody signs in the person's name."),
        button=_("Record and close"),
        done=_("Recorded and closed."),
        logged_as="Declined to sign, witnessed",
    ),
    Move(
        name=MoveName.RECORD_GONE,
        states=(State.SHARED,),
        who=(Who.HR,),
        then=State.CLOSED,
        form=NoteForm,
        guards=(perform.recorder_did_not_rate, perform.person_has_left, perform.note_is_given),
        perform=perform.record_gone,
        settles=("shared",),
        notifies=(("closed", rater_unless_actor),),
        offered_if=perform.has_left,
        label=_("The person left before acknowledging"),
        help=_("It is closed without an acknowledgement. Nobody signs in the person's name."),
        button=_("Record and close"),
        done=_("Recorded and closed."),
        logged_as="Left before acknowledging",
    ),
    Move(
        name=MoveName.RECALL,
        states=(State.SHARED,),
        who=(Who.SUPERVISOR,),
        then=State.RATING,
        guards=(perform.not_opened_yet,),
        perform=perform.recall,
        settles=("shared",),
        notifies=(("taken_back", person_if_told),),
        offered_if=perform.is_unopened,
        label=_("Take it back"),
        help=_("It was not opened yet. You can change your ratings, then sign and share once more."),
        button=_("Take it back"),
        done=_("Taken back. It is open for your rating."),
        logged_as="Shared evaluation taken back before it was opened",
    ),
    Move(
        name=MoveName.CORRECT,
        states=(State.SHARED,),
        who=(Who.HR,),
        then=State.RATING,
        form=MoveReasonForm,
        guards=(perform.reason_is_given,),
        perform=perform.correct,
        settles=("shared",),
        notifies=(("reopened", rater_of), ("taken_back", person_of)),
        label=_("Take it back for a correction"),
        help=_("The supervisor rates it anew and shares it again. What was shared stays in the series."),
        button=_("Take it back"),
        done=_("Open again for the supervisor's rating."),
        logged_as="Shared evaluation taken back for a correction",
    ),
    Move(
        name=MoveName.CANCEL,
        states=(State.SELF, State.RATING),
        who=(Who.HR,),
        then=State.CANCELLED,
        form=MoveReasonForm,
        guards=(perform.reason_is_given, perform.none_was_closed),
        perform=perform.cancel,
        offered_if=perform.was_never_closed,
        settles=("launched", *TO_RATE),
        label=_("Cancel this evaluation"),
        button=_("Cancel evaluation"),
        done=_("Cancelled."),
        logged_as="Evaluation cancelled",
    ),
    Move(
        name=MoveName.LEAVE_CLOSED,
        states=(State.RATING,),
        who=(Who.HR,),
        then=State.CLOSED,
        form=MoveReasonForm,
        guards=(perform.reason_is_given,),
        perform=perform.leave_closed,
        settles=TO_RATE,
        notifies=(("stays_closed", person_of),),
        offered_if=perform.was_closed,
        label=_("Leave it as it was closed"),
        help=_("It should not have been opened again. The round that was closed stands, with its document."),
        button=_("Leave it closed"),
        done=_("It stands as it was closed."),
        logged_as="Reopened evaluation left as it was closed",
    ),
    Move(
        name=MoveName.REOPEN,
        states=(State.CLOSED,),
        who=(Who.HR,),
        then=State.RATING,
        form=MoveReasonForm,
        guards=(perform.reason_is_given,),
        perform=perform.reopen,
        notifies=(("reopened", rater_of), ("opened_again", person_of)),
        opens_closed=True,
        label=_("Reopen for the supervisor's rating"),
        help=_("The document and the signatures of this round stay in the series."),
        button=_("Reopen evaluation"),
        done=_("Open again for the supervisor's rating."),
        logged_as="Closed evaluation reopened",
    ),
)

MOVES: dict[MoveName, Move] = {move.name: move for move in _ROWS}


def roles_of(evaluation: Evaluation, viewer: Viewer) -> set[Who]:
    """Who the viewer is to this evaluation. Nobody has a privileged role on one's own, nor after leaving."""
    if viewer.person.pk == evaluation.person_id:
        return {Who.PERSON}
    if not viewer.is_employed:
        return set()
    roles = set()
    part = present_part(evaluation)
    if part is not None and rates(viewer, part):
        roles.add(Who.SUPERVISOR)
    if viewer.is_hr_for(evaluation.person_id):
        roles.add(Who.HR)
    return roles


def present_part(evaluation: Evaluation) -> Part | None:
    """The supervisor's part of the present round. Reads the parts, which may be loaded already."""
    parts = (p for p in evaluation.parts.all() if p.role == Part.Role.SUPERVISOR)
    return next((p for p in parts if p.round == evaluation.round), None)


def moves_for(evaluation: Evaluation, viewer: Viewer) -> list[Move]:
    """The moves that this viewer may make now."""
    roles = roles_of(evaluation, viewer)
    return [move for move in MOVES.values() if evaluation.state in move.states and roles & set(move.who)]


def find_move(evaluation: Evaluation, viewer: Viewer, name: MoveName) -> Move | None:
    return next((move for move in moves_for(evaluation, viewer) if move.name is name), None)


def may_ever(evaluation: Evaluation, viewer: Viewer, name: MoveName) -> bool:
    """Is this move the viewer's in any state?"""
    return bool(roles_of(evaluation, viewer) & set(MOVES[name].who))
