"""A change that waits too long for another, or meets a lock, ends in a page that says so."""

import sqlite3
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import RequestFactory

from portal.audit.middleware import DomainErrorMiddleware
from portal.errors import waited_in_vain
from portal.files.models import StoredFile
from tests.audit.rows import make

SQLITE = connection.vendor == "sqlite"


def answer(error: Exception) -> Any:
    request = RequestFactory().post("/")
    request.user = SimpleNamespace(is_authenticated=False)  # type: ignore[assignment]
    return DomainErrorMiddleware(lambda _request: None).process_exception(request, error)  # type: ignore[arg-type, return-value]


def operational_error(cause: Exception) -> OperationalError:
    error = OperationalError(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.django_db
def test_who_waited_in_vain_is_told_to_try_again() -> None:
    class LockNotAvailable(Exception):
        sqlstate = "55P03"

    response = answer(operational_error(LockNotAvailable("canceling statement due to lock timeout")))
    assert response.status_code == 503
    assert "Somebody else is changing this record right now. Try again." in response.content.decode()


def test_a_busy_sqlite_file_is_told_the_same_way(tmp_path: Any) -> None:
    first, second = (sqlite3.connect(tmp_path / "one.db", timeout=0.01) for _i in range(2))
    first.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as caught:
        second.execute("BEGIN IMMEDIATE")
    assert waited_in_vain(operational_error(caught.value))
    with pytest.raises(sqlite3.OperationalError) as caught:
        second.execute("SELECT * FROM nothing")
    assert not waited_in_vain(operational_error(caught.value))
    first.close()
    second.close()


@pytest.mark.django_db
def test_a_lock_of_the_database_is_told_as_a_conflict() -> None:
    row: Any = make(StoredFile)
    with pytest.raises(Exception, match="closed") as caught:
        StoredFile.objects.filter(pk=row.pk).update(name="other")
    assert answer(caught.value).status_code == 409


def test_every_other_error_stays_an_error() -> None:
    assert answer(OperationalError("disk is full")) is None
    assert answer(ValueError()) is None


@pytest.mark.skipif(SQLITE, reason="SQLite has a timeout of its own")
@pytest.mark.django_db
def test_postgresql_ends_what_waits_too_long() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("10s",)
        cursor.execute("SELECT 1")
    assert "lock_timeout" in settings.DATABASES["default"]["OPTIONS"]["options"]
