"""The form of a credential carries its file: nobody chooses a file twice."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from certifications.models import Credential, Period
from portal.files.models import StagedFile
from portal.files.staging import stage_upload
from portal.people.models import Person
from tests.cast import Cast
from tests.certifications.acts import kind, upload

SignIn = Callable[[Person], Client]
ADD = "/credentials/add/"


@pytest.fixture
def card(cast: Cast) -> StagedFile:
    return stage_upload(upload(), sender=cast.dana)


def typed(today: date, **changes: Any) -> dict[str, Any]:
    values = {
        "type": kind().pk,
        "number": "RN-77",
        "issued_on": today,
        "expires_on": today + timedelta(days=30),
    }
    return {**values, **changes}


def test_when_another_field_is_wrong_the_file_is_not_chosen_again(
    cast: Cast, today: date, sign_in: SignIn
) -> None:
    client = sign_in(cast.dana)
    page = client.post(ADD, typed(today, number="", file=upload("my card.jpg")))
    staged = StagedFile.objects.get()
    assert page.context["form"].errors.keys() == {"number"}
    assert f'value="{staged.code}"' in page.content.decode()
    assert "my card.jpg" in page.content.decode()
    assert client.post(ADD, typed(today, **{"file-staged": staged.code})).status_code == 302
    period = Period.objects.get()
    assert period.card is not None
    assert period.card.content.name == staged.path


def test_what_the_use_case_refuses_leaves_the_file_with_the_form(
    cast: Cast, today: date, sign_in: SignIn
) -> None:
    client = sign_in(cast.marcus)
    assert client.post(ADD, typed(today)).status_code == 302
    page = sign_in(cast.dana).post(ADD, typed(today, file=upload()))
    assert page.context["form"].errors.keys() == {"number"}
    staged = StagedFile.objects.get()
    assert staged.claimed_at is None
    assert staged.code in page.content.decode()


def test_a_new_file_replaces_the_staged_one_and_it_can_be_left_out(
    cast: Cast, today: date, sign_in: SignIn, card: StagedFile
) -> None:
    client = sign_in(cast.dana)
    both = {"file-staged": card.code, "file": upload("other.jpg")}
    client.post(ADD, typed(today, **both))
    assert Period.objects.latest("pk").card.name == "other.jpg"  # type: ignore[union-attr]
    without = {"file-staged": card.code, "file-without": "on"}
    client.post(ADD, typed(today, number="RN-78", **without))
    assert Period.objects.latest("pk").card is None


def test_a_photo_taken_now_is_a_file_like_any_other(cast: Cast, today: date, sign_in: SignIn) -> None:
    page = sign_in(cast.dana).get(ADD).content.decode()
    assert 'capture="environment"' in page
    assert "image/*" in page
    sign_in(cast.dana).post(ADD, typed(today, **{"file-photo": upload("image.jpg")}))
    assert Period.objects.get().card is not None


@pytest.mark.parametrize("code", ["", "0" * 16, "x" * 5000, "%27"])
def test_a_code_that_is_none_is_said_at_the_field(
    cast: Cast, today: date, sign_in: SignIn, code: str
) -> None:
    page = sign_in(cast.dana).post(ADD, typed(today, **{"file-staged": code}))
    if not code:
        assert page.status_code == 302
        return
    assert page.context["form"].errors.keys() == {"file"}
    assert not Credential.objects.exists()


def test_a_form_sent_twice_says_that_the_file_was_sent(
    cast: Cast, today: date, sign_in: SignIn, card: StagedFile
) -> None:
    client = sign_in(cast.dana)
    assert client.post(ADD, typed(today, **{"file-staged": card.code})).status_code == 302
    page = client.post(ADD, typed(today, **{"file-staged": card.code}))
    assert "sent already" in str(page.context["form"].errors["file"])
