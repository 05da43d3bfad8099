"""What is closed is closed in the database too.

Apps register locks on their tables; triggers for SQLite and PostgreSQL are generated from them
(portal.audit.lock_sql). They are dropped before and created after every migrate: on SQLite a table's
remake drops its triggers silently, and fails where a trigger of another table mentions it.
`opened()` lifts every lock for one transaction, for a stated reason, and logs it.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import DatabaseError, connections, models, transaction

from portal.audit.lock_sql import (
    MESSAGE,
    ONE_AT_A_TIME,
    Holder,
    Lock,
    Parent,
    Trigger,
    present,
    triggers_of,
    under_closed,
)

log = logging.getLogger(__name__)

RECORDING = ("superseded_at", "closed_in_id")

_locks: dict[str, Lock] = {}


def register(lock: Lock) -> None:
    _locks[lock.table] = lock


def append_only(model: type[models.Model]) -> None:
    """Rows of a ledger: inserted, never changed, never deleted."""
    register(Lock(model))


def recorded_fact(model: type[models.Model]) -> None:
    """Rows of a recorded fact: only closing (superseding) them is a change, and only once."""
    register(Lock(model, may_change=RECORDING[1:], once=RECORDING[0]))


def closed_when(
    model: type[models.Model],
    condition: str,
    *,
    may_change: tuple[str, ...] = (),
    fixed: tuple[str, ...] = (),
) -> None:
    """Rows are open to change until `condition` (SQL on OLD.column) holds. Open rows may be deleted.

    `fixed` columns stay as the row was inserted, in open rows too.
    """
    lock = Lock(model, closed_when=condition, may_change=may_change, fixed=fixed, may_delete_open=True)
    register(lock)


def write_once(model: type[models.Model], *columns: str) -> None:
    """Rows are closed from the start, but for these columns, each written once."""
    register(Lock(model, write_once=columns))


def frozen(model: type[models.Model], *columns: str) -> None:
    """These columns never change, nor is a row deleted; every other column may change."""
    every = [str(field.column) for field in model._meta.concrete_fields]
    never = {"id", *columns}
    register(Lock(model, may_change=tuple(column for column in every if column not in never)))


def inside(model: type[models.Model], field: str, closed: str = "") -> None:
    """No row comes in under a closed parent, none is moved in or out. `field` links to the parent.

    The parent is closed when its own lock says so, or by `closed`, SQL on the parent's row as OLD.
    Both tables are registered before; KeyError otherwise.
    """
    lock = _locks[model._meta.db_table]
    register(replace(lock, parents=(*lock.parents, _parent(model, field, closed))))


def closed_with(model: type[models.Model], field: str) -> None:
    """Rows are closed when their parent is, and none comes in. The parent is registered before."""
    closed_when(model, under_closed(_parent(model, field), "OLD"))
    inside(model, field)


def one_at_a_time(model: type[models.Model], *fields: str, where: str = "") -> None:
    """Of the current rows of a dated fact with the same values of `fields`, one holds on any day.

    The first field links to whose fact it is. `where`: SQL on OLD for the rows that are meant. The
    table is registered before; KeyError otherwise.
    """
    columns = tuple(str(model._meta.get_field(name).column) for name in fields)  # type: ignore[union-attr]
    above: Any = model._meta.get_field(fields[0]).related_model
    holder = Holder(columns, above._meta.db_table, above._meta.pk.column, where)
    register(replace(_locks[model._meta.db_table], one_at_a_time=holder))


def _parent(model: type[models.Model], field: str, closed: str = "") -> Parent:
    link: Any = model._meta.get_field(field)
    above = link.related_model._meta
    return Parent(
        column=link.column,
        table=above.db_table,
        key=above.pk.column,
        closed_when=closed or _locks[above.db_table].closed_when,
    )


def registered() -> list[Lock]:
    return [_locks[name] for name in sorted(_locks)]


# ---- into the database and out of it ------------------------------------------------------------


def wanted(connection: Any) -> dict[str, Trigger]:
    """The triggers that the register puts into this database, by name."""
    tables = set(connection.introspection.table_names())
    if "audit_lockoverride" not in tables:
        return {}
    locks = (lock for lock in registered() if lock.table in tables)
    return {trigger.name: trigger for lock in locks for trigger in triggers_of(lock, connection)}


def drop_locks(connection: Any) -> None:
    there = present(connection)
    with connection.cursor() as cursor:
        for name, trigger in there.items():
            on = "" if connection.vendor == "sqlite" else f' ON "{trigger.table}"'
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')


def create_locks(connection: Any) -> None:
    """Make the triggers of the database those of the register."""
    drop_locks(connection)
    with connection.cursor() as cursor:
        for trigger in wanted(connection).values():
            for statement in trigger.statements:
                cursor.execute(statement)


def before_migrate(sender: Any, using: str, **_kwargs: Any) -> None:
    if sender.label == "audit":
        drop_locks(connections[using])


def after_migrate(sender: Any, using: str, **_kwargs: Any) -> None:
    """Runs once per app; the last app's call leaves every lock in place, and shut."""
    if sender.label != last_app():
        return
    create_locks(connections[using])
    if "audit_lockoverride" in connections[using].introspection.table_names():
        shut(using)


def last_app() -> str:
    """The label of the last app that has models: migrate signals it last."""
    return [config.label for config in apps.get_app_configs() if config.models_module is not None][-1]


# ---- lifting the locks --------------------------------------------------------------------------


@contextmanager
def opened(why: str, *, actor: Any) -> Iterator[None]:
    """Lift the locks for this transaction until the block ends; who and why are logged.

    For reopening, redaction, purge and restore only. The row that lifts them is deleted at the end,
    or rolled back with the block; the database refuses to commit it (see LockOverride).
    Raises ValueError without a reason.
    """
    from portal.audit.log import record
    from portal.audit.models import LockOverride

    if not why.strip():
        raise ValueError("Closed records are opened for a stated reason.")
    with transaction.atomic():
        override = LockOverride.objects.create(why=why)
        record("portal.locks.opened", override, actor=actor, why=why)
        yield
        LockOverride.objects.filter(pk=override.pk).delete()


def shut(using: str = "default") -> int:
    """Delete overrides that somebody left, and say so in the log. Returns how many there were.

    Only SQL past the portal can leave one: on SQLite, from a connection without foreign keys.
    """
    rows = apps.get_model("audit", "LockOverride")._default_manager.using(using)
    left = list(rows.order_by("pk"))
    for row in left:
        log.error("The locks of the database stood open (%s); they are shut again.", row.why)
    rows.filter(pk__in=[row.pk for row in left]).delete()
    return len(left)


def is_lock_error(error: BaseException) -> bool:
    """Did a lock refuse this statement?"""
    return isinstance(error, DatabaseError) and (MESSAGE in str(error) or is_second_holder(error))


def is_second_holder(error: BaseException) -> bool:
    """Was the statement refused because another row holds on some of the same days?"""
    return isinstance(error, DatabaseError) and ONE_AT_A_TIME in str(error)


# ---- the check ----------------------------------------------------------------------------------


def check_locks(
    *, app_configs: Any = None, databases: Any = None, **_kwargs: Any
) -> list[checks.CheckMessage]:
    """The triggers in the database are, word for word, those of the register; and none is lifted."""
    return [message for alias in databases or [] for message in _differences(connections[alias])]


def _differences(connection: Any) -> Iterator[checks.CheckMessage]:
    ours, theirs = wanted(connection), present(connection)
    for name in sorted({*ours, *theirs}):
        if name not in theirs:
            yield _error(f"The lock {name} is missing from the database.", "audit.E001")
        elif name not in ours:
            yield _error(f"The lock {name} in the database is not one of the register's.", "audit.E002")
        elif ours[name].shown != theirs[name].shown:
            yield _error(f"The lock {name} in the database is not as the register makes it.", "audit.E003")
    if ours:
        with connection.cursor() as cursor:
            cursor.execute("SELECT why FROM audit_lockoverride ORDER BY id")
            for (why,) in cursor.fetchall():
                yield _error(f"The locks of the database stand open: {why}", "audit.E004")


def _error(text: str, code: str) -> checks.Error:
    return checks.Error(text, id=code, hint="Run migrate.")
