"""Plan: what an act on the record will do, worked out before anything is written.

An act reads the record through its plan, so that a later part of the act sees what an earlier part
planned. Facts are kept as unsaved or closed rows; `portal.people.facts.apply` writes them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import prefetch_related_objects
from wagtail.models import ModelLogEntry

from portal.audit.log import line
from portal.errors import refused_from
from portal.hashing import canonical_sha256
from portal.people.facts.acting import Acting, actor_of
from portal.people.facts.lock import (
    lock_lines,
    lock_organization,
    lock_people,
    lock_teams,
    share_organization,
)
from portal.people.models import Batch, Change, Person
from portal.people.models.change import Inserted
from portal.people.models.fact import DatedFact, RecordedFact
from portal.prepared import Prepared

RECORDING = frozenset(
    f.name for f in RecordedFact._meta.get_fields() if isinstance(f, models.Field) and f.name != "reason"
)


class Plan:
    """What one act will close, insert and append, and which changes it rests on.

    Without `dry` the people and teams are locked when the act names them, and nothing about others
    may be closed. A dry plan reads only: it is for showing what would follow.
    """

    def __init__(self, act: str, *, by: Acting | None, dry: bool = False) -> None:
        self.act, self.by, self.dry = act, by, dry
        self.made_by = actor_of(by)
        self.reason = ""
        # Done instead of what was meant otherwise.
        self.corrects = False
        self.batch: Batch | None = None
        self.closed: dict[tuple[type[RecordedFact], int], RecordedFact] = {}
        self.inserted: list[RecordedFact] = []
        self.appended: list[Inserted] = []
        # What it does besides, in words.
        self.besides: list[str] = []
        self.change: Change | None = None
        self.rests_on: set[int] = set()
        self.withdraws: list[Change] = []
        self.people: set[int] = set()
        self.recomputed: set[int] = set()
        # Rows that are there only with the plan, such as a person who is added: see fresh.py.
        self.fresh: list[models.Model] = []
        self.afterwards: list[Callable[[Change], object]] = []
        self.lines: list[ModelLogEntry] = []
        self._people_locked: set[int] = set()
        self._teams_locked: set[int] = set()
        self._lines_locked = self._organization_locked = False

    # ---- before anything is read ------------------------------------------------------------

    def lock(self, people: Iterable[int | None] = (), *, teams: Iterable[int] = ()) -> None:
        """Say whose facts the act reads in order to change them. Locks them, unless the plan is dry."""
        ids, places = {pk for pk in people if pk}, set(teams)
        if not self.dry:
            if places - self._teams_locked:
                lock_teams(places)
            if ids - self._people_locked:
                lock_people(ids)
        self._people_locked |= ids
        self._teams_locked |= places

    def lock_organization(self) -> None:
        """Say that the act concerns everybody: no fact and no rule changes beside it. Before any lock()."""
        self._organization_locked = True
        if not self.dry:
            lock_organization()

    def share_organization(self) -> None:
        """Say that the act reads what concerns everybody, before it locks somebody: no rule changes beside it."""
        if not self.dry:
            share_organization()

    def lock_lines(self) -> None:
        """Say that the act names supervisors: no other act does beside it. Before lock()."""
        self._lines_locked = True
        if not self.dry:
            lock_lines()

    def lock_like(self, other: "Plan") -> None:
        """Take at once, in order, all the locks that the other plan asked for one after the other."""
        if other._organization_locked:
            self.lock_organization()
        if other._lines_locked:
            self.lock_lines()
        self.lock(other._people_locked, teams=other._teams_locked)

    # ---- reading with the plan on top ---------------------------------------------------------

    def rows[Row: RecordedFact](self, model: type[Row], **values: Any) -> list[Row]:
        """The rows that count, in order of their days, as they will be; `values` by column: team_id=7."""
        found: list[Row] = [
            row
            for row in recorded(model).filter(superseded_at__isnull=True, **values)
            if (model, row.pk) not in self.closed
        ]
        for row in self.inserted:
            if isinstance(row, model) and all(getattr(row, k) == value for k, value in values.items()):
                found.append(row)
        return sorted(found, key=_first_day)

    def known[Row: RecordedFact](
        self,
        model: type[Row],
        moment: datetime | None = None,
        *,
        people: Iterable[int] | None = None,
        related: Sequence[str] = (),
        children: Sequence[Any] = (),
    ) -> list[Row]:
        """Many rows at once, in order of id, as they will be; or, at a moment, as our records showed them.

        `people`: only theirs. `related` and `children` (names, or Prefetch) are loaded along. One query
        (and one for children).
        """
        wanted = None if people is None else set(people)
        there: list[Row]
        if moment:
            scoped = recorded(model).known_at(moment)
            there = list(
                _in_order(scoped if wanted is None else scoped.filter(person_id__in=wanted), related)
            )
        else:
            names = tuple(related)
            there = _current(model, names)() if wanted is None else _current_of(model, names)(wanted)
        prefetch_related_objects(there, *children)
        found = [row for row in there if (model, row.pk) not in self.closed]
        for row in self.inserted:
            if isinstance(row, model) and (wanted is None or getattr(row, "person_id", None) in wanted):
                found.append(row)
        return found

    def overlapping[Row: DatedFact](
        self, model: type[Row], first: date, last: date | None, **values: Any
    ) -> list[Row]:
        """Those of `rows` that hold on one of these days; `last` None: from `first` on."""
        return [row for row in self.rows(model, **values) if row.overlaps(first, last)]

    def on[Row: DatedFact](self, model: type[Row], day: date, **values: Any) -> list[Row]:
        return [row for row in self.rows(model, **values) if row.holds(day)]

    # ---- what will be done --------------------------------------------------------------------

    def close(self, row: RecordedFact) -> None:
        """The row will not count any longer. One that this plan inserts is taken out of the plan."""
        if row.pk is None:
            self.inserted = [other for other in self.inserted if other is not row]
            return
        self._check_locked(row)
        self.closed[type(row), row.pk] = row

    def insert[Row: RecordedFact](self, row: Row, *, like: Any = None) -> Row:
        """The row will be put on record. `like`: what it takes its children from, such as the row it replaces.

        Raises Refused with the model's words where a column or a check is wrong.
        """
        try:
            row.full_clean(
                # A row that comes with a dry plan cannot be found by its key.
                exclude=[f.name for f in row._meta.fields if f.name in RECORDING or self._brings(row, f)],
                validate_unique=False,
                validate_constraints=False,
            )
            for constraint in row._meta.constraints:
                if isinstance(constraint, models.CheckConstraint):
                    constraint.validate(type(row), row)
        except ValidationError as error:
            raise refused_from(error) from error
        self._check_locked(row)
        row.__dict__["children_of"] = like
        self.inserted.append(row)
        return row

    def replace[Row: RecordedFact](self, row: Row, **changes: Any) -> Row:
        """Close the row and insert it with `changes`."""
        self.close(row)
        return self.insert(copy_of(row, **changes), like=row)

    def restore(self, row: RecordedFact) -> None:
        """Bring a closed row back as a copy that names its origin. A row this plan closes stays open."""
        if self.closed.pop((type(row), row.pk), None) is not None:
            return
        fresh = copy_of(row)
        fresh.origin_id = row.root_id
        self.insert(fresh, like=row)

    def append[Row: Inserted](self, row: Row) -> Row:
        """Put a row of a ledger on record: at once, unless the plan is dry."""
        if not self.dry:
            row.inserted_in = self.open()
            row.save(force_insert=True)
        self.appended.append(row)
        return row

    def open(self) -> Change:
        """The change of this plan, made now: for acts that write rows of their own which name it."""
        if self.dry:
            raise RuntimeError("A dry plan writes nothing.")
        if self.change is None:
            self.change = Change.objects.create(
                act=self.act,
                made_by=self.made_by,
                reason=self.reason,
                batch=self.batch,
                corrects=self.corrects,
            )
        return self.change

    def rest_on(self, row: RecordedFact) -> None:
        """The act would say something else without this row, such as a later first day."""
        first = row.origin or row
        if first.inserted_in_id is not None:
            self.rests_on.add(first.inserted_in_id)

    def build_on(self, row: Inserted) -> None:
        """The act says something about this row of a ledger, or would say something else without it."""
        if row.inserted_in_id is not None and row.inserted_in_id != getattr(self.change, "pk", None):
            self.rests_on.add(row.inserted_in_id)

    def also(self, do: Callable[[Change], object], *, words: str) -> None:
        """Write rows of one's own that name the change: at once, by `do(change)`, unless the plan is dry.

        `words`: what that does, for who is asked.
        """
        self.besides.append(words)
        if not self.dry:
            do(self.open())

    def then(self, do: Callable[[Change], object], *, words: str = "") -> None:
        """Call `do(change)` when the plan is applied, in its transaction.

        `words`: what that does, for who is asked; a plan that says so is not empty.
        """
        self.afterwards.append(do)
        if words:
            self.besides.append(words)

    def say(self, action: str, instance: models.Model, *, actor: Person | None, **data: Any) -> None:
        """A line of the log about what the change does, as audit.log.record() writes it: with the change's own."""
        self.lines.append(line(action, instance, actor=actor, **data))

    # ---- about the plan -----------------------------------------------------------------------

    @property
    def is_empty(self) -> bool:
        written = self.change is not None
        does = self.closed or self.inserted or self.appended or self.withdraws or self.besides
        return not (written or does or self.lines)

    def about(self) -> set[int]:
        """The people whom the plan is about, by id."""
        rows: Iterator[Any] = iter([*self.closed.values(), *self.inserted, *self.appended])
        return {pk for row in rows if (pk := getattr(row, "person_id", None))} | self.people

    def fingerprint(self) -> str:
        """The same for two plans that do the same; another as soon as the record changed meanwhile."""
        closed = sorted(f"{model._meta.label}:{pk}" for model, pk in self.closed)
        rows = [*self.inserted, *self.appended]
        new = sorted(f"{row._meta.label}:{sorted(self._said(row).items())}" for row in rows)
        said = {"act": self.act, "closed": closed, "new": new}
        return canonical_sha256(said | ({"besides": self.besides} if self.besides else {}))

    def fresh_people(self) -> dict[int, Person]:
        """The people whom the plan adds, by id."""
        return {row.pk: row for row in self.fresh if isinstance(row, Person)}

    def _brings(self, row: models.Model, field: Any) -> bool:
        """Does the row's field point to one that is there only with this plan?"""
        points_to = field.related_model
        return any(type(one) is points_to and one.pk == getattr(row, field.attname) for one in self.fresh)

    def _said(self, row: models.Model) -> dict[str, Any]:
        """What the row says; of what the plan brings only that it does, whatever id it has."""
        brought = {f.attname: "new" for f in row._meta.concrete_fields if self._brings(row, f)}
        return column_values(row) | brought

    def _check_locked(self, row: Any) -> None:
        person, team = getattr(row, "person_id", None), getattr(row, "team_id", None)
        if self.dry or (person is None and team is None):
            return
        if person not in self._people_locked and team not in self._teams_locked:
            raise RuntimeError(f"{row._meta.label}: plan.lock() does not name its person or team.")


def recorded(model: type[RecordedFact]) -> Any:
    """The manager of a kind of fact, whatever its columns are called."""
    return model._default_manager


def _in_order(rows: Any, related: Sequence[str]) -> Any:
    return (rows.select_related(*related) if related else rows).order_by("id")


@cache
def _current(model: type[RecordedFact], related: tuple[str, ...]) -> Prepared:
    return Prepared(lambda: _in_order(recorded(model).current(), related))


@cache
def _current_of(model: type[RecordedFact], related: tuple[str, ...]) -> Prepared:
    return Prepared(lambda ids: _in_order(recorded(model).current().filter(person_id__in=ids), related))


def column_values(row: models.Model) -> dict[str, Any]:
    """What the row says, by column: all but its id and its recording."""
    fields = (f for f in row._meta.concrete_fields if f.name != "id" and f.name not in RECORDING)
    return {f.attname: getattr(row, f.attname) for f in fields}


def copy_of[Row: RecordedFact](row: Row, **changes: Any) -> Row:
    """An unsaved row that says the same but for `changes` (by field: team=south)."""
    values = column_values(row)
    for name, value in changes.items():
        values.pop(getattr(row._meta.get_field(name), "attname", name), None)
        values[name] = value
    return type(row)(**values)


def _first_day(row: RecordedFact) -> tuple[date, int]:
    return cast(date, getattr(row, "starts_on", date.min)), row.pk or 1 << 62
