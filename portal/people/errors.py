"""What people's use cases refuse."""

from django.utils.translation import ngettext

from portal.errors import NotAllowed, Refused
from portal.people.models import Change


class Overlap(Refused):
    """Two facts that exclude each other would hold on the same day."""


class Cycle(Refused):
    """A team would lie below itself, or people would supervise one another in a ring."""


class OwnRecord(NotAllowed):
    """No privileged role works on one's own record."""


class Conflict(Refused):
    """A change cannot be taken back while later ones stand that build on it: `changes`, newest first."""

    def __init__(self, *changes: Change) -> None:
        self.changes = sorted(set(changes), key=lambda change: -change.pk)
        super().__init__(
            ngettext(
                "A later change builds on this. Withdraw that one first.",
                "%(count)d later changes build on this. Withdraw those first.",
                len(self.changes),
            )
            % {"count": len(self.changes)}
        )
