"""The words, shapes and tones of every state a page may show: shape first, then word, then color."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

type StrOrPromise = str | Promise


class StatusStyle(NamedTuple):
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

STYLES: dict[str, StatusStyle] = {
    "overdue": StatusStyle("overdue", "overdue", _("Overdue"), _RED),
    "missing": StatusStyle("missing", "missing", _("Missing"), _RED),
    "grace": StatusStyle("grace", "grace", _("Grace"), _AMBER),
    "expiring": StatusStyle("expiring", "expiring", _("Expiring"), _AMBER),
    "reported": StatusStyle("unverified", "unverified", _("Unverified"), _VIOLET),
    "pending": StatusStyle("todo", "due", pgettext_lazy("not yet late", "Due")),
    "open": StatusStyle("now", "open", _("In progress"), _PETROL),
    "paused": StatusStyle("paused", "paused", _("On leave")),
    "waived": StatusStyle("waived", "waived", _("Waived")),
    "met": StatusStyle("met", "met", _("Met"), _GREEN),
    "not_required": StatusStyle("na", "na", _("Not required")),
    "done": StatusStyle("done", "done", _("Done"), _GREEN),
    "todo": StatusStyle("todo", "todo", _("To do")),
    "locked": StatusStyle("lock", "locked", _("Locked")),
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


def style_of(state: object) -> StatusStyle:
    """The look of a state; one that is not known is shown as not required, with its own word."""
    name = str(state).strip().lower().replace("-", "_").replace(" ", "_")
    name = _SYNONYMS.get(name, name)
    return STYLES.get(name) or StatusStyle("na", "na", str(state))
