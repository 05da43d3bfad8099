"""What people do in a browser when they write: an evaluation to write in, a reason to give, a session that ends."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count

from playwright.sync_api import Page, expect

from tests.browser.conftest import axe
from tests.stack import Stack

type SignIn = Callable[[Page, str], Page]
type NewPage = Callable[..., Page]

WORDS = "Called before every handover, and wrote it down.\nZażółć, 🙂"
_years = count(1990)


def launch(renata: Page) -> str:
    """A new evaluation of Dana, of a year of its own; its address."""
    year = next(_years)
    renata.goto("/evaluations/open/")
    renata.get_by_label("Dana Whitfield").check()
    renata.get_by_label("Period from").fill(f"{year}-01-01")
    renata.get_by_label("Period to").fill(f"{year}-12-31")
    # The latest due stands first on her page, which shows ten.
    renata.get_by_label("Due").fill((date(2027, 1, 15) + timedelta(days=year - 1990)).isoformat())
    renata.get_by_role("button", name="Open evaluations").click()
    expect(renata.get_by_text("1 evaluation is open.").first).to_be_visible()
    renata.goto("/people/?q=Whitfield")
    renata.get_by_role("link", name="Whitfield, Dana").click()
    return renata.locator(f"a:has-text('{year}')").first.get_attribute("href") or ""


def text_of(page: Page) -> str:
    return page.locator("#part-form > section textarea").first.input_value()


def type_into(page: Page, words: str) -> None:
    field = page.locator("#part-form > section textarea").first
    field.fill(words)


def is_saved(page: Page) -> None:
    """The server said when. Before anything is typed the sign is empty."""
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d"))


def end_session(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")


def kept_on_device(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "Object.entries(localStorage).filter(([name]) => name.startsWith('preceptor:draft')).map(pair => pair[1])"
    )
    return found


def sign_in_beside(page: Page, stack: Stack, role: str) -> None:
    """Through the dialog, in the window that it opens."""
    account = next(account for account in stack.accounts() if account.role == role)
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    axe(page)
    with page.expect_popup() as opened:
        page.get_by_role("dialog").get_by_role("link", name="Sign in").click()
    beside = opened.value
    beside.locator("input[name=login]").fill(account.login)
    beside.locator("input[name=password]").fill(account.password)
    beside.locator("input[name=password]").press("Enter")
    expect(beside.get_by_role("heading", name="You are signed in")).to_be_visible()
    beside.close()


def reason_form(page: Page, address: str) -> None:
    """The supervisor goes on without the self-evaluation, and says why."""
    page.goto(address)
    page.locator("summary", has_text="Go on without the self-evaluation").click()
    page.locator("#skip_self textarea").fill(WORDS)


def send_reason(page: Page) -> None:
    page.locator("#skip_self button[type=submit]").click()
