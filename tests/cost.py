"""What something costs, in queries: asked at two sizes, what does not grow costs the same."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def cost_of(do: Callable[[], object]) -> int:
    """How many queries it makes."""
    with CaptureQueriesContext(connection) as seen:
        do()
    return len(seen)


def cost_of_page(client: Client, address: str, data: dict[str, Any] | None = None) -> int:
    """How many queries a page makes. It is asked before once: the first look is logged, and fills caches."""

    def look() -> None:
        assert client.get(address, data).status_code == 200

    look()
    return cost_of(look)
