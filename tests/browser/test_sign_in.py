"""The first page anybody sees."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe, screenshot
from tests.stack import Stack


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_sign_in_page_keeps_nobody_out(
    new_page: Callable[..., Page], width: int, color_scheme: str
) -> None:
    page = new_page(width=width, color_scheme=color_scheme)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe(page)
    screenshot(page, f"sign-in-{width}-{color_scheme}")


def test_every_account_of_the_demo_signs_in(
    new_page: Callable[..., Page], stack: Stack, sign_in: Callable[[Page, str], Page]
) -> None:
    for role in {account.role for account in stack.accounts()}:
        page = sign_in(new_page(), role)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.context.close()


def test_signing_in_needs_no_script(
    new_page: Callable[..., Page], stack: Stack, sign_in: Callable[[Page, str], Page]
) -> None:
    page = sign_in(new_page(java_script_enabled=False), stack.accounts()[0].role)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
