"""What evaluations refuse."""

from portal.errors import Refused, Stale


class Closed(Refused):
    """The part was submitted or the evaluation closed: nothing in it changes any more."""


class NotComplete(Refused):
    """Something is missing before this can be signed; `missing` has each item, its title and what to do."""

    def __init__(self, message: str, missing: list[tuple[str, str, str]]) -> None:
        super().__init__(message)
        self.missing = missing


class WrongMove(Refused):
    """The lifecycle has no such move from this state, or not for this person."""


class ChangedElsewhere(Stale):
    """The part was saved from another window since this one was loaded."""
