"""What is closed is closed in the database too.

Apps register locks on their tables; triggers for SQLite and PostgreSQL are generated from them.
They are dropped before and created after every migrate, because a table remake on SQLite drops
them silently. A trigger reads only its own row and the one-row override, which `opened()` opens
inside one transaction, for a stated reason, and logs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import connections, models, transaction

PREFIX = "preceptor_lock_"
MESSAGE = "This record is closed: it cannot be changed or deleted."
OVERRIDE = "COALESCE((SELECT is_open FROM audit_lockoverride WHERE id = 1), {false})"
RECORDING = ("superseded_at", "superseded_by_id", "superseded_in_id")


@dataclass(frozen=True)
class Lock:
    """One locked table.

    closed_when: a condition in SQL on the OLD row; empty means always closed.
    may_change: columns that may change even in a closed row.
    once: a column that may go from NULL to a value once, together with `may_change`, on a row
    in which it is NULL.
    write_once: columns that may each go from nothing (NULL or "") to a value, and then stay.
    """

    model: type[models.Model]
    closed_when: str = ""
    may_change: tuple[str, ...] = ()
    once: str = ""
    may_delete_open: bool = False
    write_once: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def frozen_columns(self) -> list[str]:
        free = {*self.may_change, *self.write_once, self.once}
        columns = [str(f.column) for f in self.model._meta.concrete_fields]
        return [column for column in columns if column not in free]


_locks: dict[str, Lock] = {}


def register(lock: Lock) -> None:
    _locks[lock.table] = lock


def append_only(model: type[models.Model]) -> None:
    """Rows of a ledger: inserted, never changed, never deleted."""
    register(Lock(model))


def recorded_fact(model: type[models.Model]) -> None:
    """Rows of a recorded fact: only closing (superseding) them is a change, and only once."""
    register(Lock(model, may_change=RECORDING[1:], once=RECORDING[0]))


def closed_when(model: type[models.Model], condition: str, *, may_change: tuple[str, ...] = ()) -> None:
    """Rows are open to change until `condition` (SQL on OLD.column) holds. Open rows may be deleted."""
    register(Lock(model, closed_when=condition, may_change=may_change, may_delete_open=True))


def write_once(model: type[models.Model], *columns: str) -> None:
    """Rows are closed from the start, but for these columns, each written once."""
    register(Lock(model, write_once=columns))


def registered() -> list[Lock]:
    return [_locks[name] for name in sorted(_locks)]


# ---- SQL ------------------------------------------------------------------------------------


def _update_condition(lock: Lock, same: str) -> str:
    columns = [f'NOT (NEW."{c}" {same} OLD."{c}")' for c in lock.frozen_columns]
    columns += [
        f'(COALESCE(CAST(OLD."{c}" AS TEXT), \'\') <> \'\' AND NOT (NEW."{c}" {same} OLD."{c}"))'
        for c in lock.write_once
    ]
    changed = " OR ".join(columns)
    if lock.once:
        return f'({changed} OR OLD."{lock.once}" IS NOT NULL OR NEW."{lock.once}" IS NULL)'
    if lock.closed_when:
        return f"({lock.closed_when}) AND ({changed})"
    return f"({changed})"


def _delete_condition(lock: Lock, true: str) -> str:
    return f"({lock.closed_when})" if lock.may_delete_open else true


def _sqlite(lock: Lock) -> list[str]:
    override = OVERRIDE.format(false="0")
    rules = (
        ("update", _update_condition(lock, "IS")),
        ("delete", _delete_condition(lock, "1")),
    )
    return [
        f'CREATE TRIGGER "{PREFIX}{lock.table}_{act}" BEFORE {act.upper()} ON "{lock.table}" FOR EACH ROW '
        f"WHEN {condition} AND {override} = 0 BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        for act, condition in rules
    ]


def _postgresql(lock: Lock) -> list[str]:
    name = f"{PREFIX}{lock.table}"
    override = OVERRIDE.format(false="false")
    returning = {"update": "NEW", "delete": "OLD"}
    rules = {
        "update": _update_condition(lock, "IS NOT DISTINCT FROM"),
        "delete": _delete_condition(lock, "true"),
    }
    statements = []
    for act, condition in rules.items():
        statements.append(
            f'CREATE OR REPLACE FUNCTION "{name}_{act}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
            f"IF {condition} AND NOT {override} THEN "
            f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = '23514'; END IF; "
            f"RETURN {returning[act]}; END $$"
        )
        statements.append(
            f'CREATE TRIGGER "{name}_{act}" BEFORE {act.upper()} ON "{lock.table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{name}_{act}"()'
        )
    return statements


def present(connection: Any) -> dict[str, str]:
    """Names of our triggers in the database, with their SQL where the database keeps it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT t.tgname, pg_get_functiondef(t.tgfoid) FROM pg_trigger t WHERE NOT t.tgisinternal"
            )
        return {name: sql for name, sql in cursor.fetchall() if name.startswith(PREFIX)}


def drop_locks(connection: Any) -> None:
    names = list(present(connection))
    with connection.cursor() as cursor:
        for name in names:
            if connection.vendor == "sqlite":
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
            else:
                table = name.removeprefix(PREFIX).rsplit("_", 1)[0]
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')


def create_locks(connection: Any) -> None:
    """Make the triggers of the database those of the register."""
    tables = set(connection.introspection.table_names())
    if "audit_lockoverride" not in tables:
        return
    drop_locks(connection)
    make = _sqlite if connection.vendor == "sqlite" else _postgresql
    with connection.cursor() as cursor:
        for lock in registered():
            if lock.table in tables:
                for statement in make(lock):
                    cursor.execute(statement)


def before_migrate(sender: Any, using: str, **_kwargs: Any) -> None:
    if sender.label == "audit":
        drop_locks(connections[using])


def after_migrate(sender: Any, using: str, **_kwargs: Any) -> None:
    """Runs once per app; the last app's call leaves every lock in place."""
    if sender.label != last_app():
        return
    apps.get_model("audit", "LockOverride").objects.using(using).get_or_create(pk=1)
    create_locks(connections[using])


def last_app() -> str:
    """The label of the last app that has models: migrate signals it last."""
    return [config.label for config in apps.get_app_configs() if config.models_module is not None][-1]


@contextmanager
def opened(why: str, *, actor: Any) -> Iterator[None]:
    """Open the locks until the block ends, inside one transaction; who and why are logged.

    For reopening, redaction, purge and restore only.
    """
    from portal.audit.log import record
    from portal.audit.models import LockOverride

    with transaction.atomic():
        override, _made = LockOverride.objects.select_for_update().get_or_create(pk=1)
        LockOverride.objects.filter(pk=1).update(is_open=True)
        try:
            yield
        finally:
            if not transaction.get_connection().needs_rollback:
                LockOverride.objects.filter(pk=1).update(is_open=False)
        record("portal.locks.opened", override, actor=actor, why=why)


def check_locks(
    *, app_configs: Any = None, databases: Any = None, **_kwargs: Any
) -> list[checks.CheckMessage]:
    """The triggers in the database are those of the register, or the site must not run."""
    messages: list[checks.CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        tables = set(connection.introspection.table_names())
        if "audit_lockoverride" not in tables:
            continue
        wanted = {
            f"{PREFIX}{lock.table}_{act}"
            for lock in registered()
            for act in ("update", "delete")
            if lock.table in tables
        }
        messages += [
            checks.Error(
                f"The lock {name} is missing from the database.", id="audit.E001", hint="Run migrate."
            )
            for name in sorted(wanted - set(present(connection)))
        ]
    return messages
