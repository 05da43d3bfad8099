"""Is the process alive, and is it ready to work?"""

from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.core.files.storage import storages
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from portal.audit.locks import check_locks
from portal.celery import app
from portal.notices.nobody import lost_notices
from portal.standing.models import AlertRun

# The daily scan may be this late before the site counts as not ready.
ALERT_RUN_MAX_AGE = timedelta(hours=26)


def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(_request: HttpRequest) -> JsonResponse:
    """Database and its locks, broker, storage, notices, the age of the last alert run; 503 when one fails."""
    checks: dict[str, Callable[[], str]] = {
        "database": _database,
        "broker": _broker,
        "storage": _storage,
        "alert_run": _alert_run,
        "locks": _locks,
        "notices": _notices,
    }
    answers = {name: _answer(check) for name, check in checks.items()}
    ready = all(ok for ok, _text in answers.values())
    return JsonResponse(
        {"ready": ready, **{name: text for name, (_ok, text) in answers.items()}},
        status=200 if ready else 503,
    )


def _answer(check: Callable[[], str]) -> tuple[bool, str]:
    try:
        return True, check()
    except Exception as error:  # Whatever fails, the answer is a name of it, never a 500.
        return False, f"failed: {type(error).__name__}"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _broker() -> str:
    if settings.CELERY_BROKER_URL.startswith("filesystem"):
        # Deleted under a running site, it is made again here as by any message sent.
        probe = settings.BROKER_DIR / "queue" / ".ready"
        probe.parent.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink(missing_ok=True)
        return "ok"
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=0, timeout=2)
    return "ok"


def _storage() -> str:
    storages["private"].exists("ready")
    return "ok"


def _locks() -> str:
    if messages := check_locks(databases=["default"]):
        raise RuntimeError(messages[0].msg)
    return "ok"


def _notices() -> str:
    """How many notices reach nobody, for want of a supervisor and HR: told, but no reason to be down."""
    lost = lost_notices().count()
    return f"{lost} reach nobody" if lost else "ok"


def _alert_run() -> str:
    last = AlertRun.objects.filter(finished_at__isnull=False).order_by("-finished_at").first()
    if last is None or last.finished_at is None:
        raise LookupError("no alert run yet")
    age = timezone.now() - last.finished_at
    if age > ALERT_RUN_MAX_AGE:
        raise TimeoutError("the last alert run is too old")
    return f"{int(age.total_seconds())} s ago"


class HealthMiddleware:
    """Answers both addresses before all else: a probe has no host name of ours, and a browser's
    session cookie must not make the answer depend on the database."""

    VIEWS: ClassVar[dict[str, Callable[[HttpRequest], HttpResponse]]] = {
        "/healthz": healthz,
        "/readyz": readyz,
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = self.VIEWS.get(request.path_info, self.get_response)
        return view(request)
