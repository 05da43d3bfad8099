"""No test reaches past this machine: a plugin that makes the attempt fail the test."""

import os
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest

_LOCAL = {"", "localhost", "::1", "::", "0.0.0.0"}


def _allowed_hosts() -> set[str]:
    """This machine, and the services that `make test-services` was given."""
    urls = (os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", ""))
    return _LOCAL | {urlsplit(url).hostname or "" for url in urls}


def _host_of(event: str, arguments: tuple[Any, ...]) -> str | None:
    """The host that an audit event of Python's socket module reaches for."""
    if event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""
    else:
        return None
    return host.decode() if isinstance(host, bytes) else host


def refuse_the_network(event: str, arguments: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):
        return
    host = _host_of(event, arguments)
    if host and host not in _allowed_hosts() and not host.startswith("127."):
        pytest.fail(f"A test reached for the network: {host}")


def pytest_configure() -> None:
    sys.addaudithook(refuse_the_network)
