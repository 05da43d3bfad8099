"""An author at work in the back office."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.home.groups import ensure_groups
from portal.people.access.roles import sync_groups
from portal.people.models import Person
from tests.cast import Cast
from training.models import CourseIndexPage


@pytest.fixture
def author(cast: Cast, index: CourseIndexPage, sign_in: Callable[[Person], Client], today: Any) -> Client:
    ensure_groups(index)
    sync_groups(cast.arthur, today)
    return sign_in(cast.arthur)


@pytest.fixture
def admin(author: Client, cast: Cast, settings: Any) -> Client:
    """Who may do anything in the back office."""
    settings.SECOND_FACTOR_ROLES = frozenset()
    cast.arthur.is_superuser = True
    cast.arthur.save()
    return author
