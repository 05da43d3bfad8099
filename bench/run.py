"""`make bench`: every row of the table, on SQLite and on PostgreSQL, one process each, with the same data.

ARGS: names of groups of rows (timeline, documents, completion, alerts, pages, others, rule, rebuild), `--copies N`
(84: 10,000 people), `--json FILE`, `--database sqlite` or `postgresql`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

DATABASES = ("sqlite", "postgresql")
LINE = "{:<72} {:>12} {:>12} {:>7} {:>8}  {:<30} {}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="*")
    parser.add_argument("--copies", type=int, default=84)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--database", choices=DATABASES, action="append")
    given = parser.parse_args()
    found = []
    for database in given.database or DATABASES:
        print(f"\n{database}, {given.copies} x 120 people")
        print(LINE.format("row", "figure", "floor", "ratio", "queries", "goal", "met"))
        for row in measured(database, given.copies, given.groups):
            found.append(row)
            print_row(row)
    if given.json:
        given.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def print_row(row: dict[str, Any]) -> None:
    queries = "" if row["queries"] is None else row["queries"]
    figures = (f"{row['figure']:,.1f} {row['unit']}", f"{row['floor']:,.1f}", row["ratio"], queries)
    print(LINE.format(row["name"], *figures, row["goal"], "yes" if row["met"] else "NO"), flush=True)


def measured(database: str, copies: int, groups: list[str]) -> Iterator[dict[str, Any]]:
    """The rows of one database, made for it and dropped afterwards."""
    with made(database) as environment:
        yield from rows_of("bench.measure", [str(copies), *groups], environment)


@contextmanager
def made(database: str) -> Iterator[dict[str, str]]:
    """The environment of a process that finds an empty database of its own; it is dropped afterwards."""
    with tempfile.TemporaryDirectory(prefix="preceptor-bench-") as folder:
        address = f"sqlite:///{folder}/bench.sqlite3" if database == "sqlite" else make_postgresql()
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": address,
            "PRECEPTOR_VAR": folder,
            "DEBUG": "0",
            "PRECEPTOR_DEMO": "1",
        }
        environment.pop("PRECEPTOR_TEST_SERVICES", None)
        try:
            yield environment
        finally:
            if database == "postgresql":
                drop_postgresql(address)


def rows_of(module: str, arguments: list[str], environment: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The rows that the module prints in a process of its own, as they come."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode:
        sys.exit(f"{module} ended with {process.returncode}.")


def make_postgresql() -> str:
    """A database of its own beside the one that DATABASE_URL names."""
    server = os.environ["DATABASE_URL"]
    name = f"preceptor_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server.rpartition('/')[0]}/{name}"


def drop_postgresql(address: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {address.rpartition('/')[2]} WITH (FORCE)")


if __name__ == "__main__":
    main()
