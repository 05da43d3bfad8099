"""What intake refuses."""

from portal.errors import Refused


class BadFile(Refused):
    """The file is not of an accepted kind, is too large, or cannot be read."""
