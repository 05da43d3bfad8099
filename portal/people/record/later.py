"""Taking back what concerns everybody: it computes everybody anew, so a page asks for it and a job does it.

Jobs are an upper floor's, which registers how one is asked for and what became of it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from portal.people.access.viewer import Viewer
from portal.people.facts.call import Call
from portal.people.facts.taking_back import concern_everybody, undo, withdraw
from portal.people.models import Batch, Change


@dataclass(frozen=True)
class Told:
    """What a page says of a taking back that was asked for: it waits or runs, or why it was not done."""

    waits: bool
    title: str
    words: str = ""
    conflicts: tuple[str, ...] = ()


type Ask = Callable[[Change | Batch, str, Viewer], object]
type Tell = Callable[[Iterable[Change | Batch]], Mapping[Change | Batch, Told]]

_worker: list[tuple[Ask, Tell]] = []


def register_worker(ask: Ask, tell: Tell) -> None:
    """`ask(subject, reason, by)` queues it; `tell(subjects)` says what became of it."""
    _worker[:] = [(ask, tell)]


@dataclass(frozen=True)
class Later(Call):
    """A call that a job makes. Doing it asks for the job: nothing is locked, nothing is written but that."""

    subject: Any = None

    def __call__(self) -> Any:
        """Raises what the act refuses, Stale where it is not what was expected."""
        return _worker[0][0](self.subject, self.kwargs["reason"], self.kwargs["by"])


def taking_back(subject: Change | Batch, *, reason: str, by: Viewer) -> Call:
    """The call that takes the change or the batch back: by a job where that concerns everybody."""
    given = {"reason": reason, "by": by}
    act = cast(Any, undo if isinstance(subject, Batch) else withdraw)
    if is_done_later(subject):
        return Later(act, (subject,), given, subject=subject)
    return Call(act, (subject,), given)


def is_done_later(subject: Change | Batch) -> bool:
    """Does it compute everybody anew?"""
    return concern_everybody(subject.changes.standing() if isinstance(subject, Batch) else [subject])


def told_of(subjects: Iterable[Change | Batch]) -> Mapping[Change | Batch, Told]:
    """What became of the takings back that were asked for, where something is to be said."""
    return _worker[0][1](subjects) if _worker else {}
