"""Of some facts one counts on any day: the database keeps a second one out; on SQLite and on PostgreSQL."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from portal.audit import locks
from portal.audit.lock_sql import Lock
from portal.errors import Stale
from portal.people.facts import days
from portal.people.models import HomeState, PersonName, Position, TeamLead
from tests.audit.rows import make
from tests.audit.test_waiting import answer
from tests.cast import Cast

LOCKS = [lock for lock in locks.registered() if lock.one_at_a_time]
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 20)
BEFORE, AFTER = date(2026, 3, 1), date(2026, 3, 21)


def refuses(act: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            act()
    except IntegrityError as error:
        return locks.is_second_holder(error) and locks.is_lock_error(error)
    return False


def key_of(lock: Lock, row: Any) -> dict[str, Any]:
    """What a second row is given so that it is about the same."""
    assert lock.one_at_a_time
    names = {field.column: field.attname for field in lock.model._meta.concrete_fields}
    return {names[column]: getattr(row, names[column]) for column in lock.one_at_a_time.columns}


def test_what_holds_one_at_a_time() -> None:
    assert {lock.model.__name__ for lock in LOCKS} == {
        "AbsenceKindRule",
        "CompactMembership",
        "Employment",
        "HomeState",
        "PersonName",
        "PersonProfession",
        "Position",
        "TeamLead",
        "TeamPlace",
    }


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.table)
@pytest.mark.django_db
def test_a_second_row_of_the_same_days_is_kept_out(lock: Lock) -> None:
    row: Any = make(lock.model, starts_on=FIRST, last_day=LAST)
    key = key_of(lock, row)
    wrong = [(FIRST, LAST), (LAST, None), (date(2026, 1, 1), FIRST), (date(2026, 1, 1), None), (LAST, LAST)]
    kept_out = [
        refuses(lambda d=pair: make(lock.model, starts_on=d[0], last_day=d[1], **key)) for pair in wrong
    ]
    assert kept_out == [True] * len(wrong)
    for starts_on, last_day in [(date(2026, 1, 1), BEFORE), (AFTER, None)]:
        make(lock.model, starts_on=starts_on, last_day=last_day, **key)
    assert refuses(lambda: make(lock.model, starts_on=date(2030, 1, 1), last_day=None, **key))
    make(lock.model, starts_on=FIRST, last_day=None)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.table)
@pytest.mark.django_db
def test_what_does_not_count_is_in_nobodys_way(lock: Lock) -> None:
    row: Any = make(lock.model, starts_on=FIRST)
    key = key_of(lock, row)
    make(lock.model, starts_on=FIRST, superseded_at=timezone.now(), **key)
    lock.model._default_manager.filter(pk=row.pk).update(superseded_at=timezone.now())
    make(lock.model, starts_on=FIRST, **key)


@pytest.mark.django_db
def test_only_those_that_are_meant_exclude_one_another() -> None:
    row: Any = make(Position, starts_on=FIRST)
    make(Position, starts_on=FIRST, person=row.person, is_primary=False)
    make(Position, starts_on=FIRST, person=row.person, is_primary=False)
    name: Any = make(PersonName, starts_on=FIRST)
    make(PersonName, starts_on=FIRST, person=name.person, kind="preferred")
    lead: Any = make(TeamLead, starts_on=FIRST)
    make(TeamLead, starts_on=FIRST, team=lead.team, acting=True)
    assert refuses(lambda: make(TeamLead, starts_on=FIRST, team=lead.team, acting=True))


@pytest.mark.django_db
def test_two_rows_of_one_statement_exclude_one_another(cast: Cast) -> None:
    two = [HomeState(person=cast.dana, state=state, starts_on=FIRST) for state in ("CA", "TX")]
    assert refuses(lambda: HomeState.objects.bulk_create(two))


@pytest.mark.django_db
def test_an_override_lifts_this_too(cast: Cast) -> None:
    HomeState.objects.create(person=cast.dana, state="CA", starts_on=FIRST)
    with locks.opened("for a test", actor=None):
        HomeState.objects.create(person=cast.dana, state="TX", starts_on=FIRST)


@pytest.mark.django_db
def test_a_lock_of_days_that_is_gone_is_named() -> None:
    name = "preceptor_lock_people_homestate_days"
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON people_homestate"
        cursor.execute(f'DROP TRIGGER "{name}"{on}')
    assert [message.msg.split()[2] for message in locks.check_locks(databases=["default"])] == [name]


@pytest.mark.django_db
def test_it_reaches_people_as_words(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """By an act as Stale; past the acts as a page that says so."""
    from portal.people.employment.details import set_home_state

    set_home_state(cast.dana, "CA", on=FIRST, by=None)
    monkeypatch.setattr(days, "_give_way", lambda *_args: None)
    with pytest.raises(Stale, match="on record for some of these days"), transaction.atomic():
        set_home_state(cast.dana, "TX", on=AFTER, by=None)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        HomeState.objects.create(person=cast.dana, state="TX", starts_on=AFTER)
    response = answer(caught.value)
    assert response.status_code == 409
    assert "on record for some of these days" in response.content.decode()
