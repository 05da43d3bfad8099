"""Fixtures every test may use. The people are in tests/cast.py."""

import gc
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from portal.clock import business_today
from portal.people.access.viewer import Viewer
from portal.people.models import Person

pytest_plugins = ["tests.network", "tests.database", "tests.shared", "tests.decoding"]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: looking through it for garbage finds none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def today() -> date:
    return business_today()


@pytest.fixture
def sign_in() -> Callable[[Person], Client]:
    """A client signed in as the person."""

    def signed_in(person: Person) -> Client:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in


@pytest.fixture
def viewer(today: date) -> Callable[[Person], Viewer]:
    return lambda person: Viewer(person, today)
