"""The own-record rule: no privileged role works on one's own record."""

from django.utils.translation import gettext as _

from portal.people.errors import OwnRecord
from portal.people.models import Person


def refuse_own_record(actor: Person | None, person_id: int, words: str = "") -> None:
    """No privileged role works on one's own record. Raises OwnRecord, with `words` if given."""
    if actor is not None and actor.pk == person_id:
        raise OwnRecord(words or _("Nobody changes their own record. Ask somebody else in HR."))
