"""A form that does not go through: session ended, token rotated, refused, overtaken, server gone, sent twice."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe
from tests.browser.writing import (
    WORDS,
    NewPage,
    SignIn,
    end_session,
    kept_on_device,
    launch,
    reason_form,
    send_reason,
    sign_in_beside,
)
from tests.stack import Stack


@pytest.fixture
def renata(new_page: NewPage, sign_in: SignIn) -> Page:
    return sign_in(new_page(), "supervisor")


@pytest.fixture
def address(renata: Page) -> str:
    return launch(renata)


def test_a_session_that_ended_is_made_good_beside_the_page(renata: Page, address: str, stack: Stack) -> None:
    reason_form(renata, address)
    end_session(renata)
    send_reason(renata)
    sign_in_beside(renata, stack, "supervisor")
    expect(renata.get_by_text("You go on without a self-evaluation.").first).to_be_visible()
    assert kept_on_device(renata) == []


def test_a_token_rotated_by_a_sign_in_elsewhere_is_no_matter(renata: Page, address: str) -> None:
    reason_form(renata, address)
    renata.context.clear_cookies(name="csrftoken")
    send_reason(renata)
    expect(renata.get_by_text("You go on without a self-evaluation.").first).to_be_visible()


def test_nothing_is_sent_for_whoever_signed_in_instead(renata: Page, address: str, sign_in: SignIn) -> None:
    reason_form(renata, address)
    end_session(renata)
    other = sign_in(renata.context.new_page(), "hr")
    send_reason(renata)
    expect(renata.get_by_text("Another person is signed in now").first).to_be_visible()
    expect(renata.locator("#skip_self textarea")).to_have_value(WORDS)
    axe(renata)
    other.goto(address)
    expect(other.get_by_text("You wrote something here that was not sent")).to_have_count(0)


def test_a_server_that_is_gone_leaves_the_page(renata: Page, address: str, stack: Stack) -> None:
    reason_form(renata, address)
    stack.kill("web")
    try:
        send_reason(renata)
        expect(renata.get_by_text("The server did not answer.").first).to_be_visible()
        expect(renata.locator("#skip_self textarea")).to_have_value(WORDS)
        axe(renata)
    finally:
        stack.start("web")
    renata.get_by_role("button", name="Try again").click()
    expect(renata.get_by_text("You go on without a self-evaluation.").first).to_be_visible()


def test_a_refusal_comes_back_in_the_form_with_the_focus_on_the_first(renata: Page, address: str) -> None:
    renata.goto(address)
    renata.locator("summary", has_text="Go on without the self-evaluation").click()
    send_reason(renata)
    expect(renata.locator("#skip_self textarea")).to_be_focused()
    expect(renata.locator("#skip_self").get_by_text("required").first).to_be_visible()
    axe(renata)
    renata.locator("#skip_self textarea").fill(WORDS)
    send_reason(renata)
    expect(renata.get_by_text("You go on without a self-evaluation.").first).to_be_visible()


def test_a_step_made_in_another_tab_gives_the_text_back(renata: Page, address: str) -> None:
    reason_form(renata, address)
    other = renata.context.new_page()
    reason_form(other, address)
    send_reason(renata)
    expect(renata.get_by_text("You go on without a self-evaluation.").first).to_be_visible()
    send_reason(other)
    expect(other.get_by_text("not open any more").first).to_be_visible()
    expect(other.get_by_label("Reason", exact=True)).to_have_value(WORDS)
    axe(other)


def test_a_double_click_is_one(renata: Page, address: str) -> None:
    reason_form(renata, address)
    renata.locator("#skip_self button[type=submit]").dblclick()
    expect(renata.get_by_text("You go on without a self-evaluation.").first).to_be_visible()
    expect(renata.get_by_text("not open any more")).to_have_count(0)


# ---- without a script -------------------------------------------------------------------------


@pytest.fixture
def plain(new_page: NewPage, sign_in: SignIn) -> Page:
    return sign_in(new_page(java_script_enabled=False), "supervisor")


def test_without_a_script_the_sign_in_page_carries_the_text(plain: Page, address: str, stack: Stack) -> None:
    account = next(account for account in stack.accounts() if account.role == "supervisor")
    reason_form(plain, address)
    end_session(plain)
    send_reason(plain)
    expect(plain.get_by_label("Reason", exact=True)).to_have_value(WORDS)
    axe_free = plain.get_by_role("heading", name=re.compile("You were signed out"))
    expect(axe_free).to_be_visible()
    plain.locator("input[name=login]").fill(account.login)
    plain.locator("input[name=password]").fill(account.password)
    plain.locator("input[name=password]").press("Enter")
    expect(plain.get_by_role("heading", name="You are signed in again")).to_be_visible()
    expect(plain.get_by_label("Reason", exact=True)).to_have_value(WORDS)
    plain.get_by_role("button", name="Send it again").click()
    expect(plain.get_by_text("You go on without a self-evaluation.").first).to_be_visible()


def test_without_a_script_an_old_token_gives_the_text_back(plain: Page, address: str) -> None:
    reason_form(plain, address)
    plain.context.clear_cookies(name="csrftoken")
    send_reason(plain)
    expect(plain.get_by_role("heading", name="The form was open for too long")).to_be_visible()
    plain.get_by_role("button", name="Send it again").click()
    expect(plain.get_by_text("You go on without a self-evaluation.").first).to_be_visible()
