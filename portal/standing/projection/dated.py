"""The dated facts that standing is computed from, of many people, in one statement.

As tuples, for they are read whenever somebody's standing is computed: seven queries through models
took longer than the computing.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from portal.dates import day_after
from portal.people.facts.plan import Plan
from portal.people.models import Absence, Employment, PatientWorkRemoval, Position
from portal.people.models.fact import DatedFact
from portal.standing.models import Extension, Waiver


class Dated(NamedTuple):
    """A dated fact of a person. `number`: a key; `words`: texts; which ones, its kind says."""

    model: type[DatedFact]
    pk: int | None
    person_id: int
    starts_on: date
    last_day: date | None
    number: int | None
    words: tuple[Any, ...]

    @property
    def days(self) -> tuple[date, date | None]:
        """As [from, until-exclusive)."""
        return self.starts_on, None if self.last_day is None else day_after(self.last_day)


@dataclass(frozen=True)
class Kind:
    """What is read of a kind of fact, beside whose it is and its days. `code_of`: a key whose code is read."""

    model: type[DatedFact]
    number: str = ""
    words: tuple[str, ...] = ()
    listed: str = ""
    code_of: str = ""

    def of(self, row: Any) -> Dated:
        """The same, of a row that is only planned."""
        words = [getattr(row, name) for name in self.words]
        if self.listed:
            words.append(tuple(getattr(row, self.listed)))
        if self.code_of:
            pointed_at = getattr(row, self.code_of)
            words.append(pointed_at.code if pointed_at else "")
        number = getattr(row, self.number) if self.number else None
        return Dated(self.model, row.pk, row.person_id, row.starts_on, row.last_day, number, tuple(words))

    def read(self, values: Sequence[Any]) -> Dated:
        """What the statement gave: kind, id, person, two days, number, texts, a list, a code."""
        _kind, pk, person, starts_on, last_day, number, *texts, listed, code = values
        words: list[Any] = texts[: len(self.words)]
        if self.listed:
            words.append(tuple(json.loads(listed)))
        if self.code_of:
            words.append(code or "")
        return Dated(self.model, pk, person, day_read(starts_on), day_read(last_day), number, tuple(words))


KINDS = (
    Kind(Employment),
    Kind(
        Position,
        "team_id",
        ("title", "work_setting", "employment_type"),
        listed="states_served",
        code_of="profession",
    ),
    Kind(PatientWorkRemoval),
    Kind(Absence, "kind_id"),
    Kind(Waiver, "requirement_id", ("scope",)),
    Kind(Extension, "requirement_id", ("scope",)),
)
TEXTS = max(len(kind.words) for kind in KINDS)


def dated_facts(people: Sequence[int], known_at: datetime | None, plan: Plan) -> Iterator[Dated]:
    """The facts of these people by kind and id, as they count now or were known at a moment.

    With what the plan closes left out, and what it inserts at the end. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_statement(connection.vendor, known_at is None), _parameters(people, known_at))
        rows = [KINDS[values[0]].read(values) for values in cursor.fetchall()]
    wanted = set(people)
    planned = (
        kind.of(row)
        for kind in KINDS
        for row in plan.inserted
        if isinstance(row, kind.model) and row.person_id in wanted  # type: ignore[attr-defined]
    )
    yield from (row for row in rows if (row.model, row.pk) not in plan.closed)
    yield from planned


# ---- as SQL -----------------------------------------------------------------------------------


@cache
def _statement(vendor: str, now: bool) -> str:
    parts = (_part(number, kind, vendor, now) for number, kind in enumerate(KINDS))
    return f"{' UNION ALL '.join(parts)} ORDER BY 1, 2"


def _part(number: int, kind: Kind, vendor: str, now: bool) -> str:
    meta = kind.model._meta
    table = f'"{meta.db_table}"'
    columns = [f'{table}."{name}"' for name in ("id", "person_id", "starts_on", "last_day")]
    columns.append(f'{table}."{kind.number}"' if kind.number else "CAST(NULL AS bigint)")
    texts = [f'{table}."{name}"' for name in kind.words]
    texts += ["CAST(NULL AS text)"] * (TEXTS - len(texts))
    texts.append(f'CAST({table}."{kind.listed}" AS text)' if kind.listed else "CAST(NULL AS text)")
    joined = ""
    if kind.code_of:
        field: Any = meta.get_field(kind.code_of)
        other = f'"{field.related_model._meta.db_table}"'
        texts.append(f'{other}."code"')
        joined = f' LEFT OUTER JOIN {other} ON ({table}."{field.column}" = {other}."id")'
    else:
        texts.append("CAST(NULL AS text)")
    return (  # of names of models alone
        f"SELECT {number}, {', '.join([*columns, *texts])} FROM {table}{joined} "  # noqa: S608
        f'WHERE {table}."person_id" {among(vendor)} AND {_counts(table, now)}'
    )


def among(vendor: str) -> str:
    """A condition with one parameter (ids_for) however many people: the statement stays the same."""
    return "= ANY(%s)" if vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"


def ids_for(vendor: str, people: Iterable[int]) -> Any:
    return list(people) if vendor == "postgresql" else json.dumps(list(people))


def _counts(table: str, now: bool) -> str:
    """RecordedFactQuerySet.current() and known_at()."""
    if now:
        return f'{table}."superseded_at" IS NULL'
    return (
        f'({table}."recorded_at" <= %s OR {table}."known_on" <= %s) '
        f'AND ({table}."superseded_at" IS NULL OR {table}."superseded_at" > %s)'
    )


def _parameters(people: Iterable[int], known_at: datetime | None) -> list[Any]:
    ids = ids_for(connection.vendor, people)
    if known_at is None:
        return [ids] * len(KINDS)
    moment = connection.ops.adapt_datetimefield_value(known_at)
    day = connection.ops.adapt_datefield_value(timezone.localtime(known_at).date())
    return [ids, moment, day, moment] * len(KINDS)


def day_read(value: Any) -> Any:
    """SQLite keeps days as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
