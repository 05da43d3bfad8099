"""Rows that many tests begin with are made once and kept below each test's own transaction.

A test that asks for the fixture `catalogue`, `cast` or `course` finds it made; what the test does
to it is taken back by the test's own transaction. Tests are run in the order of what they begin
with, so that a worker makes each of these beginnings once. A test that commits, and one that takes
no part, begins with nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache

from certifications.catalog.load import load_catalogue
from portal.clock import business_today
from tests.cast import Cast, make_cast
from tests.transactions import taken_back

type Make = Callable[[Beginning], object]


class Beginning:
    """What is made below the present test, by the names of the fixtures."""

    def __init__(self) -> None:
        self.makers: dict[str, Make] = {}
        self.made: dict[str, Any] = {}
        self.blocker: Any = None
        self._transaction = ExitStack()

    def share(self, name: str) -> Callable[[Make], Make]:
        """What the function makes is shared, after all that was named before it."""

        def named(make: Make) -> Make:
            self.makers[name] = make
            return make

        return named

    def __getitem__(self, name: str) -> Any:
        """A copy of the rows as they were made: a test may change the objects it holds."""
        return deepcopy(self.made[name])

    def clear(self) -> None:
        if self.made:
            with self.blocker.unblock():
                self._transaction.close()
        self.made = {}

    def make(self, names: tuple[str, ...]) -> None:
        if names == tuple(self.made):
            return
        self.clear()
        if not names:
            return
        with self.blocker.unblock():
            self._transaction.enter_context(taken_back())
            for name in names:
                self.made[name] = None  # What fails half-way is taken back as well.
                self.made[name] = self.makers[name](self)


BEGINNING = Beginning()


@BEGINNING.share("catalogue")
def _catalogue(_made: Beginning) -> None:
    load_catalogue()


@BEGINNING.share("cast")
def _cast(_made: Beginning) -> Cast:
    return make_cast(business_today())


def wanted(item: Any) -> tuple[str, ...]:
    """What the test begins with; nothing, if it commits."""
    names = item.fixturenames
    marker = item.get_closest_marker("django_db")
    if "transactional_db" in names or (marker and marker.kwargs.get("transaction")):
        return ()
    return tuple(name for name in BEGINNING.makers if name in names)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=wanted)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if wanted(item) != tuple(BEGINNING.made):
        BEGINNING.clear()


@pytest.fixture(scope="session")
def beginning(django_db_setup: None, django_db_blocker: Any) -> Iterator[Beginning]:
    BEGINNING.blocker = django_db_blocker
    yield BEGINNING
    BEGINNING.clear()


@pytest.fixture
def begun(request: pytest.FixtureRequest, beginning: Beginning) -> None:
    beginning.make(wanted(request.node))
    cache.clear()  # Nobody has asked too often.


@pytest.fixture
def _django_db_helper(begun: None, _django_db_helper: None) -> None:
    """pytest-django's own, with what is shared made before the test's transaction begins."""


@pytest.fixture
def catalogue(db: None) -> None:
    """The qualifications, issuers and compacts as they are delivered."""
    if "catalogue" not in BEGINNING.made:
        load_catalogue()


@pytest.fixture
def cast(db: None, today: date) -> Cast:
    return BEGINNING["cast"] if "cast" in BEGINNING.made else make_cast(today)
