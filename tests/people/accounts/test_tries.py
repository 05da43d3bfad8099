"""Wrong codes typed at the same time, on PostgreSQL: each one counts."""

import threading

import pytest
from django.db import connection

from portal.errors import Refused
from portal.people.accounts.tries import FREE, count_try
from portal.people.models import CodeTry

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_parallel_tries_are_all_counted() -> None:
    started, passed = threading.Barrier(12), []

    def guess() -> None:
        started.wait()
        try:
            count_try("e1", "192.0.2.1")
        except Refused:
            pass
        else:
            passed.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == FREE
    assert CodeTry.objects.get().failures == FREE
