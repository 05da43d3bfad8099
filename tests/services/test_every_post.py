"""Every POST address on PostgreSQL, in no transaction but its own.

The other tests run in one that is taken back, which hides what locks rows outside of a transaction.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portal.clock import business_today
from tests.access_table.asking import signed_in
from tests.access_table.filling import filled_in, mark, who_may
from tests.access_table.rows import TABLE, path_of
from tests.access_table.world import World, make_world
from tests.cast import make_cast

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
# What is done stays done: acts on people, which end employments and accounts, come last.
TAKES_POST = sorted(
    # No worker is at work here, which makes the site not ready.
    (name for name, row in TABLE.items() if "post" in row.takes and name != "readyz"),
    key=lambda name: name.startswith("people:"),
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    today: date = business_today()
    return make_world(make_cast(today), today, tmp_path)


def test_no_address_needs_the_transaction_of_a_test(world: World) -> None:
    failed = []
    for name in TAKES_POST:
        who = who_may(TABLE[name])
        person = world.people.get(who, world.cast.hana)
        client, address = signed_in(person, raise_request_exception=False), path_of(name, world)
        data: dict[str, Any] = {**filled_in(client.get(address)), "reason": "Because", **mark(person, name)}
        answer = client.post(address, data)
        if answer.status_code >= 500:
            failed.append(f"{name}: {answer.status_code}")
    assert failed == []


def test_an_evaluation_is_rated_signed_and_shared_by_its_pages(world: World) -> None:
    evaluation = world.evaluation
    client = signed_in(world.cast.renata)
    saved = client.post(f"/evaluations/{evaluation.code}/answers/", {"then": "share"})
    assert saved.status_code in (302, 422)
