"""Gunicorn's settings, all of them from the environment."""

import pytest
from gunicorn.app.wsgiapp import WSGIApplication


def settings_of(monkeypatch: pytest.MonkeyPatch, **environment: str) -> dict[str, object]:
    import sys

    for name in ("HOST", "PORT", "WEB_WORKERS", "WEB_THREADS", "KEEP_ALIVE_SECONDS", "GRACEFUL_SECONDS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delitem(sys.modules, "portal.gunicorn", raising=False)
    monkeypatch.setattr(sys, "argv", ["gunicorn", "--config", "python:portal.gunicorn", "portal.wsgi"])
    settings = WSGIApplication().cfg.settings
    names = ("bind", "workers", "threads", "keepalive", "graceful_timeout", "worker_class")
    return {name: settings[name].get() for name in names}


def test_a_clone_runs_with_none_set(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings_of(monkeypatch)
    assert found["bind"] == ["127.0.0.1:8000"]
    # Above the 60 s of the usual proxies: it is the proxy that hangs up.
    assert found["keepalive"] == 75
    assert found["graceful_timeout"] == 30
    assert (found["workers"], found["threads"]) == (2, 4)


def test_each_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings_of(
        monkeypatch, HOST="0.0.0.0", PORT="9000", WEB_WORKERS="5", WEB_THREADS="8", KEEP_ALIVE_SECONDS="120"
    )
    assert found["bind"] == ["0.0.0.0:9000"]
    assert (found["workers"], found["threads"], found["keepalive"]) == (5, 8, 120)
