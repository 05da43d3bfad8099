"""A parent that closes while a row comes in under it, on PostgreSQL: one of the two waits."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from evaluations.models import Answer, Part
from portal.audit.locks import is_lock_error
from tests.audit.rows import make
from tests.services.test_two_connections import in_thread


def closes(part: Any) -> None:
    Part.objects.filter(pk=part.pk).update(closed_at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_a_row_that_waits_for_its_parent_finds_it_closed() -> None:
    part: Any = make(Part)
    inside, go_on, refused = threading.Event(), threading.Event(), []

    def close() -> None:
        with transaction.atomic():
            closes(part)
            inside.set()
            go_on.wait(5)

    def come_in() -> None:
        try:
            make(Answer, part=part)
        except IntegrityError as error:
            refused.append(is_lock_error(error))

    closing = in_thread(close)
    assert inside.wait(5)
    late = in_thread(come_in)
    late.join(0.5)
    assert late.is_alive(), "it waits for the parent"
    go_on.set()
    closing.join(10)
    late.join(10)
    assert refused == [True]
    assert not Answer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_parent_does_not_close_while_a_row_comes_in() -> None:
    part: Any = make(Part)
    inside, go_on = threading.Event(), threading.Event()

    def come_in() -> None:
        with transaction.atomic():
            make(Answer, part=part)
            inside.set()
            go_on.wait(5)

    coming = in_thread(come_in)
    assert inside.wait(5)
    closing = in_thread(lambda: closes(part))
    closing.join(0.5)
    assert closing.is_alive(), "it waits for the row"
    go_on.set()
    coming.join(10)
    closing.join(10)
    assert Answer.objects.filter(part__closed_at__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_no_other_session_is_let_in_by_an_override() -> None:
    from portal.audit import locks

    answer: Any = make(Answer)
    Answer.objects.filter(pk=answer.pk).update(closed_at=timezone.now())
    refused = []

    def change() -> None:
        try:
            Answer.objects.filter(pk=answer.pk).update(text="other")
        except IntegrityError as error:
            refused.append(is_lock_error(error))
        finally:
            connection.close()

    with transaction.atomic(), locks.opened("for a test", actor=None):
        in_thread(change).join(10)
    assert refused == [True]
