"""The words, shapes and tones of every state a page may show: shape first, then word, then color."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type StrOrPromise = str | Promise


class Look(NamedTuple):
    """How a state looks: the icon's name, the class behind `st-`, the word."""

    icon: str
    tone: str
    word: StrOrPromise


LOOKS: dict[str, Look] = {
    "overdue": Look("overdue", "overdue", _("Overdue")),
    "missing": Look("missing", "missing", _("Missing")),
    "grace": Look("grace", "grace", _("Grace")),
    "expiring": Look("expiring", "expiring", _("Expiring")),
    "reported": Look("unverified", "unverified", _("Unverified")),
    "pending": Look("todo", "due", _("Due")),
    "open": Look("now", "open", _("In progress")),
    "paused": Look("paused", "paused", _("On leave")),
    "waived": Look("waived", "waived", _("Waived")),
    "met": Look("met", "met", _("Met")),
    "not_required": Look("na", "na", _("Not required")),
    "done": Look("done", "done", _("Done")),
    "todo": Look("todo", "todo", _("To do")),
    "locked": Look("lock", "locked", _("Locked")),
}
"""In the order of urgency, the steps last."""

_SYNONYMS = {
    "unverified": "reported",
    "due": "pending",
    "on_leave": "paused",
    "na": "not_required",
    "in_progress": "open",
    "now": "open",
    "current": "open",
    "lock": "locked",
    "expired": "overdue",
}


def look_of(state: object) -> Look:
    """The look of a state; one that is not known is shown as not required, with its own word."""
    name = str(state).strip().lower().replace("-", "_").replace(" ", "_")
    name = _SYNONYMS.get(name, name)
    return LOOKS.get(name) or Look("na", "na", str(state))
