"""What /healthz and /readyz say while a part is missing."""

import shutil
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.test import Client
from django.utils import timezone

from portal.home import health
from portal.people.models import Person
from portal.standing.models import AlertRun
from tests.cast import Cast


@pytest.fixture
def ready(db: Any, today: Any) -> None:
    AlertRun.objects.create(on=today, finished_at=timezone.now())


def test_a_deleted_broker_folder_is_made_again(client: Client, ready: None, settings: Any) -> None:
    if settings.REDIS_URL:
        pytest.skip("Redis is the broker here.")
    shutil.rmtree(settings.BROKER_DIR)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (200, "ok")
    assert list((settings.BROKER_DIR / "queue").iterdir()) == []


def test_a_broker_folder_that_cannot_be_made_is_named(
    client: Client, ready: None, settings: Any, tmp_path: Any
) -> None:
    (tmp_path / "file").touch()
    settings.CELERY_BROKER_URL = "filesystem://localhost"
    settings.BROKER_DIR = tmp_path / "file"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["broker"].startswith("failed: ")
    assert answer.json()["database"] == "ok"


@pytest.mark.parametrize("hangs", [False, True])
def test_a_redis_that_does_not_answer_is_named_within_seconds(
    client: Client, ready: None, settings: Any, monkeypatch: pytest.MonkeyPatch, hangs: bool
) -> None:
    from celery import Celery

    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if hangs:
            server.listen()
        url = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        app = Celery("test", broker=url, set_as_current=False)
        app.conf.broker_transport_options = {
            "max_retries": 0,
            "socket_connect_timeout": 1,
            "socket_timeout": 1,
        }
        settings.CELERY_BROKER_URL = url
        monkeypatch.setattr(health, "app", app)
        began = time.monotonic()
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["broker"].startswith("failed: ")
    assert time.monotonic() - began < 4
    assert client.get("/healthz").status_code == 200


def test_a_database_that_is_down_is_named_whoever_asks(
    cast: Cast, sign_in: Callable[[Person], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(cast.dana)

    def down(*_args: Any, **_kwargs: Any) -> None:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as patched:
        patched.setattr(type(connections["default"]), "cursor", down)
        alive, answer = client.get("/healthz"), client.get("/readyz")
    assert alive.content == b"ok"
    assert answer.status_code == 503
    assert answer.json()["database"] == "failed: OperationalError"
    assert answer.json()["alert_run"] == "failed: OperationalError"


def test_a_probe_may_call_by_number(client: Client, ready: None) -> None:
    for path in ("/healthz", "/readyz"):
        assert client.get(path, headers={"host": "10.1.2.3:8000"}).status_code == 200
    assert client.get("/", headers={"host": "10.1.2.3:8000"}).status_code == 400


@pytest.mark.long
@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_a_site_started_without_its_services_lives_and_is_not_ready(tmp_path: Any, name: str) -> None:
    from tests.stack import Stack

    class Lonely(Stack):
        @property
        def environment(self) -> dict[str, str]:
            url = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
            return {**super().environment, name: url[name]}

    import json
    from urllib.error import HTTPError
    from urllib.request import urlopen

    stack = Lonely(tmp_path / "stack")
    try:
        stack.start("web")
        with pytest.raises(HTTPError) as refused:
            urlopen(f"{stack.url}/readyz", timeout=20)
        assert refused.value.code == 503
        said = json.loads(refused.value.read())
        assert said["broker" if name == "REDIS_URL" else "database"].startswith("failed: ")
    finally:
        stack.stop()
