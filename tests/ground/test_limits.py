"""Limits on tries count the client, not the proxy; without the cache the site goes on."""

import logging
import socket
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import Client, RequestFactory
from django.urls import reverse
from kombu.exceptions import OperationalError

from portal import cache as forgiving
from portal import doorbell, limits
from portal.addresses import check_proxies, client_address
from portal.documents.views import CHECKS_PER_MINUTE
from portal.limits import within_limit
from portal.people.accounts.adapters import AccountAdapter
from tests.cast import Cast

PEER = "10.0.0.9"


@pytest.fixture(autouse=True)
def _no_outages() -> Iterator[None]:
    cache.clear()
    yield
    for outage in (forgiving.outage, doorbell.outage, limits.outage):
        outage.forget()


# ---- whose address ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proxies", "heard", "client"),
    [
        (0, None, PEER),
        (0, "203.0.113.7", PEER),
        (0, "1.1.1.1, 203.0.113.7", PEER),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "1.1.1.1, 203.0.113.7", "203.0.113.7"),
        (2, "203.0.113.7, 10.0.0.8", "203.0.113.7"),
        (2, "1.1.1.1, 203.0.113.7, 10.0.0.8", "203.0.113.7"),
        (2, "203.0.113.7", PEER),
        (1, None, PEER),
        (1, "", PEER),
        (1, "unknown", PEER),
        (1, "<script>", PEER),
        (1, "1.1.1.1, ", PEER),
        (1, "203.0.113.7:51234", "203.0.113.7"),
        (1, "[2001:db8::7]:51234", "2001:db8::7"),
        (1, "2001:DB8:0::7", "2001:db8::7"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_the_client_is_who_the_outermost_trusted_proxy_heard(
    settings: Any, proxies: int, heard: str | None, client: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {} if heard is None else {"X-Forwarded-For": heard}
    request = RequestFactory().get("/", REMOTE_ADDR=PEER, headers=headers)
    assert client_address(request) == client
    assert AccountAdapter(request).get_client_ip(request) == client


def test_production_without_a_count_of_its_proxies_is_warned(settings: Any) -> None:
    settings.PRODUCTION = True
    assert [warning.id for warning in check_proxies(None)] == ["preceptor.W001"]
    settings.TRUSTED_PROXIES = 1
    assert check_proxies(None) == []


def test_a_connection_through_a_socket_file_is_this_machine() -> None:
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) == "127.0.0.1"


# ---- counting ---------------------------------------------------------------------------------


def test_so_many_tries_and_no_more_until_the_time_is_over() -> None:
    tries = [within_limit("door", PEER, times=3, seconds=1) for _n in range(5)]
    assert tries == [True, True, True, False, False]
    assert within_limit("door", "10.0.0.10", times=3, seconds=1)
    assert within_limit("other-door", PEER, times=3, seconds=1)
    time.sleep(1.1)
    assert within_limit("door", PEER, times=3, seconds=1)


def test_a_household_of_ipv6_addresses_counts_as_one() -> None:
    assert within_limit("door", "2001:db8:1:2::1", times=1, seconds=60)
    assert not within_limit("door", "2001:db8:1:2:ffff::2", times=1, seconds=60)
    assert within_limit("door", "2001:db8:1:3::1", times=1, seconds=60)


def test_the_file_cache_of_the_demo_counts_too(settings: Any, tmp_path: Any) -> None:
    backend = "django.core.cache.backends.filebased.FileBasedCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": tmp_path / "cache"}}
    assert [within_limit("door", PEER, times=2, seconds=1) for _n in range(3)] == [True, True, False]
    time.sleep(1.1)
    assert within_limit("door", PEER, times=2, seconds=1)


def test_a_cache_that_fails_lets_pass_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(type(caches["default"]), "get", broken)
    assert all(within_limit("door", PEER, times=1, seconds=60) for _n in range(5))
    assert caplog.text.count("disk full") == 1


# ---- the doors --------------------------------------------------------------------------------


def codes(client: Client, forwarded: str) -> str:
    answer = client.post(
        reverse("open_by_code"),
        {"employee_number": "hv9999", "code": "wrong-code"},
        headers={"X-Forwarded-For": forwarded},
    )
    return answer.content.decode()


def test_wrong_codes_are_counted_per_client_and_a_forged_header_does_not_help(
    settings: Any, client: Client, db: Any
) -> None:
    settings.TRUSTED_PROXIES = 1
    for n in range(7):
        page = codes(client, f"1.1.1.{n}, 203.0.113.7")
    assert "Too many tries" in page
    assert "Too many tries" not in codes(client, "203.0.113.8")


def test_the_public_check_is_slowed_down(client: Client, db: Any) -> None:
    address = reverse("documents:check", args=["0" * 16])
    answers = [client.get(address) for _n in range(CHECKS_PER_MINUTE + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {404}
    assert answers[-1].status_code == 429
    assert answers[-1]["Retry-After"] == "60"
    assert "Wait a minute" in answers[-1].content.decode()


# ---- Redis down -------------------------------------------------------------------------------


@pytest.fixture(params=["refuses", "hangs"])
def dead_redis(request: Any, settings: Any) -> Iterator[str]:
    """An address where nobody listens, or where somebody does and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if request.param == "hangs":
            server.listen()
        url = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        settings.CACHES = {"default": {"BACKEND": "portal.cache.ForgivingRedisCache", "LOCATION": url}}
        yield url


def test_without_redis_nothing_is_found_and_nothing_fails(
    dead_redis: str, caplog: pytest.LogCaptureFixture
) -> None:
    began = time.monotonic()
    assert cache.get("a", "default") == "default"
    assert cache.add("a", 1)
    cache.set("a", 1)
    assert cache.get_many(["a"]) == {}
    assert cache.set_many({"a": 1}) == ["a"]
    assert not cache.touch("a")
    assert not cache.delete("a")
    assert "a" not in cache
    cache.delete_many(["a"])
    cache.clear()
    assert cache.get_or_set("a", 5) == 5
    with pytest.raises(ValueError, match="does not answer"):
        cache.incr("a")
    assert all(within_limit("door", PEER, times=1, seconds=60) for _n in range(3))
    assert time.monotonic() - began < 2
    assert caplog.text.count("The cache does not answer") == 1


def test_without_redis_people_sign_in(dead_redis: str, settings: Any, cast: Cast, client: Client) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    cast.dana.set_password("a-long-password-7")
    cast.dana.save()
    began = time.monotonic()
    wrong = client.post(reverse("account_login"), {"login": cast.dana.employee_number, "password": "no"})
    assert wrong.status_code == 200
    right = client.post(
        reverse("account_login"), {"login": cast.dana.employee_number, "password": "a-long-password-7"}
    )
    assert right.status_code == 302
    assert client.get(reverse("home"), follow=True).status_code == 200
    assert time.monotonic() - began < 4


def test_sessions_do_not_need_the_cache(settings: Any) -> None:
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"


# ---- the doorbell -----------------------------------------------------------------------------


def test_many_doorbells_of_one_request_wait_once(
    dead_redis: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the options of the settings, as production has them."""
    from celery import Celery

    options = {"visibility_timeout": 3600, "max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 1}
    app = Celery("test", broker=dead_redis, set_as_current=False)
    app.conf.update(broker_transport_options=options, task_ignore_result=True)

    @app.task
    def nothing() -> None: ...

    monkeypatch.setattr(doorbell, "_task", {"nothing": nothing}.__getitem__)
    began = time.monotonic()
    for _n in range(20):
        doorbell.ring_quietly("nothing")
    assert time.monotonic() - began < 2.5
    assert caplog.text.count("The broker took no message") == 1


def test_the_doorbell_rings_again_when_the_outage_is_over(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[Any] = []

    def send(args: Any, **_options: Any) -> None:
        rung.append(args)
        if len(rung) == 1:
            raise OperationalError("down")

    task = SimpleNamespace(name="task", apply_async=send)
    monkeypatch.setattr(doorbell, "_task", {"task": task}.__getitem__)
    with caplog.at_level(logging.WARNING):
        doorbell.ring_quietly("task", 1)
        doorbell.ring_quietly("task", 2)
    assert rung == [(1,)]
    doorbell.outage.until = 0.0
    doorbell.ring_quietly("task", 3)
    assert rung == [(1,), (3,)]
