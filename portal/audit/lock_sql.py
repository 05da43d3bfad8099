"""The triggers of a lock, as SQL for SQLite and for PostgreSQL, and those that a database has.

A condition is written on the columns of OLD. The same condition is asked of another row, such as a
parent, by writing that row's name in place of OLD.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models

PREFIX = "preceptor_lock_"
MESSAGE = "This record is closed: it cannot be changed, added to or deleted."
ONE_AT_A_TIME = "Something else is on record for some of these days: one holds at a time."
# See LockOverride: a transaction finds no rows but its own.
SHUT = 'NOT EXISTS (SELECT 1 FROM "audit_lockoverride")'


@dataclass(frozen=True)
class Parent:
    """Under a parent that `closed_when` holds for, no row comes in, none is moved in or out.

    column: of the child, naming the parent. closed_when: SQL on OLD, the parent's row.
    """

    column: str
    table: str
    key: str
    closed_when: str


@dataclass(frozen=True)
class Holder:
    """Of the rows that count (none superseded), one of each key holds on any day.

    columns: the key; the first one links to `table`, whose row is locked meanwhile. where: SQL on OLD
    for the rows that are meant, empty for all. The days are starts_on to last_day (NULL: without end).
    """

    columns: tuple[str, ...]
    table: str
    key: str
    where: str = ""


@dataclass(frozen=True)
class Lock:
    """One locked table.

    closed_when: a condition in SQL on the OLD row; empty means always closed.
    may_change: columns that may change even in a closed row.
    once: a column that may go from NULL to a value once, together with `may_change`, on a row
    in which it is NULL.
    fixed: columns that never change, in open rows either.
    write_once: columns that may each go from nothing (NULL or "") to a value, and then stay.
    parents: closed parents keep rows out.
    one_at_a_time: what keeps a second row of the same days out.
    """

    model: type[models.Model]
    closed_when: str = ""
    may_change: tuple[str, ...] = ()
    once: str = ""
    may_delete_open: bool = False
    write_once: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    parents: tuple[Parent, ...] = ()
    one_at_a_time: Holder | None = None

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def frozen_columns(self) -> list[str]:
        free = {*self.may_change, *self.write_once, self.once}
        columns = [str(f.column) for f in self.model._meta.concrete_fields]
        return [column for column in columns if column not in free]


@dataclass(frozen=True)
class Trigger:
    """`shown` is what `present` finds in a database that has this trigger, unchanged."""

    name: str
    table: str
    statements: tuple[str, ...]
    shown: str


# ---- conditions -------------------------------------------------------------------------------


def _of(row: str, condition: str) -> str:
    return condition.replace("OLD.", f"{row}.")


def _changed(column: str, same: str) -> str:
    return f'NOT (NEW."{column}" {same} OLD."{column}")'


def _update_condition(lock: Lock, same: str) -> str:
    columns = [_changed(c, same) for c in lock.frozen_columns]
    columns += [
        f"(COALESCE(CAST(OLD.\"{c}\" AS TEXT), '') <> '' AND {_changed(c, same)})" for c in lock.write_once
    ]
    changed = " OR ".join(columns) or "1 = 0"
    if lock.once:
        return f'({changed} OR OLD."{lock.once}" IS NOT NULL OR NEW."{lock.once}" IS NULL)'
    if lock.closed_when:
        always = "".join(f" OR {_changed(c, same)}" for c in lock.fixed)
        return f"((({lock.closed_when}) AND ({changed})){always})"
    return f"({changed})"


def _delete_condition(lock: Lock) -> str:
    return f"({lock.closed_when})" if lock.may_delete_open else "1 = 1"


def under_closed(parent: Parent, row: str) -> str:
    """Does this row, OLD or NEW, belong to a closed parent?"""
    found, closed = f'above."{parent.key}" = {row}."{parent.column}"', _of("above", parent.closed_when)
    return f'EXISTS (SELECT 1 FROM "{parent.table}" AS above WHERE {found} AND ({closed}))'  # noqa: S608


def _moved_by_closed(parent: Parent, same: str) -> str:
    closed = f"{under_closed(parent, 'OLD')} OR {under_closed(parent, 'NEW')}"
    return f"({_changed(parent.column, same)} AND ({closed}))"


def _counts(row: str, holder: Holder) -> list[str]:
    """Is the row one that is meant, and not superseded?"""
    return [f'{row}."superseded_at" IS NULL', *([f"({_of(row, holder.where)})"] if holder.where else [])]


def _holds_beside(lock: Lock, holder: Holder) -> str:
    """Does another row that counts hold on one of the days of the NEW row, which counts?"""
    tests = [*_counts("NEW", holder), *_counts("beside", holder)]
    tests += [f'beside."{column}" = NEW."{column}"' for column in holder.columns]
    for one, other in (("beside", "NEW"), ("NEW", "beside")):
        tests.append(f'({one}."last_day" IS NULL OR {one}."last_day" >= {other}."starts_on")')
    return f'EXISTS (SELECT 1 FROM "{lock.table}" AS beside WHERE {" AND ".join(tests)})'  # noqa: S608


# ---- SQLite -----------------------------------------------------------------------------------


def unique_keys(model: type[models.Model], connection: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """The columns of each unique key, with the condition (SQL) of a key that only some rows have.

    Raises TypeError for a unique constraint on expressions: such a table cannot be locked.
    """
    for field in model._meta.concrete_fields:
        if field.unique:
            yield (str(field.column),), ""
    for constraint in model._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint):
            continue
        if constraint.expressions:
            raise TypeError(f"{constraint.name} is a key of expressions; its table cannot be locked.")
        by_name = {field.name: field for field in model._meta.concrete_fields}
        columns = tuple(str(by_name[name].column) for name in constraint.fields)
        editor = connection.SchemaEditorClass(connection, collect_sql=True)
        yield columns, constraint._get_condition_sql(model, editor) or ""  # type: ignore[attr-defined]


def _replaced(lock: Lock, connection: Any, *, update: bool) -> str:
    """Would the NEW row push out a closed one of the same key?

    REPLACE deletes rows without asking the delete trigger, on a connection without the pragma
    recursive_triggers.
    """
    found = []
    for columns, condition in unique_keys(lock.model, connection):
        tests = [f'was."{c}" = NEW."{c}"' for c in columns]
        tests += [re.sub(r'"(\w+)"', rf'{row}."\1"', condition) for row in ("was", "NEW") if condition]
        tests += [f"({_of('was', lock.closed_when)})"] if lock.closed_when else []
        tests += ["was.rowid <> OLD.rowid"] if update else []
        exists = f'EXISTS (SELECT 1 FROM "{lock.table}" AS was WHERE {" AND ".join(tests)})'  # noqa: S608
        changed = " OR ".join(_changed(c, "IS") for c in columns)
        found.append(f"(({changed}) AND {exists})" if update else exists)
    return " OR ".join(found)


def _sqlite(lock: Lock, connection: Any) -> Iterator[Trigger]:
    moved = [_moved_by_closed(parent, "IS") for parent in lock.parents]
    entered = [under_closed(parent, "NEW") for parent in lock.parents]
    refused = {
        "insert": [_replaced(lock, connection, update=False), *entered],
        "update": [_update_condition(lock, "IS"), _replaced(lock, connection, update=True), *moved],
        "delete": [_delete_condition(lock)],
    }
    for act, conditions in refused.items():
        yield _sqlite_trigger(lock, act, act, conditions, MESSAGE)
    if lock.one_at_a_time:
        yield _sqlite_trigger(
            lock, "days", "insert", [_holds_beside(lock, lock.one_at_a_time)], ONE_AT_A_TIME
        )


def _sqlite_trigger(lock: Lock, name: str, act: str, conditions: list[str], message: str) -> Trigger:
    name = f"{PREFIX}{lock.table}_{name}"
    statement = (
        f'CREATE TRIGGER "{name}" BEFORE {act.upper()} ON "{lock.table}" FOR EACH ROW '
        f"WHEN ({' OR '.join(conditions)}) AND {SHUT} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )
    return Trigger(name, lock.table, (statement,), statement)


# ---- PostgreSQL -------------------------------------------------------------------------------

# Bits of pg_trigger.tgtype.
_EACH_ROW, _BEFORE = 1, 2
_ACT_BITS = {"insert": 4, "delete": 8, "update": 16, "truncate": 32}


def _postgresql(lock: Lock) -> Iterator[Trigger]:
    """No check of keys is needed: the update trigger sees ON CONFLICT DO UPDATE."""
    same = "IS NOT DISTINCT FROM"
    moved = [_moved_by_closed(parent, same) for parent in lock.parents]
    yield _function(lock, "update", [_update_condition(lock, same), *moved])
    yield _function(lock, "delete", [_delete_condition(lock)])
    yield _function(lock, "truncate", ["1 = 1"])
    if lock.parents:
        # Held to the end of the transaction, so that the parent does not close meanwhile.
        held = "".join(
            f'PERFORM 1 FROM "{p.table}" WHERE "{p.key}" = NEW."{p.column}" FOR NO KEY UPDATE; '
            for p in lock.parents
        )
        yield _function(lock, "insert", [under_closed(p, "NEW") for p in lock.parents], before=held)
    if one := lock.one_at_a_time:
        # Whoever comes second waits here, and then sees the first one's row.
        counts = " AND ".join(_counts("NEW", one))
        held = (
            f'IF {counts} THEN PERFORM 1 FROM "{one.table}" '
            f'WHERE "{one.key}" = NEW."{one.columns[0]}" FOR NO KEY UPDATE; END IF; '
        )
        conditions = [_holds_beside(lock, one)]
        yield _function(lock, "insert", conditions, before=held, name="days", message=ONE_AT_A_TIME)


def _function(
    lock: Lock, act: str, refused: list[str], *, before: str = "", name: str = "", message: str = MESSAGE
) -> Trigger:
    name = f"{PREFIX}{lock.table}_{name or act}"
    returning = {"update": "NEW", "insert": "NEW", "delete": "OLD", "truncate": "NULL"}[act]
    row = act != "truncate"
    body = (
        f" BEGIN {before}IF ({' OR '.join(refused)}) AND {SHUT} THEN "
        f"RAISE EXCEPTION '{message}' USING ERRCODE = '23514'; END IF; RETURN {returning}; END "
    )
    each = "ROW" if row else "STATEMENT"
    bits = _ACT_BITS[act] | _BEFORE | (_EACH_ROW if row else 0)
    return Trigger(
        name,
        lock.table,
        (
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $${body}$$',
            f'CREATE TRIGGER "{name}" BEFORE {act.upper()} ON "{lock.table}" '
            f'FOR EACH {each} EXECUTE FUNCTION "{name}"()',
        ),
        f"{lock.table} {bits} O {name}{body}",
    )


# ---- both -------------------------------------------------------------------------------------


def triggers_of(lock: Lock, connection: Any) -> list[Trigger]:
    """What the lock puts into this database."""
    made = _sqlite(lock, connection) if connection.vendor == "sqlite" else _postgresql(lock)
    return list(made)


# The table, what fires it, whether it is enabled, the function and its body.
_POSTGRESQL_TRIGGERS = """
    SELECT t.tgname, c.relname, concat(c.relname, ' ', t.tgtype, ' ', t.tgenabled, ' ', p.proname, p.prosrc)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE NOT t.tgisinternal AND pg_table_is_visible(c.oid)
"""


def present(connection: Any) -> dict[str, Trigger]:
    """Our triggers in the database, by name, as it has them."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(_POSTGRESQL_TRIGGERS)
        rows = cursor.fetchall()
    return {name: Trigger(name, table, (), shown) for name, table, shown in rows if name.startswith(PREFIX)}
