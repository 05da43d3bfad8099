"""The organization's lock: nobody goes from sharing it to having it alone."""

import contextlib
from collections.abc import Callable

import pytest
from django.db import transaction

from portal.people.employment.clock import make_absence_kind
from portal.people.employment.details import set_home_state
from portal.people.facts.lock import lock_lines, lock_organization, lock_people, lock_teams
from tests.cast import LONG_AGO, Cast

SHARING: list[Callable[[Cast], object]] = [
    lambda cast: lock_people([cast.dana.pk]),
    lambda cast: lock_teams([cast.north.pk]),
    lambda _cast: lock_lines(),
    lambda cast: set_home_state(cast.dana, "CA", on=LONG_AGO, by=None),
]


@pytest.mark.parametrize("share", SHARING, ids=["people", "teams", "lines", "an act"])
@pytest.mark.django_db
def test_nobody_goes_from_shared_to_alone(cast: Cast, share: Callable[[Cast], object]) -> None:
    with transaction.atomic():
        share(cast)
        with pytest.raises(RuntimeError, match="acts on people already"):
            lock_organization()
        with pytest.raises(RuntimeError), transaction.atomic():
            make_absence_kind(code="l", name="Leave", by=None)


@pytest.mark.django_db
def test_alone_first_is_all_there_is(cast: Cast) -> None:
    with transaction.atomic():
        lock_organization()
        lock_people([cast.dana.pk])
        make_absence_kind(code="l", name="Leave", by=None)


@pytest.mark.django_db
def test_what_was_shared_within_a_savepoint_stays_shared_after_it(cast: Cast) -> None:
    with transaction.atomic():
        with transaction.atomic():
            lock_people([cast.dana.pk])
        with pytest.raises(RuntimeError):
            lock_organization()


@pytest.mark.django_db
def test_a_savepoint_that_is_rolled_back_gives_it_back(cast: Cast) -> None:
    with transaction.atomic():
        with contextlib.suppress(LookupError), transaction.atomic():
            lock_people([cast.dana.pk])
            raise LookupError
        lock_organization()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fails", [False, True])
def test_the_next_transaction_knows_nothing_of_it(fails: bool) -> None:
    with contextlib.suppress(LookupError), transaction.atomic():
        lock_people([1])
        if fails:
            raise LookupError
    with transaction.atomic():
        lock_organization()
    with pytest.raises(RuntimeError, match="need a transaction"):
        lock_people([1])
