"""The test suite's own promises: no network, a database of its own, a fresh copy after a commit."""

import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from wagtail.models import Page

from portal.audit.lock_sql import present
from tests.settings import RUN_DIR


def test_a_test_that_reaches_for_the_network_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(pytest.fail.Exception, match=r"example\.org"):
        socket.getaddrinfo("example.org", 443)


def test_this_machine_may_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


@pytest.mark.django_db
def test_files_and_database_are_the_runs_own() -> None:
    assert Path(settings.VAR_DIR).is_relative_to(RUN_DIR)
    name = str(connection.settings_dict["NAME"])
    assert Path(name).is_relative_to(RUN_DIR) if connection.vendor == "sqlite" else name.startswith("test_")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", ["first", "second"])
def test_a_test_that_commits_leaves_what_the_migrations_made(_time: str) -> None:
    """The second time would find nothing, had the first been flushed."""
    assert Page.objects.filter(depth=1).count() == 1
    assert present(connection)
    Page.objects.all().delete()
