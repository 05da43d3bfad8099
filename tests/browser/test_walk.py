"""Every state a page can be opened into keeps nobody out: axe on each, and nothing wider than a phone.

One walk for each person of the cast, in one browser page: signing in costs more than looking.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import RequestFactory
from playwright.sync_api import Page, expect

from portal.ui.views import server_error
from tests.browser.conftest import axe

type Act = Callable[[Page], None]

DESK, PHONE = 1280, 390


@dataclass(frozen=True)
class Stop:
    """A state to look at: where, what to do there, and what must then be seen."""

    name: str
    address: str
    act: Act | None = None
    sees: str = ""


def follow(name: str) -> Act:
    return lambda page: page.get_by_role("link", name=name, exact=True).first.click()


def press(name: str) -> Act:
    return lambda page: page.get_by_role("button", name=name, exact=True).first.click()


def then(*acts: Act) -> Act:
    def all_of_them(page: Page) -> None:
        for act in acts:
            act(page)

    return all_of_them


def send_empty(page: Page) -> None:
    """The form as the server answers it: the browser's own checks do not stand before it.

    Only where something is needed that the form does not fill in by itself: nothing may be recorded.
    """
    form = page.locator("main form[method=post]:not(dialog form)").first
    form.evaluate("form => { form.noValidate = true; }")
    form.locator("button:not([type=button])").last.click()


def open_a_cell(page: Page) -> None:
    page.locator("button[data-cell]").first.click()
    expect(page.get_by_text("Who was told, and when").first).to_be_visible()


def open_details(page: Page) -> None:
    for summary in page.locator("main summary").all():
        summary.click()


def spoil_the_token(page: Page) -> None:
    page.locator("input[name=csrfmiddlewaretoken]").evaluate_all(
        "fields => fields.forEach(f => f.value = 'x')"
    )
    page.context.clear_cookies(name="csrftoken")
    send_empty(page)


def fail_on_our_side(page: Page) -> None:
    """The page of a failure, in the place of one that did not fail."""
    body = server_error(RequestFactory().get("/")).content
    page.route("**/my-work/", lambda route: route.fulfill(status=200, content_type="text/html", body=body))
    page.goto("/my-work/")


DANA = "Whitfield, Dana"
MENU = "header details.menu > summary"
WALKS = {
    "nobody": (
        Stop("wrong password", "/accounts/login/", send_empty, "required"),
        Stop("reset", "/accounts/password/reset/", send_empty),
        Stop("code to open an account", "/accounts/open/", send_empty),
        Stop("document unknown", "/verify/0000-0000-0000-0000/"),
        Stop("nowhere", "/nowhere/", None, "Sign in"),
        Stop("form too long open", "/accounts/login/", spoil_the_token, "The form was open for too long"),
    ),
    "staff": (
        Stop("account menu", "/my-work/", lambda page: page.locator(MENU).click(), "Sign out"),
        Stop("403", "/compliance/", None, "This page is not open to you"),
        Stop("404", "/nowhere/", None, "Go to your start page"),
        Stop("500", "/inbox/", fail_on_our_side, "Something failed on our side"),
        Stop("credential refused", "/credentials/add/", send_empty, "need"),
        Stop("item", "/standing/mine/", follow("HIPAA privacy"), "Who was told, and when"),
        Stop("confirm it is you", "/accounts/2fa/totp/activate/", None, "Confirm that it is you"),
        Stop("where signed in", "/accounts/sessions/"),
    ),
    "supervisor": (
        Stop("cell open", "/team/", open_a_cell),
        Stop("cell of a day past", "/team/?as_of=2026-05-03", open_a_cell),
        Stop("only exceptions", "/team/?show=exceptions"),
        Stop("launch refused", "/evaluations/open/", send_empty, "need"),
        Stop("nobody found", "/people/?q=nobodyatall", None, "nobodyatall"),
        Stop("an evaluation to rate", "/evaluations/", lambda page: page.locator("main .act a").first.click()),
    ),
    "hr": (
        Stop("numbers as a table", "/compliance/", open_details, "Month"),
        Stop("nothing found", "/compliance/items/?q=nobodyatall", None, "No item fits this on"),
        Stop("person refused", "/people/add/", send_empty, "need"),
        Stop("team", "/people/teams/", follow("Home Visits")),
        Stop("lead refused", "/people/teams/", then(follow("Home Visits"), follow("Change lead"), send_empty)),
        Stop("kinds of absence", "/people/absence-kinds/"),
        Stop("changes", "/people/changes/", None, "newest first"),
        Stop("a change", "/people/changes/", lambda page: page.locator("main table a").first.click()),
        Stop("closing an account", "/people/?q=Whitfield", then(follow(DANA), press("Close account"))),
        Stop("act refused", "/people/?q=Whitfield", then(follow(DANA), follow("Record an absence"), send_empty)),
        Stop("check refused", "/credentials/queue/", then(follow("Verify"), send_empty)),
        Stop("rule refused", "/standing/requirements/", then(follow("Ethics"), follow("Change the rule"), send_empty)),
        Stop("empty queue", "/credentials/queue/?q=nobodyatall"),
        Stop("jobs", "/jobs/"),
        Stop("delivery", "/inbox/delivery/"),
    ),
}  # fmt: skip


def look(page: Page, name: str) -> None:
    """At a desk in the light, on a phone in the dark: axe, and nothing that has to be pushed sideways."""
    for width, scheme in ((DESK, "light"), (PHONE, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        axe(page)


@pytest.mark.parametrize("who", WALKS)
def test_nothing_that_opens_keeps_anybody_out(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], Page], who: str
) -> None:
    page = new_page(width=DESK)
    if who != "nobody":
        sign_in(page, who)
    for stop in WALKS[who]:
        page.set_viewport_size({"width": DESK, "height": 900})
        page.goto(stop.address)
        if stop.act:
            stop.act(page)
            page.wait_for_load_state()
        if stop.sees:
            expect(page.get_by_text(stop.sees).filter(visible=True).first).to_be_visible()
        look(page, f"{who}-{stop.name}")


def test_the_menu_of_a_phone_opens_and_closes(page: Page, sign_in: Callable[[Page, str], Page]) -> None:
    page.set_viewport_size({"width": PHONE, "height": 844})
    sign_in(page, "hr")
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("heading", name="Menu")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("heading", name="Menu")).to_be_hidden()
