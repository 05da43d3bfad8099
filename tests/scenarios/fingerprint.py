"""What the database holds, so that a step can be shown to have changed nothing."""

import hashlib
from typing import Any

from django.db import connection

type Fingerprint = dict[str, str]


def fingerprint() -> Fingerprint:
    """A hash of the rows of each table."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        return {table: _hash(cursor, table) for table in tables}


def _hash(cursor: Any, table: str) -> str:
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
    digest = hashlib.sha256()
    for row in sorted(map(repr, cursor.fetchall())):
        digest.update(row.encode())
    return digest.hexdigest()


def changed_tables(before: Fingerprint) -> list[str]:
    """The tables that hold something else than before."""
    now = fingerprint()
    return sorted(table for table in now if now[table] != before.get(table))
