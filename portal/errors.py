"""Named refusals. A use case raises them; a view or a middleware turns them into words on a page."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import OperationalError
from django.utils.translation import gettext_lazy

LAST_BEFORE_FIRST = gettext_lazy("The last day lies before the first day.")


class Refused(Exception):
    """A rule forbids this. `message` is written for the person who asked; `field` names the input at fault."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = str(message)
        self.field = field


class NotAllowed(Refused):
    """The person may see this, but has no right to do it: answered with 403."""


class Stale(Refused):
    """Somebody else changed the record first: answered with 409, nothing is lost."""


def refused_from(error: ValidationError) -> Refused:
    """A model's refusal in words, at its field."""
    for name, messages in getattr(error, "message_dict", {}).items():
        return Refused(messages[0], field=None if name == NON_FIELD_ERRORS else name)
    return Refused(error.messages[0])


# PostgreSQL: lock not available in time, deadlock detected.
_WAITED = {"55P03", "40P01"}


def waited_in_vain(error: Exception) -> bool:
    """Did the database give up waiting for another transaction? Nothing was changed then."""
    cause = error.__cause__
    if not isinstance(error, OperationalError) or cause is None:
        return False
    if (state := getattr(cause, "sqlstate", None)) is not None:
        return state in _WAITED
    return str(getattr(cause, "sqlite_errorname", "")).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
