"""More tries are given with a reason, by the supervisor or HR; nobody is blocked for ever."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from portal.errors import NotAllowed, Refused
from portal.notices.models import Notice
from portal.people.errors import OwnRecord
from portal.people.facts.taking_back import withdraw
from portal.people.models import Person
from tests.cast import Cast, by
from tests.training.conftest import MakeCourse, answer_all, course_data, read_all
from training.assessment.take import start_sitting, submit
from training.assessment.tries import GRANTED, grant_tries, is_out, tries_left
from training.learning.leaving import OUT_OF_TRIES
from training.learning.start import start, start_over
from training.models import Attempt, Completion, MoreTries

type SignIn = Callable[[Person], Client]


@pytest.fixture
def attempt(make_course: MakeCourse, cast: Cast, today: date) -> Attempt:
    """Dana's, with one try allowed, used in vain."""
    quiz = {**course_data()["assessment"], "tries_allowed": 1}
    made = read_all(start(cast.dana, make_course("limited", assessment=quiz)), today)
    submit(answer_all(made, wrong=3), on=today)
    return made


def give(attempt: Attempt, who: Person, on: date, tries: int = 1, reason: str = "She was ill") -> MoreTries:
    return grant_tries(attempt, tries=tries, reason=reason, on=on, by=by(who))


def test_the_supervisor_is_asked_when_no_try_is_left(attempt: Attempt, cast: Cast) -> None:
    notice = Notice.objects.get(kind=OUT_OF_TRIES)
    assert (notice.role, notice.about, notice.url) == ("supervisor", cast.dana, f"/learn/{attempt.pk}/tries/")
    assert "percent" not in notice.subject + notice.body


def test_with_one_more_try_it_goes_on(attempt: Attempt, cast: Cast, today: date) -> None:
    with pytest.raises(Refused, match="No try is left"):
        start_sitting(attempt)
    give(attempt, cast.renata, today)
    assert not Notice.objects.open().filter(kind=OUT_OF_TRIES).exists()
    assert Notice.objects.get(kind=GRANTED, recipient=cast.dana).subject.startswith("You have one more try")
    assert submit(answer_all(attempt), on=today).passed
    assert Completion.objects.filter(person=cast.dana).exists()


def test_when_that_was_in_vain_too_the_supervisor_is_asked_again(
    attempt: Attempt, cast: Cast, today: date
) -> None:
    give(attempt, cast.hana, today)
    submit(answer_all(attempt, wrong=3), on=today)
    assert is_out(attempt)
    assert Notice.objects.open().filter(kind=OUT_OF_TRIES).count() == 1


@pytest.mark.parametrize("name", ["marcus", "sol", "sam", "ada", "arthur", "ilse"])
def test_others_give_none(attempt: Attempt, cast: Cast, today: date, name: str) -> None:
    with pytest.raises(NotAllowed):
        give(attempt, getattr(cast, name), today)


def test_nobody_gives_themselves_any(make_course: MakeCourse, cast: Cast, today: date) -> None:
    quiz = {**course_data()["assessment"], "tries_allowed": 1}
    own = start(cast.hana, make_course("limited", assessment=quiz))
    with pytest.raises(OwnRecord):
        give(own, cast.hana, today)


@pytest.mark.parametrize(
    ("tries", "reason", "words"), [(1, " ", "Say why"), (0, "x", "1 to 10"), (11, "x", "1 to")]
)
def test_a_reason_and_a_sensible_number_are_needed(
    attempt: Attempt, cast: Cast, today: date, tries: int, reason: str, words: str
) -> None:
    with pytest.raises(Refused, match=words):
        give(attempt, cast.hana, today, tries, reason)


def test_where_nobody_is_limited_none_are_given(make_course: MakeCourse, cast: Cast, today: date) -> None:
    with pytest.raises(Refused, match="as often as needed"):
        give(start(cast.dana, make_course("free")), cast.hana, today)


def test_it_is_taken_back_like_every_act(attempt: Attempt, cast: Cast, today: date) -> None:
    row = give(attempt, cast.renata, today)
    assert tries_left(attempt, 1) == 1
    assert row.inserted_in is not None
    withdraw(row.inserted_in, reason="The wrong person", by=by(cast.hana))
    assert tries_left(attempt, 1) == 0
    assert Notice.objects.open().filter(kind=OUT_OF_TRIES).exists()
    assert not Notice.objects.open().filter(kind=GRANTED).exists()


def test_it_is_closed_in_the_database(attempt: Attempt, cast: Cast, today: date) -> None:
    row = give(attempt, cast.renata, today)
    with pytest.raises(IntegrityError), transaction.atomic():
        MoreTries.objects.filter(pk=row.pk).update(tries=9)


def test_going_on_in_a_newer_edition_settles_what_was_asked(
    attempt: Attempt, cast: Cast, today: date
) -> None:
    from tests.training.authoring.test_withdraw import next_edition

    next_edition(attempt.course, cast, today)
    start_over(attempt)
    assert not Notice.objects.open().filter(kind=OUT_OF_TRIES).exists()


# ---- pages ------------------------------------------------------------------------------------


def page(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_supervisor_gives_them_from_the_persons_page(
    attempt: Attempt, cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.renata)
    detail = page(client.get(reverse("people:detail", args=[cast.dana.pk])))
    assert "1 of 1 try used" in detail
    address = reverse("training:tries", args=[attempt.pk])
    assert address in detail
    assert "No try is left" in page(client.get(address))
    assert client.post(address, {"tries": "", "reason": ""}).status_code == 422
    response = client.post(address, {"tries": "2", "reason": "She was ill"}, follow=True)
    assert "2 more tries given." in page(response)
    assert "1 of 3 tries used" in page(response)


def test_the_learner_reads_what_happens_next(attempt: Attempt, cast: Cast, sign_in: SignIn) -> None:
    response = sign_in(cast.dana).get(reverse("training:assessment", args=[attempt.pk]))
    assert "Your supervisor was told and can give you more" in page(response)
