"""The words, shapes and tones of every state a page may show: shape first, then word, then color."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

type StrOrPromise = str | Promise


class StatusStyle(NamedTuple):
    """How a state looks: the icon's name, the class behind `st-`, the word."""

    icon: str
    tone: str
    word: StrOrPromise


STYLES: dict[str, StatusStyle] = {
    "overdue": StatusStyle("overdue", "overdue", _("Overdue")),
    "missing": StatusStyle("missing", "missing", _("Missing")),
    "grace": StatusStyle("grace", "grace", _("Grace")),
    "expiring": StatusStyle("expiring", "expiring", _("Expiring")),
    "reported": StatusStyle("unverified", "unverified", _("Unverified")),
    "pending": StatusStyle("todo", "due", pgettext_lazy("not yet late", "Due")),
    "open": StatusStyle("now", "open", _("In progress")),
    "paused": StatusStyle("paused", "paused", _("On leave")),
    "waived": StatusStyle("waived", "waived", _("Waived")),
    "met": StatusStyle("met", "met", _("Met")),
    "not_required": StatusStyle("na", "na", _("Not required")),
    "done": StatusStyle("done", "done", _("Done")),
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
