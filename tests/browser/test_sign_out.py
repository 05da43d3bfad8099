"""After sign-out the back button shows no record, and the browser keeps none."""

from collections.abc import Callable

from playwright.sync_api import Page


def test_the_back_button_leads_to_the_sign_in_page(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], Page]
) -> None:
    page = sign_in(new_page(), "supervisor")
    page.goto("/people/")
    name = page.get_by_role("rowheader").first.inner_text()
    # A filter changes the address through htmx, which would keep the page it leaves.
    page.locator("[data-filters] input[type=search]").first.fill(name[:3])
    page.wait_for_timeout(500)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('htmx'))") == []
    page.goto("/accounts/logout/")
    page.locator("main form button").first.click()
    page.wait_for_url("**/accounts/login/**")
    for _step in range(3):
        page.go_back()
        page.wait_for_load_state()
        assert name not in page.locator("body").inner_text()
