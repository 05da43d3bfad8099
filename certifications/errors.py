"""What certifications refuse."""

from portal.errors import NotAllowed, Refused


class NumberTaken(Refused):
    """Somebody else's credential of this kind carries this number."""


class SelfVerification(NotAllowed):
    """Nobody verifies their own license; who keyed it verifies only with a stored proof."""
