"""The world is made once for the tests of a file: every request is taken back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from portal.clock import business_today
from tests.access_table.asking import Asker, askers, signed_in
from tests.access_table.world import World, make_world
from tests.cast import make_cast
from tests.transactions import taken_back


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[World]:
    today = business_today()
    with django_db_blocker.unblock(), taken_back():
        yield make_world(make_cast(today), today, tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def everybody(world: World) -> dict[str, Asker]:
    return askers(world.people)


@pytest.fixture(scope="module")
def clients(world: World) -> dict[str, Client]:
    return {name: signed_in(person) for name, person in world.people.items()}
