"""Fixtures every test may use. The people are in tests/cast.py."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from portal.clock import business_today
from portal.people.access.viewer import Viewer
from portal.people.models import Person

pytest_plugins = ["tests.network", "tests.database", "tests.shared", "tests.decoding"]


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
