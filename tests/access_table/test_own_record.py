"""Nobody privileged works on their own record: there they get what Dana gets on hers.

The rows are those of the table, about the records of somebody who holds every role that there is.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from portal.clock import business_today
from tests.access_table.asking import Asker, askers, fits
from tests.access_table.rows import TABLE, path_of
from tests.access_table.world import World, make_world
from tests.cast import grant, make_cast
from tests.transactions import taken_back

OWN_RECORD = [name for name, row in TABLE.items() if row.is_about_subject]


@pytest.fixture(scope="module")
def own(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[World]:
    """A world about a supervisor who is HR for everybody, and site admin and author besides."""
    today = business_today()
    with django_db_blocker.unblock(), taken_back():
        folder = tmp_path_factory.mktemp("own")
        made = make_world(make_cast(today), today, folder, subject="hr_lead")
        for role in ("site_admin", "author"):
            grant(made.subject, role)
        yield made


@pytest.fixture(scope="module")
def herself(own: World) -> Asker:
    return askers({"hr_lead": own.subject})["hr_lead"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", OWN_RECORD)
def test_on_the_own_record_no_role_counts(own: World, herself: Asker, name: str, method: str) -> None:
    row = TABLE[name]
    if method not in row.takes:
        return
    expected = row.expected(method)["dana"]
    got = herself.ask(method, path_of(name, own))
    assert fits(expected, got), f"{got}, not {expected}"
