"""allauth's pages and the library's documents: as a visitor, signed in, with a second factor, gone."""

import pytest
from django.core.files.base import ContentFile
from django.urls import get_resolver

from portal.files.models import ContentDocument
from tests.access_table.asking import Asker, differences
from tests.access_table.columns import inside
from tests.access_table.rows import addresses
from tests.access_table.world import World

# By GET and by POST: of a visitor; of Dana, who is signed in; of HR, who has a second factor.
COLUMNS = ("visitor", "dana", "hana")
OWN = "302*/302* 200/200 200/200"
LOOK = "302*/302* 200/405 200/405"
SIGN_IN_AGAIN = "302*/302* again/again again/again"
FOR_ALL = "200/405 200/405 200/405"
NOT_NOW = "302*/302* home/home home/home"
PAGES = {
    "login/": "200/200 200/200 200/200",
    "logout/": "302*/302* 200/302* 200/302*",
    "inactive/": FOR_ALL,
    "signup/": "200/200 home/home home/home",  # closed, and says so
    "reauthenticate/": OWN,
    "email/": SIGN_IN_AGAIN,
    "confirm-email/": FOR_ALL,
    "^confirm-email/(?P<key>[-:\\w]+)/$": "200/404 200/404 200/404",
    "password/change/": OWN,
    "password/set/": "302*/302* 302/302 302/302",  # to the change: they have one
    "password/reset/": "200/200 200/200 200/200",
    "password/reset/done/": FOR_ALL,
    "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "200/200 200/200 200/200",
    "password/reset/key/done/": FOR_ALL,
    "login/code/confirm/": NOT_NOW,
    "2fa/": LOOK,
    "2fa/authenticate/": NOT_NOW,
    "2fa/reauthenticate/": "302*/302* again/again 200/200",
    "2fa/totp/activate/": SIGN_IN_AGAIN,
    "2fa/totp/deactivate/": "302*/302* 404/404 again/again",
    "2fa/recovery-codes/": "302*/302* 404/405 404/405",
    "2fa/recovery-codes/generate/": SIGN_IN_AGAIN,
    "2fa/recovery-codes/download/": "302*/302* 404/404 404/404",
    "2fa/webauthn/": LOOK,
    "2fa/webauthn/add/": SIGN_IN_AGAIN,
    "2fa/webauthn/reauthenticate/": SIGN_IN_AGAIN,
    "2fa/webauthn/keys/<int:pk>/remove/": SIGN_IN_AGAIN,
    "2fa/webauthn/keys/<int:pk>/edit/": SIGN_IN_AGAIN,
    "2fa/webauthn/login/": NOT_NOW,
    "sessions/": "302*/302* 200/302 200/302",
}
# The portal's own, in the table.
ELSEWHERE = {"open/", "open/<str:secret>/", "again/", "session/", "signed-in/"}
KEYS = {"<int:pk>": "1", "(?P<key>[-:\\w]+)": "nokey", "(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)": "1-nokey"}
WORDS = {"/accounts/reauthenticate/": "again", "/accounts/2fa/reauthenticate/": "again", "/": "home"}


def path_of(text: str) -> str:
    for pattern, value in KEYS.items():
        text = text.replace(pattern, value)
    return "/accounts/" + text.strip("^$")


def test_every_page_has_a_row() -> None:
    known = {text.removeprefix("accounts/") for _name, text in addresses(get_resolver())}
    here = {
        text.removeprefix("accounts/") for _name, text in addresses(get_resolver()) if "accounts/" in text
    }
    assert here & known - ELSEWHERE == set(PAGES)


@pytest.mark.parametrize("text", PAGES)
def test_who_gets_which_page(world: World, everybody: dict[str, Asker], text: str) -> None:
    path, got = path_of(text), []
    for column in COLUMNS:
        got.append("/".join(word(everybody[column], method, path) for method in ("get", "post")))
    assert " ".join(got) == PAGES[text]
    assert [everybody[column].ask("get", path) for column in ("ended_auditor", "leaver")] == ["403", "403"]


def word(asker: Asker, method: str, path: str) -> str:
    response = asker.answer(method, path)
    there = response.get("Location", "").partition("?")[0]
    return "302*" if there == "/accounts/login/" else WORDS.get(there, str(response.status_code))


# ---- documents --------------------------------------------------------------------------------


def test_a_document_of_the_library_is_for_whoever_is_signed_in(
    world: World, everybody: dict[str, Asker]
) -> None:
    made = ContentDocument.objects.create(title="Handout", file=ContentFile(b"%PDF-1.7", name="handout.pdf"))
    for method in ("get", "post"):
        assert not differences(everybody, method, made.url, inside("ok"))
    assert not differences(everybody, "get", "/documents/999999/none.pdf", inside("404", visitor="404"))
    assert everybody["dana"].ask("get", "/documents/authenticate_with_password/1/") == "404"


@pytest.mark.parametrize("path", ["/_util/login/", "/_util/authenticate_with_password/1/1/"])
def test_what_wagtail_has_besides_opens_nothing(world: World, everybody: dict[str, Asker], path: str) -> None:
    expected = "302*" if "login" in path else "404"
    assert not differences(everybody, "get", path, inside(expected, visitor=expected))
