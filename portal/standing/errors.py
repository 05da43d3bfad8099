"""What standing refuses."""

from portal.errors import Refused


class UnknownEvidence(Refused):
    """The row that is to be ended or voided is not there, or is not of a kind that can be."""
