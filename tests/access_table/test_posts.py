"""The contract of every POST: whatever goes wrong, nothing typed is lost, and nobody sends for another.

Every address of the access table that takes a POST is asked, so a new one is asked by itself (the table
has a row for every address of the resolver). What the browser adds is in tests/browser/test_drafts.py.
"""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.contrib.sessions.models import Session
from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.test import Client
from django.utils import timezone

from portal.errors import Refused, Stale
from portal.people.accounts.sign_in import KEPT_IN_SESSION
from portal.people.models import Person
from portal.ui.posts.kept import Kept
from tests.access_table.asking import signed_in
from tests.access_table.filling import filled_in, forms_on, mark, who_may
from tests.access_table.rows import PUBLIC, TABLE, path_of
from tests.access_table.world import World
from tests.cast import PASSWORD

TYPED = 'Seen in three cases: "calls first" & <writes> later.\nNothing of it was to be lost. Żółw, 🙂.'
SHOWN = html.escape(TYPED)
FIELDS = {"comment": TYPED, "then": "next"}
ORIGIN = {"Origin": "http://testserver"}
TAKES_POST = [name for name, row in TABLE.items() if "post" in row.takes and name.split()[0] != "healthz"]
# Whoever asks: no session is needed, so none is gone.
FOR_ALL = {"theme", "readyz", "open_by_code", "open_account", "session"}
BEHIND_SIGN_IN = [
    name
    for name in TAKES_POST
    if TABLE[name].expect is not PUBLIC and not name.startswith(tuple(FOR_ALL)) and "old_verify" not in name
]
# Passwords, codes and whom they let in: their pages begin anew.
NOT_KEPT = {"readyz", "send_again", "signed_in", "session", "open_by_code", "open_account", "style_guide"}
GIVEN_BACK = [name for name in TAKES_POST if name.split()[0] not in NOT_KEPT]
# Asks for a job, and says so on the same page.
TAKEN_BACK_LATER = "people:batch"
KEPT = [name for name in BEHIND_SIGN_IN if name.split()[0] not in NOT_KEPT]


@pytest.fixture(scope="module")
def clients(world: World) -> dict[str, Client]:
    """Whose errors come back as pages, as in a browser."""
    return {name: signed_in(person, raise_request_exception=False) for name, person in world.people.items()}


def ask(client: Client, address: str, data: Any, **headers: str) -> Any:
    """The answer to a POST, which is taken back."""
    with transaction.atomic():
        answer = client.post(address, data, headers=headers)
        transaction.set_rollback(True)
    return answer


def text_of(answer: Any) -> str:
    return answer.content.decode()


def kept_in(page: str) -> Kept | None:
    found = re.search(r'name="kept" value="([^"]+)"', page)
    return Kept.unseal(found.group(1)) if found else None


# ---- the session has gone ---------------------------------------------------------------------


@pytest.mark.parametrize("name", KEPT)
def test_without_a_session_the_sign_in_page_carries_what_was_typed(world: World, name: str) -> None:
    address, dana = path_of(name, world), world.people["dana"]
    answer = ask(Client(), address, {**FIELDS, **mark(dana)}, Referer="http://testserver/evaluations/?a=1")
    assert answer.status_code == 401
    page = text_of(answer)
    assert SHOWN in page
    assert "You were signed out" in page
    kept = kept_in(page)
    assert kept is not None
    assert (kept.address, kept.back, kept.person) == (address, "/evaluations/?a=1", str(dana.pk))
    assert dict(kept.fields) == FIELDS


@pytest.mark.parametrize("name", KEPT)
def test_without_a_session_a_script_is_told_and_htmx_is_led(world: World, name: str) -> None:
    address, person = path_of(name, world), mark(world.people["dana"])
    for header in ("X-Form", "X-Autosave"):
        answer = ask(Client(), address, {**FIELDS, **person}, **{header: "1"})
        assert (answer.status_code, answer.content) == (401, b"")
    where = {"HX-Request": "true", "HX-Current-URL": "http://testserver/team/?page=2"}
    answer = ask(Client(), address, {**FIELDS, **person}, **where)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fteam%2F%3Fpage%3D2"


@pytest.mark.parametrize("name", KEPT)
def test_a_button_without_a_session_leads_back_to_its_page(world: World, name: str) -> None:
    answer = ask(Client(), path_of(name, world), {}, Referer="http://testserver/learn/")
    assert answer["Location"] == "/accounts/login/?next=%2Flearn%2F"


# ---- the token is old, or the page somebody else's --------------------------------------------


def strict(world: World, who: str) -> Client:
    """A browser whose token was rotated since the page was loaded."""
    client = signed_in(world.people[who], raise_request_exception=False, enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "n" * 32
    return client


@pytest.mark.parametrize("name", GIVEN_BACK)
def test_an_old_token_gives_back_what_was_typed(world: World, name: str) -> None:
    address, who = path_of(name, world), who_may(TABLE[name])
    client, person = strict(world, who), world.people[who]
    old = {**FIELDS, **mark(person), "csrfmiddlewaretoken": "o" * 32}
    answer = ask(client, address, old, **ORIGIN)
    page = text_of(answer)
    assert answer.status_code == 403
    assert SHOWN in page
    assert f'action="{address}"' in page
    assert 'name="then" value="next"' in page
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    again = ask(client, address, {**old, "csrfmiddlewaretoken": token.group(1)}, **ORIGIN)
    assert "open for too long" not in text_of(again), "sent again, it passes"


@pytest.mark.parametrize("name", GIVEN_BACK)
def test_what_another_site_posts_comes_back_to_nobody(world: World, name: str) -> None:
    """Else a page of ours would have a button that sends what a stranger wrote."""
    address, who = path_of(name, world), who_may(TABLE[name])
    forged = {**FIELDS, **mark(world.people[who])}
    others = ({"Origin": "null"}, {"Referer": "http://testserver.elsewhere.example/"}, {})
    for origin in ({"Origin": "https://elsewhere.example"}, *(others if name == "people:add" else ())):
        answer = ask(strict(world, who), address, forged, **origin)
        assert answer.status_code == 403
        assert SHOWN not in text_of(answer)
        assert "Send it again" not in text_of(answer)


@pytest.mark.parametrize("name", [n for n in TAKES_POST if n not in {"readyz"}])
def test_nothing_is_sent_in_another_persons_name(world: World, clients: dict[str, Client], name: str) -> None:
    """A page that stayed open while another person signed in, with the token of now or an old one."""
    address, who = path_of(name, world), who_may(TABLE[name])
    theirs = {**FIELDS, **mark(world.people["marcus"])}
    answer = ask(clients[who], address, theirs)
    assert answer.status_code == 409
    assert answer["X-Trouble"] == "person"
    assert SHOWN not in text_of(answer)
    answer = ask(strict(world, who), address, theirs, **ORIGIN)
    assert SHOWN not in text_of(answer)
    assert answer.status_code in (403, 409)


# ---- refused, overtaken, failed ---------------------------------------------------------------


def views_raise(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def instead(_self: Any, _view: Any) -> Callable[..., Any]:
        def fail(*_args: Any, **_kwargs: Any) -> Any:
            raise error

        return fail

    monkeypatch.setattr(BaseHandler, "make_view_atomic", instead)


@pytest.mark.parametrize(
    ("error", "status"),
    [(Refused("A rule forbids it."), 422), (Stale("Overtaken."), 409), (RuntimeError("a bug"), 500)],
    ids=["refused", "overtaken", "failed"],
)
@pytest.mark.parametrize("name", GIVEN_BACK)
def test_what_no_form_caught_gives_back_what_was_typed(
    world: World,
    clients: dict[str, Client],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    error: Exception,
    status: int,
) -> None:
    address, who = path_of(name, world), who_may(TABLE[name])
    with monkeypatch.context() as patch:
        views_raise(patch, error)
        answer = ask(clients[who], address, {**FIELDS, **mark(world.people[who])})
    page = text_of(answer)
    assert answer.status_code == status
    assert SHOWN in page
    assert f'action="{address}"' in page
    assert "Send it again" in page
    if isinstance(error, Refused):
        assert error.message in page


@pytest.mark.parametrize("name", KEPT)
def test_a_form_that_is_refused_comes_back_with_every_text(
    world: World, clients: dict[str, Client], name: str
) -> None:
    """Its own page, its own rules: each long text alone, everything else missing."""
    address, who = path_of(name, world), who_may(TABLE[name])
    page = clients[who].get(address)
    for form in forms_on(page):
        for field, kind in form.fields.items():
            if isinstance(kind.widget, forms.Textarea):
                answer = ask(
                    clients[who], address, {form.add_prefix(field): TYPED, **mark(world.people[who])}
                )
                assert answer.status_code < 400 or answer.status_code in (409, 422)
                accepted = answer.status_code in (204, 302) or name == TAKEN_BACK_LATER
                assert accepted or SHOWN in text_of(answer), field
                assert ids_twice(text_of(answer)) == []


def ids_twice(page: str) -> list[str]:
    ids = re.findall(r'\sid="([^"]+)"', page)
    return sorted({found for found in ids if ids.count(found) > 1})


# ---- twice ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TAKES_POST)
def test_a_double_click_is_done_once_and_two_tabs_harm_nothing(
    world: World, clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    address, who = path_of(name, world), who_may(TABLE[name])
    client, person = clients[who], world.people[who]
    done = count_calls(monkeypatch)
    with transaction.atomic():
        data = {**FIELDS, **filled_in(client.get(address)), "reason": "Because"}
        done.clear()
        first = client.post(address, {**data, **mark(person, name)})
        second = client.post(address, {**data, **mark(person, name)})
        calls = len(done)
        other_tab = client.post(address, {**data, **mark(person, f"{name} in another tab")})
        transaction.set_rollback(True)
    if name != "readyz":
        assert [
            answer.status_code for answer in (first, second, other_tab) if answer.status_code >= 500
        ] == []
    if first.status_code == 302:
        assert (second.status_code, second["Location"], calls) == (302, first["Location"], 1)


def count_calls(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    done: list[Any] = []
    original = BaseHandler.make_view_atomic

    def counted(self: Any, view: Any) -> Any:
        done.append(view)
        return original(self, view)

    monkeypatch.setattr(BaseHandler, "make_view_atomic", counted)
    return done


# ---- through the sign-in ----------------------------------------------------------------------


def sign_in_with(page: str, person: Person, password: str = PASSWORD) -> tuple[Client, Any]:
    client = Client()
    kept = re.search(r'name="kept" value="([^"]+)"', page)
    assert kept
    data = {"login": person.employee_number, "password": password, "kept": kept.group(1)}
    return client, client.post("/accounts/login/?next=/accounts/again/", {**data, "next": "/accounts/again/"})


def test_after_the_sign_in_it_is_shown_and_sent_by_a_click(world: World) -> None:
    dana = world.people["dana"]
    address = path_of("evaluations:save", world)
    typed = {"text-goals": TYPED, "revision": "0"}
    lost = text_of(ask(Client(), address, {**typed, **mark(dana)}))
    with transaction.atomic():
        client, answer = sign_in_with(lost, dana)
        assert answer["Location"] == "/accounts/again/"
        page = client.get("/accounts/again/")
        assert SHOWN in text_of(page)
        assert f'action="{address}"' in text_of(page)
        sent = client.post(address, {**typed, **mark(dana)})
        assert sent.status_code == 302
        assert KEPT_IN_SESSION not in client.session, "it has arrived"
        transaction.set_rollback(True)


def test_a_wrong_password_keeps_it(world: World) -> None:
    dana = world.people["dana"]
    lost = text_of(ask(Client(), path_of("evaluations:move cancel", world), {**FIELDS, **mark(dana)}))
    with transaction.atomic():
        _client, answer = sign_in_with(lost, dana, password="not mine")
        transaction.set_rollback(True)
    assert SHOWN in text_of(answer)
    assert kept_in(text_of(answer)) == kept_in(lost)


def test_whoever_else_signs_in_neither_sees_nor_sends_it(world: World) -> None:
    lost = text_of(
        ask(Client(), path_of("evaluations:move cancel", world), {**FIELDS, **mark(world.people["dana"])})
    )
    with transaction.atomic():
        client, _answer = sign_in_with(lost, world.people["marcus"])
        page = text_of(client.get("/accounts/again/"))
        assert SHOWN not in page
        assert "written by another person" in page
        assert KEPT_IN_SESSION not in client.session
        transaction.set_rollback(True)


def test_passwords_and_tokens_are_never_carried(world: World) -> None:
    secret = {"password": "hunter22", "new_password1": "hunter22", "csrfmiddlewaretoken": "t" * 32}
    dana = world.people["dana"]
    for address in (path_of("evaluations:move cancel", world), "/accounts/password/change/"):
        answer = ask(Client(), address, {**FIELDS, **secret, **mark(dana)})
        kept = kept_in(text_of(answer))
        assert kept is None or dict(kept.fields) == FIELDS
        assert "hunter22" not in text_of(answer)


# ---- scripts, and whoever comes by a link -----------------------------------------------------


def test_a_script_is_told_where_to_go_on(world: World, clients: dict[str, Client]) -> None:
    address = path_of("evaluations:save", world)
    answer = ask(clients["dana"], address, mark(world.people["dana"]), **{"X-Form": "1"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["X-Go"] == path_of("evaluations:detail", world)
    assert "Location" not in answer


def test_an_old_token_is_said_to_a_script(world: World) -> None:
    answer = ask(
        strict(world, "dana"), path_of("evaluations:move cancel", world), FIELDS, **{"X-Form": "1", **ORIGIN}
    )
    assert (answer.status_code, answer["X-Trouble"], answer.content) == (403, "csrf", b"")


def test_the_session_is_told_without_a_name(world: World, clients: dict[str, Client]) -> None:
    assert clients["dana"].get("/accounts/session/").json() == {"person": str(world.people["dana"].pk)}
    answer = Client().get("/accounts/session/")
    assert answer.json() == {"person": ""}
    assert "csrftoken" in answer.cookies


@pytest.mark.parametrize("name", ["training:start", "training:submit", "training:lesson_finish"])
def test_a_link_to_a_button_says_so(world: World, clients: dict[str, Client], name: str) -> None:
    answer = clients["dana"].get(path_of(name, world))
    assert answer.status_code == 405
    assert "no page at this address" in text_of(answer)


def test_a_part_of_a_page_leads_to_the_sign_in_as_a_whole(world: World) -> None:
    where = {"HX-Request": "true", "HX-Current-URL": "http://testserver/team/"}
    answer = Client().get(path_of("team_board", world), headers=where)
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/accounts/login/?next=%2Fteam%2F")


def test_writing_moves_the_end_of_the_session(world: World) -> None:
    with transaction.atomic():
        client = signed_in(world.people["dana"], raise_request_exception=False)
        client.get("/my-work/")
        rows = Session.objects.filter(pk=client.session.session_key)
        ends = timezone.now() + timedelta(minutes=5)
        rows.update(expire_date=ends)
        client.get("/my-work/")
        assert rows.get().expire_date == ends, "who only looks writes nothing"
        client.get("/accounts/session/", headers={"X-Writing": "1"})
        assert rows.get().expire_date > ends + timedelta(hours=1)
        transaction.set_rollback(True)
