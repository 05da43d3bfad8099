"""The rules of now, kept in the process for as long as every row that they are made of is the same."""

from functools import cache

from django.db import connection
from django.db.models import Model

from portal.people.models import TeamPlace
from portal.standing.models import AcceptedQualification, Qualification, Requirement, RequirementVersion
from portal.standing.projection.rules import Rule, load_rules

# What load_rules() reads, and which rows of it.
READ: tuple[tuple[type[Model], str], ...] = (
    (RequirementVersion, '"superseded_at" IS NULL'),
    (Requirement, ""),
    (AcceptedQualification, ""),
    (Qualification, '"id" IN (SELECT "qualification_id" FROM "standing_acceptedqualification")'),
    (TeamPlace, '"superseded_at" IS NULL'),
)

_kept: tuple[str, list[Rule]] | None = None


def rules_of_now() -> list[Rule]:
    """As load_rules(), for reading only. One query where nothing has changed since the last time.

    What is kept is known by the text of all its rows, as this transaction sees them: another process
    may have changed a rule, or one that was changed here may have been rolled back.
    """
    global _kept  # one assignment: threads see the old pair or the new one
    read, kept = rows_as_text(), _kept
    if kept is not None and kept[0] == read:
        return kept[1]
    rules = load_rules()
    # Not where somebody changed them between the statements.
    if rows_as_text() == read:
        _kept = read, rules
    return rules


def rows_as_text() -> str:
    """Every column of every row that load_rules() reads, as one text. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(connection.vendor))
        return "\n".join(part or "" for part in cursor.fetchone())


@cache
def _statement(vendor: str) -> str:
    return f"SELECT {', '.join(_text_of(model, which, vendor) for model, which in READ)}"


def _text_of(model: type[Model], which: str, vendor: str) -> str:
    """The rows in order of id, each as a list in JSON."""
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    where = f" WHERE {which}" if which else ""
    table = f'"{model._meta.db_table}"'
    # Of names of models alone.
    if vendor == "postgresql":
        rows = f"(SELECT {columns} FROM {table}{where}) rows"  # noqa: S608
        return f"(SELECT string_agg(rows::text, ',' ORDER BY \"id\") FROM {rows})"  # noqa: S608
    rows = f'(SELECT {columns} FROM {table}{where} ORDER BY "id")'  # noqa: S608
    return f"(SELECT group_concat(json_array({columns}), ',') FROM {rows})"  # noqa: S608
