"""What people's use cases refuse."""

from portal.errors import NotAllowed, Refused


class Overlap(Refused):
    """Two facts that exclude each other would hold on the same day."""


class Cycle(Refused):
    """A team would lie below itself, or people would supervise one another in a ring."""


class OwnRecord(NotAllowed):
    """No privileged role works on one's own record."""
