"""What each move does to the record, beside state, audit and notices, which the table names.

Each function is called in the move's transaction, with person and evaluation locked. It gets what the
form gave, and returns what the audit log says of it.
"""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from evaluations.errors import NotComplete
from evaluations.models import Evaluation, Part, Reopening, Round, Signature, SignedContent
from evaluations.ratings.answer import missing
from evaluations.signatures.content import ending_content, self_content, shared_content
from evaluations.signatures.sign import sign, signed
from evaluations.workflow.raters import refuse_absent_rater
from evaluations.workflow.rounds import (
    ask_for_document,
    close,
    close_again,
    close_part,
    closed_before,
    end_round,
    locked_part,
    locked_round,
    open_round,
    present_round,
)
from portal.errors import Refused
from portal.people.access.viewer import Viewer
from portal.people.facts.act import one_change
from portal.people.models import Employment, Person

type Told = Mapping[str, Any]

Meaning = Signature.Meaning
Ending = Round.Ending


# ---- guards: what must be there before the move -----------------------------------------------


def self_is_complete(evaluation: Evaluation, **_given: Any) -> None:
    """Raises NotComplete."""
    _demand_complete(locked_part(evaluation, Part.Role.SELF))


def rating_is_complete(evaluation: Evaluation, **_given: Any) -> None:
    """Raises NotComplete."""
    _demand_complete(locked_part(evaluation, Part.Role.SUPERVISOR))


def _demand_complete(part: Part) -> None:
    if lacks := list(missing(part)):
        raise NotComplete(_("%(count)d answers need attention.") % {"count": len(lacks)}, lacks)


def none_was_closed(evaluation: Evaluation, **_given: Any) -> None:
    if closed_before(evaluation) is not None:
        raise Refused(_("An earlier round was closed and counts. Leave it as it was closed instead."))


def was_closed(evaluation: Evaluation, _viewer: Viewer) -> bool:
    return closed_before(evaluation) is not None


def was_never_closed(evaluation: Evaluation, _viewer: Viewer) -> bool:
    return closed_before(evaluation) is None


def reason_is_given(_evaluation: Evaluation, *, reason: str, **_given: Any) -> None:
    if not reason.strip():
        raise Refused(_("Say why: the reason is part of the record."), field="reason")


def note_is_given(_evaluation: Evaluation, *, note: str, **_given: Any) -> None:
    if not note.strip():
        raise Refused(_("Write what happened, and who was there."), field="note")


def witness_is_a_third(evaluation: Evaluation, *, witness: Person, viewer: Viewer, **_given: Any) -> None:
    """Neither who is evaluated nor who rated, and somebody who works here."""
    part = locked_part(evaluation, Part.Role.SUPERVISOR)
    if witness.pk in (evaluation.person_id, part.rater_id):
        raise Refused(
            _("Name a witness who is neither the person nor the rater."),
            field="witness",
        )
    refuse_absent_rater(witness, viewer.on, field="witness")


def recorder_did_not_rate(evaluation: Evaluation, *, viewer: Viewer, **_given: Any) -> None:
    """Nobody rates, shares and ends it alone."""
    if locked_part(evaluation, Part.Role.SUPERVISOR).rater_id == viewer.person.pk:
        raise Refused(_("You rated this evaluation. Somebody else in HR records how it ended."))


def has_left(evaluation: Evaluation, viewer: Viewer) -> bool:
    rows = Employment.objects.current().filter(person=evaluation.person_id)
    return not rows.on(viewer.on).exists()


def is_unopened(evaluation: Evaluation, _viewer: Viewer) -> bool:
    return present_round(evaluation).opened_at is None


def person_has_left(evaluation: Evaluation, *, viewer: Viewer, **_given: Any) -> None:
    if not has_left(evaluation, viewer):
        raise Refused(_("%(name)s still works here and can acknowledge it.") % {"name": evaluation.person})


def not_opened_yet(evaluation: Evaluation, **_given: Any) -> None:
    if locked_round(evaluation).opened_at is not None:
        raise Refused(
            _("%(name)s has opened it meanwhile. HR can take it back for a correction.")
            % {"name": evaluation.person}
        )


def rater_is_somebody_else(evaluation: Evaluation, *, rater: Person, viewer: Viewer, **_given: Any) -> None:
    if rater.pk == evaluation.person_id:
        raise Refused(_("Nobody rates themselves. Name another rater."), field="rater")
    refuse_absent_rater(rater, viewer.on)
    if rater.pk == locked_part(evaluation, Part.Role.SUPERVISOR).rater_id:
        raise Refused(_("%(name)s is the rater already.") % {"name": rater}, field="rater")


# ---- up to sharing ----------------------------------------------------------------------------


def submit_self(evaluation: Evaluation, viewer: Viewer) -> Told:
    """The person signs the self-evaluation; it cannot be changed after that."""
    part = close_part(locked_part(evaluation, Part.Role.SELF), is_signed=True)
    sign(evaluation, Meaning.SELF, self_content(evaluation, part, viewer.on), by=viewer)
    return {}


def skip_self(evaluation: Evaluation, _viewer: Viewer, *, reason: str) -> Told:
    """On without the self-evaluation. What was written stays, unsigned and closed."""
    close_part(locked_part(evaluation, Part.Role.SELF), is_signed=False)
    return {"reason": reason.strip()}


def share(evaluation: Evaluation, viewer: Viewer) -> Told:
    """The supervisor signs and shares: from now on the person reads both ratings."""
    part = close_part(locked_part(evaluation, Part.Role.SUPERVISOR), is_signed=True)
    mine = signed(evaluation, Meaning.SELF, number=evaluation.round)
    sign(evaluation, Meaning.SUPERVISOR, shared_content(evaluation, part, mine, viewer.on), by=viewer)
    row = present_round(evaluation)
    evaluation.shared_at = row.shared_at = part.submitted_at
    row.save(update_fields=["shared_at"])
    return {}


def reassign(evaluation: Evaluation, _viewer: Viewer, *, rater: Person, reason: str) -> Told:
    """HR names another rater, when the supervisor changed; what was written goes with the part."""
    part = locked_part(evaluation, Part.Role.SUPERVISOR)
    part.rater = rater
    part.save(update_fields=["rater"])
    return {"rater": rater.pk, "reason": reason.strip()}


def cancel(evaluation: Evaluation, _viewer: Viewer, *, reason: str) -> Told:
    """HR cancels one that should not have been opened; it stays on record as cancelled."""
    end_round(evaluation, Ending.CANCELLED)
    evaluation.cancelled_at, evaluation.cancel_reason = timezone.now(), reason.strip()
    return {"reason": reason.strip()}


# ---- how a round ends -------------------------------------------------------------------------


def acknowledge(evaluation: Evaluation, viewer: Viewer, *, comment: str = "") -> Told:
    """The person confirms having received it, with an optional comment. Received, not agreed."""
    _sign_ending(evaluation, Meaning.ACKNOWLEDGED, viewer, comment)
    close(evaluation, Ending.ACKNOWLEDGED, viewer.person)
    return {}


def record_refusal(evaluation: Evaluation, viewer: Viewer, *, note: str, witness: Person) -> Told:
    """HR records that the person received it and declined to sign; nobody signs in their name."""
    _sign_ending(evaluation, Meaning.REFUSED, viewer, note, witness)
    close(evaluation, Ending.REFUSED, viewer.person)
    return {"witness": witness.pk}


def record_gone(evaluation: Evaluation, viewer: Viewer, *, note: str) -> Told:
    """HR records that the person left before acknowledging it."""
    _sign_ending(evaluation, Meaning.GONE, viewer, note)
    close(evaluation, Ending.GONE, viewer.person)
    return {}


def recall(evaluation: Evaluation, _viewer: Viewer) -> Told:
    """The supervisor takes it back before the person has opened it."""
    end_round(evaluation, Ending.RECALLED)
    open_round(evaluation, "")
    return {}


def correct(evaluation: Evaluation, viewer: Viewer, *, reason: str) -> Told:
    """HR gives it back to the rater before it was acknowledged. What was shared stays in the series."""
    if end_round(evaluation, Ending.CORRECTED).opened_at is not None:
        ask_for_document(evaluation, viewer.person)
    open_round(evaluation, reason.strip())
    return {"reason": reason.strip()}


def reopen(evaluation: Evaluation, viewer: Viewer, *, reason: str) -> Told:
    """A new round for the supervisor, with signatures and a document of its own. It is one Change."""
    open_round(evaluation, reason.strip())
    with one_change("reopen", by=viewer) as plan:
        plan.people.add(evaluation.person_id)
        plan.append(Reopening(evaluation=evaluation, round=evaluation.round))
    return {"reason": reason.strip()}


def leave_closed(evaluation: Evaluation, _viewer: Viewer, *, reason: str) -> Told:
    """It should not have been opened again: the round that was closed stands, and the new one ends."""
    number = close_again(evaluation)
    return {"reason": reason.strip(), "round": number}


def _sign_ending(
    evaluation: Evaluation, meaning: str, viewer: Viewer, comment: str, witness: Person | None = None
) -> None:
    content = ending_content(
        evaluation,
        _shared(evaluation),
        meaning,
        comment=comment.strip(),
        witness=witness.get_full_name() if witness else "",
    )
    sign(evaluation, meaning, content, by=viewer, comment=comment.strip(), witness=witness)


def _shared(evaluation: Evaluation) -> SignedContent:
    found = signed(evaluation, Meaning.SUPERVISOR, number=evaluation.round)
    if found is None:
        raise RuntimeError(f"{evaluation.code} was shared without a signature.")
    return found
