"""The test database: migrated once, then copied.

Migrating from zero takes many seconds, for every xdist worker again. So it is done once: on
SQLite into a file under var/ that later runs use too, as long as nothing that migrating depends
on has changed; on PostgreSQL into a database that this run's workers copy, and that goes with it.
A test that commits gets a new copy after it, with all that the migrations put there.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg import sql

from portal.audit import lock_sql, locks
from tests.settings import RUN_DIR

ROOT = Path(settings.BASE_DIR)
CACHE = ROOT / "var" / "test"
PACKAGES = ("portal", "training", "evaluations", "certifications")
A_DAY = 24 * 60 * 60


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """In place of pytest-django's: a copy of the migrated database for this worker."""
    with django_db_blocker.unblock():
        make_copy()
    TransactionTestCase._fixture_teardown = lambda self: make_copy()  # type: ignore[attr-defined]
    yield
    connections.close_all()


def make_copy() -> None:
    """Give this worker a database as the migrations leave it."""
    connections.close_all()
    if connection.vendor == "sqlite":
        copy_sqlite(migrated_sqlite(), Path(settings.DATABASES["default"]["NAME"]))
        return
    own = f"{run_name()}_{Path(settings.VAR_DIR).name}"
    copy_postgresql(migrated_postgresql, own)
    connection.settings_dict["NAME"] = own
    # For the commands that a test starts.
    os.environ["DATABASE_URL"] = database_url(own)


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """The connection leads to this database for the time being: a file, or a name on the server."""
    connections.close_all()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before


# ---- SQLite ---------------------------------------------------------------------------------


def copy_sqlite(template: Path, database: Path) -> None:
    if not database.is_relative_to(RUN_DIR):
        raise pytest.UsageError(f"Tests must not overwrite {database}. Run them with tests.settings.")
    for leftover in database.parent.glob(f"{database.name}-*"):
        leftover.unlink()
    shutil.copyfile(template, database)


@cache
def migrated_sqlite() -> Path:
    """A migrated SQLite file."""
    return template_sqlite(
        "migrated", what_migrating_depends_on(), lambda unfinished: migrate(f"sqlite:///{unfinished}")
    )


def template_sqlite(name: str, digest: str, make: Callable[[Path], object]) -> Path:
    """A file to copy, kept for later runs. Whoever comes first makes it, the others wait and find it."""
    CACHE.mkdir(parents=True, exist_ok=True)
    finished = CACHE / f"{name}-{digest}.sqlite3"
    if finished.exists():
        return finished
    with alone(CACHE / "lock"):
        if not finished.exists():
            for old in CACHE.glob(f"{name}-*"):
                if old.stat().st_mtime < time.time() - A_DAY:
                    old.unlink()
            unfinished = RUN_DIR / finished.name
            make(unfinished)
            shutil.move(unfinished, finished)
    return finished


def what_migrating_depends_on() -> str:
    """A hash of the migrations, ours and others', and of the locks made after them."""
    files = [ROOT / "requirements.lock"]
    for package in PACKAGES:
        files += sorted((ROOT / package).rglob("migrations/*.py"))
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    for lock in locks.registered():
        for trigger in lock_sql.triggers_of(lock, connection):
            digest.update("".join(trigger.statements).encode())
    return digest.hexdigest()[:16]


# ---- PostgreSQL -----------------------------------------------------------------------------


def copy_postgresql(template: Callable[[psycopg.Connection], str], own: str) -> None:
    """A fresh database of that name; `template` makes the one to copy, where it is not there yet."""
    with alone(RUN_DIR / "lock"), maintenance() as server:
        original = template(server)
        drop(server, own)
        create_from(server, own, original)


def create_from(server: psycopg.Connection, name: str, template: str) -> None:
    server.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    )


def migrated_postgresql(server: psycopg.Connection) -> str:
    template = f"{run_name()}_migrated"
    if template not in databases(server):
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(template)))
        migrate(database_url(template))
    return template


def run_name() -> str:
    """One name per run, which begins with our prefix: databases of others are never touched."""
    return f"test_{RUN_DIR.name.replace('-', '_').lower()}"


def database_url(name: str) -> str:
    return urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()


def maintenance() -> psycopg.Connection:
    return psycopg.connect(settings.DATABASE_URL, autocommit=True)


def databases(server: psycopg.Connection) -> list[str]:
    return [name for (name,) in server.execute("SELECT datname FROM pg_database")]


def drop(server: psycopg.Connection, name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


# ---- both -----------------------------------------------------------------------------------


def migrate(url: str) -> None:
    """In a process of its own, so that nothing of it lingers in this one."""
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise pytest.UsageError(f"Migrating the test database failed.\n{done.stdout}{done.stderr}")


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """One process at a time; the lock of a process that dies goes with it."""
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run's last act, by the process that began it: leave nothing behind."""
    if not hasattr(config, "workerinput"):
        clean_up()


def clean_up() -> None:
    """Drop and remove all that this run made."""
    if connection.vendor == "postgresql":
        connections.close_all()
        with maintenance() as server:
            for name in databases(server):
                if name.startswith(run_name()):
                    drop(server, name)
    shutil.rmtree(RUN_DIR, ignore_errors=True)
