"""What people are told about an evaluation. Never a rating, never a comment."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluations.models import Evaluation
from portal.notices.kinds import register_kind
from portal.notices.notify import cancel, notify
from portal.people.models import Person
from portal.standing.labels import short_date

KINDS = {
    "launched": gettext_lazy("A self-evaluation to write"),
    "self_submitted": gettext_lazy("An evaluation to rate"),
    "shared": gettext_lazy("An evaluation to acknowledge"),
    "closed": gettext_lazy("An evaluation was acknowledged"),
    "reassigned": gettext_lazy("An evaluation was given to you"),
    "reopened": gettext_lazy("An evaluation was reopened"),
}

# Each asks the rater to rate and share.
TO_RATE = ("self_submitted", "reassigned", "reopened")


def register_kinds() -> None:
    for kind, label in KINDS.items():
        register_kind(f"evaluations-{kind}".replace("_", "-"), label)


def _kind(name: str) -> str:
    return f"evaluations-{name}".replace("_", "-")


def _words(name: str, evaluation: Evaluation) -> tuple[str, str, str]:
    """Subject, text and button."""
    person, due = evaluation.person.get_full_name(), short_date(evaluation.due_on, evaluation.period_to)
    match name:
        case "launched":
            return (
                _("Your self-evaluation is open"),
                _("Write your self-evaluation by %(due)s. It is saved as you go.") % {"due": due},
                _("Write self-evaluation"),
            )
        case "self_submitted":
            return (
                _("%(person)s's evaluation is ready for your rating") % {"person": person},
                _("Rate and share it by %(due)s.") % {"due": due},
                _("Open evaluation"),
            )
        case "shared":
            return (
                _("Your evaluation is ready to read"),
                _(
                    "Read it and acknowledge it by %(due)s. Signing means received, not agreed; you can add a comment."
                )
                % {"due": due},
                _("Read evaluation"),
            )
        case "closed":
            return (
                _("%(person)s's evaluation is closed") % {"person": person},
                _("It was acknowledged and filed."),
                _("Open evaluation"),
            )
        case "reassigned":
            return (
                _("%(person)s's evaluation was given to you") % {"person": person},
                _("You rate and share it by %(due)s.") % {"due": due},
                _("Open evaluation"),
            )
    return (
        _("%(person)s's evaluation was reopened") % {"person": person},
        _("HR opened it again for your rating."),
        _("Open evaluation"),
    )


def _key(evaluation: Evaluation) -> str:
    return f"{evaluation.pk}:{evaluation.round}"


def tell(name: str, evaluation: Evaluation, recipient: Person) -> None:
    """Owe a notice, inside the cause's transaction."""
    subject, body, action = _words(name, evaluation)
    notify(
        recipient,
        kind=_kind(name),
        key=_key(evaluation),
        subject=subject,
        body=body,
        url=reverse("evaluations:detail", args=[evaluation.code]),
        action=action,
        about=evaluation.person,
    )


def settle(evaluation: Evaluation, *names: str) -> None:
    """What was asked is done, or asked of somebody else: a notice not yet sent is not sent any more."""
    for name in names:
        cancel(kind=_kind(name), key=_key(evaluation))
