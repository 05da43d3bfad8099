"""Jobs: asked for once, taken by one worker, tried again, given up in the open."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from portal import lease as leases
from portal.jobs import queue
from portal.jobs.models import Job
from portal.jobs.queue import ask, lease, report, run_job, try_again
from portal.jobs.tasks import ring
from portal.lease import fail
from tests.cast import Cast, by

KIND = "test.work"
pytestmark = pytest.mark.django_db


@pytest.fixture
def done() -> Iterator[list[str]]:
    """What the handler did, by key. It is registered for the test alone."""
    keys: list[str] = []

    def handle(job: Job) -> dict[str, Any]:
        keys.append(job.key)
        return {"done": job.key}

    queue.register(KIND, handle)
    yield keys
    queue._handlers.pop(KIND)


def fail_with(words: str) -> None:
    def handle(_job: Job) -> None:
        raise ValueError(words)

    queue.register(KIND, handle)


def later(job: Job) -> None:
    """As if the pause before the next try were over."""
    Job.objects.filter(pk=job.pk).update(not_before=timezone.now())


def test_other_arguments_under_the_same_key_are_another_job(done: list[str]) -> None:
    first = ask(KIND, key="a", arguments={"to": 1, "on": "2027-01-01"})
    assert ask(KIND, key="a", arguments={"on": "2027-01-01", "to": 1}) == first
    assert ask(KIND, key="a", arguments={"to": 2, "on": "2027-01-01"}) != first


def test_asked_twice_is_one_job_that_runs_once(
    done: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert ask(KIND, key="a") == ask(KIND, key="a")
    job = Job.objects.get()
    assert (job.state, job.result, done) == (Job.State.DONE, {"done": "a"}, ["a"])


def test_nothing_rings_for_a_transaction_that_failed(
    done: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    @transaction.atomic
    def cause() -> None:
        ask(KIND, key="a")
        raise ZeroDivisionError

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ZeroDivisionError):
        cause()
    assert done == []
    assert not Job.objects.exists()


def test_a_kind_nobody_knows_cannot_be_asked_for() -> None:
    with pytest.raises(KeyError):
        ask("test.unknown", key="a")


def test_two_workers_never_have_the_same_job(done: list[str]) -> None:
    job = ask(KIND, key="a")
    assert lease(job.pk, timezone.now()) is not None
    assert lease(job.pk, timezone.now()) is None
    assert run_job(job.pk) is None
    assert done == []


def test_a_job_whose_worker_died_is_rung_for_again(done: list[str]) -> None:
    job = ask(KIND, key="a")
    lease(job.pk, timezone.now())
    assert ring() == 0
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert ring() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts, done) == (Job.State.DONE, 2, ["a"])


def test_a_job_that_waits_is_found_without_any_message(done: list[str]) -> None:
    """The broker's folder was deleted: the row is there."""
    ask(KIND, key="a")
    assert ring() == 1
    assert done == ["a"]


def test_what_fails_is_tried_later_and_in_the_end_given_up(done: list[str]) -> None:
    fail_with("no disk")
    job = ask(KIND, key="a")
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
    assert job.not_before > timezone.now()
    assert run_job(job.pk) is None, "not before its time"
    for _try in range(Job.MAX_ATTEMPTS - 1):
        later(job)
        run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.FAILED, Job.MAX_ATTEMPTS)
    assert job.last_error == "ValueError: no disk"
    assert ring() == 0


def test_a_job_that_kills_its_workers_is_given_up_too(done: list[str]) -> None:
    job = ask(KIND, key="a")
    for _try in range(Job.MAX_ATTEMPTS):
        assert lease(job.pk, timezone.now())
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "worker died" in job.last_error
    assert done == []


def test_a_worker_that_outlived_its_lease_changes_nothing(done: list[str]) -> None:
    job = ask(KIND, key="a")
    slow = lease(job.pk, timezone.now())
    assert slow
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    run_job(job.pk)
    fail(slow, ValueError("too late"), timezone.now())
    report(slow, 1, 9)
    job.refresh_from_db()
    assert (job.state, job.last_error, job.all_steps) == (Job.State.DONE, "", 0)


def test_progress_keeps_the_lease_alive(done: list[str]) -> None:
    job = ask(KIND, key="a")
    mine = lease(job.pk, timezone.now())
    assert mine
    Job.objects.update(lease_until=timezone.now() + timedelta(seconds=1))
    report(mine, 3, 10)
    job.refresh_from_db()
    assert (job.done_steps, job.all_steps) == (3, 10)
    assert job.lease_until
    assert job.lease_until > timezone.now() + timedelta(minutes=4)


def test_trying_again_is_on_record_and_only_for_what_failed(cast: Cast, done: list[str]) -> None:
    from wagtail.models import ModelLogEntry

    job = ask(KIND, key="a")
    try_again(job, by=by(cast.hana))
    assert not ModelLogEntry.objects.filter(action="jobs.job.tried_again").exists()
    Job.objects.update(state=Job.State.FAILED, attempts=Job.MAX_ATTEMPTS)
    try_again(job, by=by(cast.hana))
    assert ModelLogEntry.objects.get(action="jobs.job.tried_again").user == cast.hana
    run_job(job.pk)
    assert done == ["a"]


def test_long_work_renews_its_lease(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """By another thread: what the work writes in its own transaction, nobody sees before the commit."""
    renewed, beats = threading.Event(), list[datetime]()

    def renew(row: Job, now: datetime) -> bool:
        beats.append(now)
        if len(beats) == 2:
            renewed.set()
        return True

    monkeypatch.setattr(leases, "renew", renew)
    monkeypatch.setattr(Job, "LEASE", timedelta(milliseconds=40))
    queue.register(KIND, lambda _job: {"renewed": renewed.wait(5)})
    job = ask(KIND, key="a")
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.DONE, {"renewed": True})
    number = len(beats)
    time.sleep(0.05)
    assert len(beats) == number, "no longer than the work"


def test_work_that_hangs_keeps_no_lease_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    beats = list[datetime]()
    monkeypatch.setattr(leases, "renew", lambda _row, now: beats.append(now) or True)
    monkeypatch.setattr(Job, "LEASE", timedelta(milliseconds=20))
    job = Job(kind=KIND)
    with leases.kept(job, longest=timedelta(milliseconds=30)):
        time.sleep(0.2)
    assert 1 <= len(beats) <= 6


def test_a_lease_is_renewed_by_who_holds_it(done: list[str]) -> None:
    job = ask(KIND, key="a")
    slow = lease(job.pk, timezone.now())
    assert slow
    assert leases.renew(slow, timezone.now())
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    other = lease(job.pk, timezone.now())
    assert other
    assert not leases.renew(slow, timezone.now() + timedelta(hours=1))
    other.refresh_from_db()
    assert other.lease_until
    assert other.lease_until < timezone.now() + timedelta(minutes=6)


def test_who_is_overtaken_does_not_finish_it(done: list[str]) -> None:
    job = ask(KIND, key="a")

    def overtaken(mine: Job) -> dict[str, str]:
        if mine.attempts == 1:
            Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
            run_job(mine.pk)
        return {"by": str(mine.attempts)}

    queue.register(KIND, overtaken)
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.attempts, job.result) == (2, {"by": "2"})
