"""What the workers do: the list, trying again, and how far a job is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.jobs.models import Job
from portal.people.models import Person
from tests.cast import Cast
from tests.cost import cost_of_page

SignIn = Callable[[Person], Client]


def make_job(key: str, **values: Any) -> Job:
    job: Job = Job.objects.create(kind="test.work", key=key, **values)
    return job


def test_a_failed_job_shows_its_error_and_is_tried_again(cast: Cast, sign_in: SignIn) -> None:
    job = make_job("a", state=Job.State.FAILED, last_error="OSError: no disk", attempts=6)
    client = sign_in(cast.hana)
    assert b"no disk" in client.get(reverse("jobs:list")).content
    client.post(reverse("jobs:again", args=[job.pk]))
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.QUEUED, 0)
    assert client.post(reverse("jobs:again", args=[job.pk])).status_code == 404


def test_the_list_can_be_narrowed_to_a_state(cast: Cast, sign_in: SignIn) -> None:
    make_job("finished", state=Job.State.DONE)
    make_job("broken", state=Job.State.FAILED)
    client = sign_in(cast.ilse)
    page = client.get(reverse("jobs:list"), {"state": "failed"}).content
    assert b"broken" in page
    assert b"finished" not in page
    assert b"in this state" in client.get(reverse("jobs:list"), {"state": "running"}).content


@pytest.mark.parametrize("who", ["dana", "renata", "ada", "arthur"])
def test_the_list_is_for_hr_and_site_admins(cast: Cast, sign_in: SignIn, who: str) -> None:
    assert sign_in(getattr(cast, who)).get(reverse("jobs:list")).status_code == 403


def test_progress_is_for_who_asked(cast: Cast, sign_in: SignIn) -> None:
    job = make_job("a", state=Job.State.RUNNING, asked_by=cast.renata, done_steps=3, all_steps=12)
    address = reverse("jobs:progress", args=[job.pk])
    assert sign_in(cast.sam).get(address).status_code == 404
    page = sign_in(cast.renata).get(address).content.decode()
    assert "3 of 12 done" in page
    assert f'hx-get="{address}"' in page
    Job.objects.update(state=Job.State.DONE)
    assert "hx-get" not in sign_in(cast.renata).get(address).content.decode(), "it asks no more"


def test_the_list_costs_the_same_for_many(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.hana)
    for number in range(2):
        make_job(f"first-{number}", asked_by=cast.dana)
    few = cost_of_page(client, reverse("jobs:list"))
    for number, person in enumerate([cast.dana, cast.marcus, cast.sol] * 4):
        make_job(str(number), asked_by=person)
    assert cost_of_page(client, reverse("jobs:list")) == few


def test_a_job_is_called_by_its_name(cast: Cast, sign_in: SignIn) -> None:
    make_job("b")
    Job.objects.create(kind="training.certificate", key="7")
    page = sign_in(cast.hana).get(reverse("jobs:list")).content.decode()
    assert "Certificate of completion" in page
    assert "training.certificate" not in page
    assert "test.work" in page
