"""What the workers do: the list, trying again, and how far a job is."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluations.documents.render import RENDER
from portal.jobs.models import Job
from portal.jobs.taking_back import TAKE_BACK
from portal.people.facts.batches import open_batch
from portal.people.models import Change, Person
from portal.standing.requirements.job import CHANGE, ask_for_change
from tests.cast import Cast, by
from tests.cost import cost_of_page
from tests.evaluations.acts import close, open_for
from tests.standing.rules import make_draft, make_qualification, make_requirement

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
    make_job("finished", state=Job.State.DONE, result={"refused": "It was finished."})
    make_job("broken", state=Job.State.FAILED, last_error="broken")
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
    assert "Work of another version" in page
    assert "training.certificate" not in page
    assert "test.work" not in page


def test_the_list_says_what_for_whom_how_far_and_what_to_do(cast: Cast, today: date, sign_in: SignIn) -> None:
    evaluation, rule = open_for(cast.dana, cast, today), make_requirement("ethics")
    change = Change.objects.filter(act="requirement").latest("pk")
    batch = open_batch(kind="moves", reason="The wrong list", actor=cast.hana)
    close(evaluation, cast, today)
    ask_for_change(rule, make_draft(make_qualification("course:new"), starts_on=today), by=by(cast.hana))
    for subject in (f"change:{change.pk}", f"batch:{batch.pk}"):
        Job.objects.create(kind=TAKE_BACK, key=subject, arguments={"subject": subject})
    running = {"state": Job.State.RUNNING, "done_steps": 1200, "all_steps": 4000}
    Job.objects.filter(kind=CHANGE).update(**running)
    Job.objects.filter(kind=RENDER).update(state=Job.State.FAILED, attempts=6, last_error="OSError: no disk")
    client = sign_in(cast.hana)
    page = " ".join(client.get(reverse("jobs:list")).content.decode().split())
    for words in (
        "Document of an evaluation",
        "Dana Whitfield, ",
        "Failed, tried 6 times",
        "Try again. If it fails once more, tell a site admin what the details say.",
        "Ethics",
        "Running, 1,200 of 4,000 done",
        "Requirement changed, ",
        "The wrong list",
        "One job failed",
    ):
        assert words in page, words
    assert not re.search(r"\b(change|batch):\d|\b\d+:\d\b(?!\d)|[a-z]+_[a-z]+_[a-z]+:", visible(page))
    few = cost_of_page(client, reverse("jobs:list"))
    for number in range(6):
        for kind, given in (
            (TAKE_BACK, {"subject": f"change:{change.pk}"}),
            (CHANGE, {"requirement": rule.pk}),
        ):
            Job.objects.create(kind=kind, key=f"more-{number}", arguments=given)
    assert cost_of_page(client, reverse("jobs:list")) == few


def visible(page: str) -> str:
    return re.sub(r"<[^>]*>", " ", page[page.index("<main") : page.index("</main>")])


def test_what_waits_for_a_worker_that_is_not_there_says_so(cast: Cast, sign_in: SignIn) -> None:
    make_job("new")
    page = sign_in(cast.ilse).get(reverse("jobs:list")).content.decode()
    assert "Look whether the workers run" not in page
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=30))
    assert "Look whether the workers run" in sign_in(cast.ilse).get(reverse("jobs:list")).content.decode()
    assert "in an hour, tell a site admin" in sign_in(cast.hana).get(reverse("jobs:list")).content.decode()
