"""Two workers and a use case at the same time, on PostgreSQL: nothing sent twice, nothing left behind."""

import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from portal.jobs import queue
from portal.jobs.models import Job
from portal.jobs.queue import ask, run_job
from portal.notices import kinds
from portal.notices import plan as planning
from portal.notices.deliver import deliver, deliver_waiting
from portal.notices.going_live import set_mode
from portal.notices.kinds import register_kind
from portal.notices.models import Message, Notice, Told
from portal.notices.notify import notify
from portal.people.organization.supervision import OrgChart
from portal.standing.alerts.scan import run_alerts
from portal.standing.models import LadderStage
from tests.cast import Cast, by, make_cast
from tests.standing.rules import make_requirement

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
KIND = "test-thing"
TODAY = date(2026, 11, 24)


@pytest.fixture
def cast() -> Cast:
    return make_cast(TODAY)


@pytest.fixture(autouse=True)
def _kind() -> Iterator[None]:
    register_kind(KIND, "A thing to do")
    yield
    kinds._kinds.pop(KIND)


def all_at_once(*acts: Callable[[], object]) -> None:
    start = threading.Barrier(len(acts))
    errors: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(10)
            act()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []


def test_four_workers_send_each_message_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in range(40):
        notice = notify(cast.dana, kind=KIND, key=str(key), subject="x", send=False)
        message = Message.objects.create(recipient=cast.dana)
        Told.objects.create(notice=notice, person=cast.dana, message=message)
    set_mode("live", on=TODAY, by=by(cast.hana))
    sent: list[str] = []
    monkeypatch.setattr(
        "portal.notices.deliver.send", lambda letter: sent.append(letter.extra_headers["Message-ID"])
    )
    all_at_once(*[deliver_waiting] * 4)
    assert len(sent) == len(set(sent)) == 40


def test_what_is_owed_while_a_worker_takes_the_message_is_not_left_behind(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planner has found the waiting message: the worker must not send it without the new notice."""
    set_mode("held", on=TODAY, by=by(cast.hana))
    notify(cast.dana, kind=KIND, key="first", subject="First")
    planning.plan_messages(timezone.now(), TODAY)
    notify(cast.dana, kind=KIND, key="second", subject="Second", urgent=True)
    set_mode("live", on=TODAY, by=by(cast.hana))
    found, go_on, find = threading.Event(), threading.Event(), planning._waiting

    def find_slowly(*people: Any) -> Any:
        messages = find(*people)
        found.set()
        go_on.wait(10)
        return messages

    def worker() -> None:
        assert found.wait(10)
        for pk in Message.objects.values_list("pk", flat=True):
            deliver(pk, OrgChart(TODAY))
        go_on.set()

    monkeypatch.setattr(planning, "_waiting", find_slowly)
    all_at_once(lambda: planning.plan_messages(timezone.now(), TODAY), worker)
    deliver_waiting()
    assert Message.objects.exclude(state=Message.State.SENT).count() == 0
    letters = "".join(str(letter.body) for letter in mail.outbox)
    assert "First" in letters
    assert "Second" in letters


def test_two_scans_at_once_tell_each_stage_once(cast: Cast) -> None:
    make_requirement("hipaa")
    all_at_once(lambda: run_alerts(TODAY), lambda: run_alerts(TODAY))
    assert Notice.objects.count() == LadderStage.objects.count() > 5


def test_the_same_thing_owed_at_once_is_owed_once(cast: Cast) -> None:
    made: list[Any] = []
    act = lambda: made.append(notify(cast.dana, kind=KIND, key="a", subject="x"))  # noqa: E731
    all_at_once(act, act, act)
    assert len([notice for notice in made if notice]) == Notice.objects.count() == 1


def test_two_workers_run_a_job_once() -> None:
    ran: list[str] = []
    queue.register("test.once", lambda job: ran.append(job.key))
    try:
        with transaction.atomic():
            job = ask("test.once", key="a")
            Job.objects.filter(pk=job.pk).update(not_before=job.not_before - timedelta(seconds=1))
        Job.objects.update(state=Job.State.QUEUED)
        ran.clear()
        all_at_once(*[lambda: run_job(job.pk)] * 4)
    finally:
        queue._handlers.pop("test.once")
    assert ran == ["a"]
