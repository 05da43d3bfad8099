"""What people are told about an evaluation. Never a rating, never a comment."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluations.models import Evaluation, Part
from portal.notices.kinds import register_kind
from portal.notices.models import Notice, Told
from portal.notices.notify import notify
from portal.notices.notify import settle as settle_notice
from portal.notices.queues import Raters, register_raters
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
    informs: bool = False


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
        informs=True,
    ),
    "skipped": Words(
        _("A self-evaluation was left out"),
        _("Your self-evaluation was left out"),
        _("Your evaluation goes on without it. What you wrote was not signed and is shown to nobody else."),
        informs=True,
    ),
    "reassigned": Words(
        _("An evaluation was given to you"),
        _("%(person)s's evaluation was given to you"),
        _("You rate and share it by %(due)s."),
    ),
    "reopened": Words(
        _("An evaluation was reopened"),
        _("%(person)s's evaluation was reopened"),
        _("HR opened it again for your rating. Rate and share it anew."),
    ),
    "opened_again": Words(
        _("Your evaluation was opened again"),
        _("Your evaluation was opened again"),
        _(
            "Your supervisor rates it anew, and you are asked to acknowledge it again. "
            "What was signed before stays on record."
        ),
        informs=True,
    ),
    "stays_closed": Words(
        _("Your evaluation stays as it was closed"),
        _("Your evaluation stays as it was closed"),
        _("It was opened again and is closed now without a change. There is nothing for you to do."),
        informs=True,
    ),
    "other_rater": Words(
        _("Your evaluation has another rater"),
        _("Your evaluation has another rater"),
        _("It is rated by somebody else from now on. The page says by whom."),
        informs=True,
    ),
    "taken_back": Words(
        _("Your evaluation was taken back"),
        _("Your evaluation was taken back"),
        _("You are told when it is shared again; there is nothing to acknowledge until then."),
        informs=True,
    ),
}

# Each asks the rater to rate and share.
TO_RATE = ("self_submitted", "reassigned", "reopened")


def register_kinds() -> None:
    for name, words in KINDS.items():
        register_kind(_kind(name), words.label, informs=words.informs)
    register_raters(Raters(_named, _keys_of))


def _kind(name: str) -> str:
    return f"evaluations-{name}".replace("_", "-")


def _key(evaluation: Evaluation) -> str:
    return f"{evaluation.pk}:{evaluation.round}"


def tell(name: str, evaluation: Evaluation, whom: Person | Part) -> None:
    """Owe a notice to the person, or to whoever rates the part, inside the cause's transaction."""
    words = KINDS[name]
    values = {
        "person": evaluation.person.get_full_name(),
        "due": short_date(evaluation.due_on, evaluation.period_to),
    }
    to: dict[str, Any] = {"recipient": whom}
    if isinstance(whom, Part):
        to = {"recipient": None, "role": Notice.Role.RATER, "queue_key": str(whom.pk)}
    notify(
        **to,
        kind=_kind(name),
        key=_key_to_tell(name, evaluation),
        subject=str(words.subject) % values,
        body=str(words.body) % values,
        url=reverse("evaluations:detail", args=[evaluation.code]),
        action=str(words.action),
        about=evaluation.person,
    )


def settle(evaluation: Evaluation, number: int, *names: str) -> None:
    """What was asked in the round is done, or asked of somebody else: what was not sent is not sent any more."""
    for name in names:
        for key in _open_keys(name, evaluation, number):
            settle_notice(kind=_kind(name), key=key)


def _open_keys(name: str, evaluation: Evaluation, number: int) -> list[str]:
    rows = Notice.objects.open().filter(kind=_kind(name), about=evaluation.person)
    key = f"{evaluation.pk}:{number}"
    own = Q(key=key) | Q(key__startswith=f"{key}:")
    return list(rows.filter(own).values_list("key", flat=True))


def _key_to_tell(name: str, evaluation: Evaluation) -> str:
    """Once a round; each time that it is given to another rater, or left closed, is told anew."""
    if name not in ("reassigned", "other_rater", "stays_closed"):
        return _key(evaluation)
    before = Notice.objects.filter(kind=_kind(name), key__startswith=f"{_key(evaluation)}:").count()
    return f"{_key(evaluation)}:{before + 1}"


# ---- whom -------------------------------------------------------------------------------------


def person_of(evaluation: Evaluation, _viewer: Viewer) -> Person:
    person: Person = evaluation.person
    return person


def rater_of(evaluation: Evaluation, _viewer: Viewer) -> Part:
    """The queue of whoever rates: the rater, and where that one is gone the supervisor of the day."""
    return rater_of_present(evaluation)


def rater_of_present(evaluation: Evaluation) -> Part:
    """The supervisor's part of the present round."""
    part: Part = Part.objects.current().get(evaluation=evaluation, role=Part.Role.SUPERVISOR)
    return part


def person_if_told(evaluation: Evaluation, _viewer: Viewer) -> Person | None:
    """The person, where the notice that the round before was shared has reached them."""
    reached = Q(read_at__isnull=False) | Q(mailed_at__isnull=False)
    key = f"{evaluation.pk}:{evaluation.round - 1}"
    told = Told.objects.filter(reached, notice__kind=_kind("shared"), notice__key=key)
    return person_of(evaluation, _viewer) if told.exists() else None


def rater_unless_actor(evaluation: Evaluation, viewer: Viewer) -> Part | None:
    part = rater_of(evaluation, viewer)
    return None if part.rater_id == viewer.person.pk else part


def _named(keys: Collection[str]) -> dict[str, int]:
    rows = Part.objects.filter(pk__in=[int(key) for key in keys])
    return {str(pk): rater for pk, rater in rows.values_list("pk", "rater_id")}


def _keys_of(person_id: int) -> QuerySet[Any, Any]:
    """The keys of the parts that somebody rates, as a subquery."""
    rows = Part.objects.filter(rater=person_id, role=Part.Role.SUPERVISOR)
    return rows.annotate(queue_key=Cast("pk", CharField())).values("queue_key")
