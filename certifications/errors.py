"""What certifications refuse."""

from portal.errors import NotAllowed, Refused


class NumberTaken(Refused):
    """Somebody else's credential of this kind carries this number."""


class NeedsProof(NotAllowed):
    """Who keyed a credential verifies it only with the source's answer stored."""
