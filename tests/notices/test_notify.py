"""Owing: once per recipient, kind and key; many in one message; as many queries for many as for one."""

from collections.abc import Iterator
from typing import Any

import pytest

from portal.notices import kinds
from portal.notices.deliver import deliver_waiting
from portal.notices.going_live import set_mode
from portal.notices.kinds import register_kind
from portal.notices.models import Notice
from portal.notices.notify import NewNotice, notify, notify_all, settle
from tests.cast import Cast, by, make_person
from tests.cost import cost_of

KIND = "test-thing"


@pytest.fixture(autouse=True)
def _kind() -> Iterator[None]:
    register_kind(KIND, "A thing to do")
    yield
    kinds._kinds.pop(KIND)


def test_the_same_thing_is_owed_once(cast: Cast) -> None:
    assert notify(cast.dana, kind=KIND, key="1", subject="One")
    assert notify(cast.dana, kind=KIND, key="1", subject="One") is None
    assert notify(cast.marcus, kind=KIND, key="1", subject="One")
    assert Notice.objects.count() == 2


def test_a_kind_nobody_registered_is_a_mistake(cast: Cast) -> None:
    with pytest.raises(KeyError):
        notify(cast.dana, kind="typo", key="1", subject="x")


def test_an_unregistered_queue_of_nobody_is_refused_by_the_database(cast: Cast) -> None:
    with pytest.raises(AttributeError):
        notify(role="hr", kind=KIND, key="1", subject="about nobody")


def test_a_queue_is_owed_once_whoever_is_in_it(cast: Cast) -> None:
    assert notify(role="hr", about=cast.dana, kind=KIND, key="1", subject="One")
    assert notify(role="hr", about=cast.dana, kind=KIND, key="1", subject="One") is None
    assert notify(role="supervisor", about=cast.dana, kind=KIND, key="1", subject="One")
    assert notify(role="hr", about=cast.marcus, kind=KIND, key="1", subject="One")
    assert Notice.objects.count() == 3


def test_a_subject_longer_than_its_column_is_cut(cast: Cast) -> None:
    made = notify(cast.dana, kind=KIND, key="1", subject="word " * 200, action="b" * 90)
    assert made
    assert (len(made.subject), made.subject[-1], len(made.action)) == (300, "…", 60)


def test_what_is_settled_leaves_the_inbox_and_is_owed_anew_when_the_reason_comes_back(cast: Cast) -> None:
    notify(cast.dana, kind=KIND, key="a", subject="old")
    assert settle(kind=KIND, key="a") == 1
    assert not Notice.objects.open().exists()
    again = notify(cast.dana, kind=KIND, key="a", subject="new")
    assert again
    assert again.subject == "new"
    assert Notice.objects.open().get() == again


def test_settled_for_one_stays_for_the_other(cast: Cast) -> None:
    notify(cast.dana, kind=KIND, key="a", subject="a")
    notify(cast.marcus, kind=KIND, key="a", subject="a")
    assert settle(kind=KIND, key="a", recipient=cast.dana) == 1
    assert Notice.objects.open().get().recipient == cast.marcus


def test_many_cost_as_much_as_few(cast: Cast, today: Any) -> None:
    def told(letter: str, count: int) -> tuple[int, int]:
        """What it costs to owe them, and to owe them what they are owed already."""
        people = [make_person(letter, str(number), team=None) for number in range(count)]
        rows = [NewNotice(person, KIND, str(key), "x") for person in people for key in range(10)]
        first = cost_of(lambda: notify_all(rows))
        assert Notice.objects.filter(recipient__in=people).count() == len(rows)
        again = cost_of(lambda: notify_all(rows))
        assert notify_all(rows) == []
        return first, again

    assert told("P", 2) == told("Q", 12)


def test_the_doorbell_rings_once_after_the_commit(
    cast: Cast, today: Any, django_capture_on_commit_callbacks: Any, mailoutbox: list[Any]
) -> None:
    set_mode("live", on=today, by=by(cast.hana))
    with django_capture_on_commit_callbacks() as bells:
        for key in "abc":
            notify(cast.dana, kind=KIND, key=key, subject=key)
        assert mailoutbox == []
    assert len(bells) == 1
    bells[0]()
    assert len(mailoutbox) == 1
    assert deliver_waiting() == 0
