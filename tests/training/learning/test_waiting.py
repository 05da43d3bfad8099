"""Two windows on one question, and a page that waits for a certificate."""

from collections.abc import Callable
from datetime import date

from django.test import Client
from django.urls import reverse

from portal.jobs.models import Job
from portal.people.models import Person
from tests.cast import Cast
from tests.training.conftest import answer_all, read_all, right_choices, wrong_choices
from training.assessment.take import questions_of, start_sitting, submit
from training.completion.complete import CERTIFICATE_JOB
from training.learning.start import start
from training.models import Certificate, CoursePage

type SignIn = Callable[[Person], Client]


def test_two_windows_on_one_question_write_over_nothing(
    course: CoursePage, cast: Cast, sign_in: SignIn, today: date
) -> None:
    """Who only goes on leaves the newer answer; who chose otherwise is shown both."""
    sitting = start_sitting(read_all(start(cast.dana, course), today))
    question = questions_of(sitting.attempt)[sitting.order[0]]
    client, address = sign_in(cast.dana), reverse("training:question", args=[sitting.attempt_id, 1, 1])
    right, wrong = right_choices(question), wrong_choices(question)
    first = client.post(address, {"choice": right, "revision": ""}, headers={"X-Autosave": "1"})
    assert first.headers["X-Revision"] == ",".join(sorted(right))
    assert client.post(address, {"revision": "", "then": "next"}).status_code == 302
    assert sitting.answers.get(question=question["id"]).chosen == sorted(right)
    by_itself = client.post(address, {"choice": wrong, "revision": ""}, headers={"X-Autosave": "1"})
    assert by_itself.status_code == 409
    page = client.post(address, {"choice": wrong, "revision": ""})
    assert page.status_code == 409
    assert "You had chosen here" in page.content.decode()
    assert f'name="revision" value="{first.headers["X-Revision"]}"' in page.content.decode()
    assert client.post(address, {"choice": wrong, "revision": first.headers["X-Revision"]}).status_code == 302
    assert sitting.answers.get(question=question["id"]).chosen == sorted(wrong)


def test_asking_for_a_certificate_ends_when_its_job_failed(
    course: CoursePage, cast: Cast, sign_in: SignIn, today: date
) -> None:
    attempt = read_all(start(cast.dana, course), today)
    submit(answer_all(attempt), on=today)
    Certificate.objects.update(file=None)
    client, address = sign_in(cast.dana), reverse("training:completed", args=[attempt.pk])
    Job.objects.filter(kind=CERTIFICATE_JOB).update(state=Job.State.RUNNING)
    assert "every 2s" in client.get(address).content.decode()
    Job.objects.filter(kind=CERTIFICATE_JOB).update(state=Job.State.FAILED)
    shown = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "every 2s" not in shown
    assert "could not be made yet" in shown
