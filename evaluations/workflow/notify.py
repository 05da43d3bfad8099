"""What people are told about an evaluation. Never a rating, never a comment."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluations.models import Evaluation, Part
from portal.notices.kinds import register_kind
from portal.notices.notify import cancel, notify
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from portal.standing.labels import short_date


@dataclass(frozen=True)
class Words:
    """A kind of notice, and what it says: `person` is who is evaluated, `due` the day it is due."""

    label: Any
    subject: Any
    body: Any
    action: Any = _("Open evaluation")


KINDS = {
    "launched": Words(
        _("A self-evaluation to write"),
        _("Your self-evaluation is open"),
        _("Write your self-evaluation by %(due)s. It is saved as you go."),
        _("Write self-evaluation"),
    ),
    "self_submitted": Words(
        _("An evaluation to rate"),
        _("%(person)s's evaluation is ready for your rating"),
        _("Rate and share it by %(due)s."),
    ),
    "shared": Words(
        _("An evaluation to acknowledge"),
        _("Your evaluation is ready to read"),
        _(
            "Read it and acknowledge it by %(due)s. Signing means received, not agreed; you can add a comment."
        ),
        _("Read evaluation"),
    ),
    "closed": Words(
        _("An evaluation was acknowledged"),
        _("%(person)s's evaluation is closed"),
        _("It was acknowledged and filed."),
    ),
    "reassigned": Words(
        _("An evaluation was given to you"),
        _("%(person)s's evaluation was given to you"),
        _("You rate and share it by %(due)s."),
    ),
    "reopened": Words(
        _("An evaluation was reopened"),
        _("%(person)s's evaluation was reopened"),
        _("HR opened it again for your rating."),
    ),
}

# Each asks the rater to rate and share.
TO_RATE = ("self_submitted", "reassigned", "reopened")


def register_kinds() -> None:
    for name, words in KINDS.items():
        register_kind(_kind(name), words.label)


def _kind(name: str) -> str:
    return f"evaluations-{name}".replace("_", "-")


def _key(evaluation: Evaluation) -> str:
    return f"{evaluation.pk}:{evaluation.round}"


def tell(name: str, evaluation: Evaluation, recipient: Person) -> None:
    """Owe a notice, inside the cause's transaction."""
    words = KINDS[name]
    values = {
        "person": evaluation.person.get_full_name(),
        "due": short_date(evaluation.due_on, evaluation.period_to),
    }
    notify(
        recipient,
        kind=_kind(name),
        key=_key(evaluation),
        subject=str(words.subject) % values,
        body=str(words.body) % values,
        url=reverse("evaluations:detail", args=[evaluation.code]),
        action=str(words.action),
        about=evaluation.person,
    )


def settle(evaluation: Evaluation, *names: str) -> None:
    """What was asked is done, or asked of somebody else: a notice not yet sent is not sent any more."""
    for name in names:
        cancel(kind=_kind(name), key=_key(evaluation))


# ---- whom -------------------------------------------------------------------------------------


def person_of(evaluation: Evaluation, _viewer: Viewer) -> Person:
    person: Person = evaluation.person
    return person


def rater_of(evaluation: Evaluation, _viewer: Viewer) -> Person:
    part = Part.objects.select_related("rater").get(evaluation=evaluation, role=Part.Role.SUPERVISOR)
    rater: Person = part.rater
    return rater


def rater_unless_actor(evaluation: Evaluation, viewer: Viewer) -> Person | None:
    rater = rater_of(evaluation, viewer)
    return None if rater.pk == viewer.person.pk else rater
