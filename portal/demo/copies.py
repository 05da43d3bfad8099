"""The demo organization many times over: its rows again, with ids, codes and names of their own.

Each copy shifts the ids of a table by the highest id the originals have in it, so that row 7 of the
evaluations is row 7 + 1 * last in the second organization, 7 + 2 * last in the third. What a table's
columns become follows from the models: keys of copied tables are shifted, keys of shared ones stay;
only the columns in portal.demo.copy_rules differ otherwise.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction

from portal.audit import locks
from portal.demo.copy_rules import RULES, copied_models
from portal.demo.originals import Originals
from portal.people.access.roles import GROUPS
from portal.people.models import Person, Role


@transaction.atomic
def make_copies(organizations: int) -> None:
    """Add so many organizations less one to the one that is there.

    Nothing is computed: where the copies stand and what they were told is copied too.
    """
    copied = copied_models()
    originals = Originals(copied)
    with locks.opened("Copies of the demo organization", actor=None):
        for model in copied:
            if originals.last[model]:
                _copy_table(model, originals, organizations)
    _drop_groups_of_scoped_hr(originals)
    _set_sequences(copied)


def _copy_table(model: type[models.Model], originals: Originals, organizations: int) -> None:
    if model in RULES:
        _copy_row_by_row(model, originals, organizations)
    else:
        _copy_in_one_statement(model, originals, organizations)


def shifting(field: Any, originals: Originals) -> int:
    """By how much this key grows from one organization to the next; 0 for every other column."""
    target = field.model if field.primary_key else field.related_model
    return originals.last.get(target, 0)


# ---- as SQL -----------------------------------------------------------------------------------


def _copy_in_one_statement(model: type[models.Model], originals: Originals, organizations: int) -> None:
    quote = connection.ops.quote_name
    columns, values = [], []
    for field in model._meta.concrete_fields:
        column = quote(str(field.column))
        step = shifting(field, originals)
        columns.append(column)
        values.append(f"was.{column} + copies.n * {step}" if step else f"was.{column}")
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    statement = (  # of names of models alone
        "WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < %s) "  # noqa: S608
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
        f"FROM copies CROSS JOIN {table} AS was WHERE was.{key} <= %s ORDER BY copies.n, was.{key}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [organizations - 1, originals.last[model]])


# ---- row by row -------------------------------------------------------------------------------


def _copy_row_by_row(model: type[models.Model], originals: Originals, organizations: int) -> None:
    """Each original is prepared once; of a copy only what differs is made."""
    quote = connection.ops.quote_name
    fields = model._meta.concrete_fields
    plans = [[_plan(field, row, originals) for field in fields] for row in model._base_manager.order_by("pk")]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608
    with connection.cursor() as cursor:
        for number in range(2, organizations + 1):
            cursor.executemany(statement, list(_rows(plans, number)))


def _rows(plans: list[list[Any]], number: int) -> Iterator[list[Any]]:
    for plan in plans:
        yield [value(number) if callable(value) else value for value in plan]


def _plan(field: Any, row: models.Model, originals: Originals) -> Any:
    """The column's value as the database takes it, or what makes it for an organization's number."""
    rule = RULES[type(row)].get(field.name)
    value = rule(originals, row) if rule else getattr(row, field.attname)
    if callable(value):
        return value if isinstance(value(2), str | int) else _prepared(field, value)
    step = 0 if rule or value is None else shifting(field, originals)
    if step:
        return lambda number: value + (number - 1) * step
    return field.get_db_prep_save(value, connection)


def _prepared(field: Any, make: Callable[[int], Any]) -> Callable[[int], Any]:
    return lambda number: field.get_db_prep_save(make(number), connection)


# ---- afterwards -------------------------------------------------------------------------------


def _drop_groups_of_scoped_hr(originals: Originals) -> None:
    """HR of one organization among several keeps no catalog (portal.people.access.roles.sync_groups)."""
    held = Person.groups.through._default_manager.filter(group__name=GROUPS[Role.HR])
    held.filter(person_id__gt=originals.last[Person]).delete()


def _set_sequences(copied: list[type[models.Model]]) -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), copied):
            cursor.execute(statement)
