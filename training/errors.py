"""What training refuses."""

from typing import Any

from portal.errors import Refused, Stale


class NotReady(Refused):
    """The course cannot be published yet; `problems` says why, one line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class Submitted(Refused):
    """The sitting was handed in: its answers are closed."""


class AnsweredElsewhere(Stale):
    """Another window answered this question since the page was loaded."""


class Left(Refused):
    """What is done in this attempt counts no longer; `current` is the attempt that does, if there is one.

    `heading`: the same in a few words.
    """

    def __init__(self, message: str, heading: str, current: Any = None) -> None:
        super().__init__(message)
        self.heading, self.current = heading, current


class Locked(Refused):
    """This step opens when the ones before it are done."""


class Unanswered(Refused):
    """Handing in needs an answer to every question; `numbers` says which are open."""

    def __init__(self, message: str, numbers: list[int]) -> None:
        super().__init__(message)
        self.numbers = numbers
