"""What a signed-in person saw is kept by no cache; what a view said itself stands."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portal.people.models import Person
from tests.cast import Cast


@pytest.fixture
def dana(cast: Cast, sign_in: Callable[[Person], Client]) -> Client:
    return sign_in(cast.dana)


@pytest.mark.parametrize("name", ["my_work", "people:list", "evaluations:list", "account_change_password"])
def test_every_page_of_a_signed_in_person_is_private(dana: Client, name: str) -> None:
    answer = dana.get(reverse(name))
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]
    assert "no-store" in answer["Cache-Control"]


def test_so_are_error_pages_redirects_and_exports(
    dana: Client, cast: Cast, sign_in: Callable[[Person], Client]
) -> None:
    for answer in (
        dana.get("/no-such-page/"),
        dana.get(reverse("home")),
        sign_in(cast.renata).get(reverse("team_board_csv")),
    ):
        assert answer["Cache-Control"] == "private, no-store"


def test_a_stranger_leaves_the_header_alone(client: Client, db: None) -> None:
    assert "Cache-Control" not in client.get("/no-such-page/")
    assert "Cache-Control" not in client.get("/healthz")


def test_pages_are_not_kept_by_htmx_in_the_browsers_storage(dana: Client) -> None:
    assert '"historyCacheSize": 0' in dana.get(reverse("my_work")).content.decode()
