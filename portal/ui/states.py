"""The words, shapes and tones of every state a page may show: shape first, then word, then color."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

type StrOrPromise = str | Promise


class Look(NamedTuple):
    """How a state looks: the icon's name, the class behind `st-`, the word, the ink in documents."""

    icon: str
    tone: str
    word: StrOrPromise
    ink: str = "#43525b"


_RED, _AMBER, _VIOLET, _GREEN, _PETROL = (
    "#a31a1f",
    "#7f4d00",
    "#524a94",
    "#27653f",
    "#0d5066",
)

LOOKS: dict[str, Look] = {
    "overdue": Look("overdue", "overdue", _("Overdue"), _RED),
    "missing": Look("missing", "missing", _("Missing"), _RED),
    "grace": Look("grace", "grace", _("Grace"), _AMBER),
    "expiring": Look("expiring", "expiring", _("Expiring"), _AMBER),
    "reported": Look("unverified", "unverified", _("Unverified"), _VIOLET),
    "pending": Look("todo", "due", _("Due")),
    "open": Look("now", "open", _("In progress"), _PETROL),
    "paused": Look("paused", "paused", _("On leave")),
    "waived": Look("waived", "waived", _("Waived")),
    "met": Look("met", "met", _("Met"), _GREEN),
    "not_required": Look("na", "na", _("Not required")),
    "done": Look("done", "done", _("Done"), _GREEN),
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
