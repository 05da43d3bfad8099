"""A transaction around what is made for several tests: as that of a test, it is not one act's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction


@contextmanager
def taken_back() -> Iterator[None]:
    """What is done in the block is taken back in the end. Each transaction inside is one of its own.

    As in a test of Django's: locks that nobody takes after others belong to those inside.
    """
    block: Any = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)
