"""The world of a story while it runs: names to rows, and what the steps made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.core import mail
from django.utils import timezone

from portal.people.access.viewer import Viewer
from portal.people.facts.batches import open_batch
from portal.people.models import Batch, Change, Person, Team
from portal.standing.models import Requirement
from tests.scenarios.errors import Impossible
from tests.scenarios.language import Step
from training.models import CoursePage

if TYPE_CHECKING:
    from tests.scenarios.story import Story


def noon(day: date) -> datetime:
    """Noon in the organization's zone."""
    return timezone.make_aware(datetime.combine(day, time(12)), timezone.get_default_timezone())


def end_of(day: date, on: date) -> datetime:
    """Up to when records count for an `as_known`: the last moment of a day gone by, or this one."""
    if day == on:
        return timezone.now()
    return timezone.make_aware(datetime.combine(day, time.max), timezone.get_default_timezone())


@dataclass(frozen=True)
class Made:
    """What a label names: the step, and the row that its act made (a fact, a term, an evaluation, ...)."""

    step: Step
    model: Any
    pk: int
    changes: tuple[int, ...] = ()

    def row(self) -> Any:
        """The row as it is now."""
        return self.model._default_manager.get(pk=self.pk)

    def fact(self) -> Any:
        """The fact as it stands now: its row, the copy that came back, or what a later act made of it."""
        row = self.row()
        rows = self.model.objects.current()
        same = {"person": row.person_id, "starts_on": row.starts_on}
        for found in (rows.filter(pk=row.pk), rows.filter(origin=row.root_id), rows.filter(**same)):
            if (there := found.order_by("pk").last()) is not None:
                return there
        raise Impossible("it does not count any longer")


@dataclass
class World:
    story: "Story"
    people: dict[str, int] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    batches: dict[str, int] = field(default_factory=dict)
    # The day it left, and the mail.
    sent: list[tuple[date, Any]] = field(default_factory=list)

    def person(self, key: str) -> Person:
        """The person as stored now: never what an earlier step held in its hands."""
        return Person.objects.get(pk=self.people[key])

    def person_or_none(self, key: str | None) -> Person | None:
        return self.person(key) if key else None

    def key_of(self, person_id: int | None) -> str | None:
        return next((key for key, pk in self.people.items() if pk == person_id), None)

    def viewer(self, step: Step) -> Viewer:
        """Whoever does the step, on its day."""
        return self.viewer_of(step.by, step.on)

    def viewer_of(self, key: str, on: date) -> Viewer:
        return Viewer(self.person(key), on)

    def team(self, code: str) -> Team:
        return Team.objects.get(code=code)

    def requirement(self, code: str) -> Requirement:
        return Requirement.objects.get(code=code)

    def course(self, code: str) -> CoursePage:
        return CoursePage.objects.get(code=code)

    def keep(self, step: Step, row: Any, changes: Iterable[Change]) -> None:
        """Remember under the step's label what it made."""
        if step.label and row is not None:
            ids = tuple(change.pk for change in changes)
            self.made[step.label] = Made(step, type(row), row.pk, ids)

    def changes_of(self, label: str) -> list[Change]:
        """The changes that the labelled act made, newest first."""
        return list(Change.objects.filter(pk__in=self.labelled(label).changes).order_by("-pk"))

    def batch(self, name: str) -> Batch | None:
        """The batch of that name, opened when first named."""
        if not name:
            return None
        if name not in self.batches:
            self.batches[name] = open_batch(kind="story", reason=name, actor=None).pk
        return Batch.objects.get(pk=self.batches[name])

    def labelled(self, label: str) -> Made:
        """Raises Impossible for the label of an act that made nothing, or that was refused."""
        if label not in self.made:
            raise Impossible(f"{label} names nothing that was made")
        return self.made[label]

    def collect_mail(self, day: date) -> int:
        """Take what left out of the outbox; returns how many mails."""
        outbox: list[Any] = mail.outbox
        self.sent += [(day, message) for message in outbox]
        count = len(outbox)
        outbox.clear()
        return count


def moments(steps: tuple[Step, ...]) -> Iterator[datetime]:
    """When each step is taken: from noon on, with a minute between two of the same day."""
    before, minutes = None, 0
    for step in steps:
        minutes = minutes + 1 if step.on == before else 0
        before = step.on
        yield noon(step.on) + timedelta(minutes=minutes)
