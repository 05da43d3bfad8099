"""A card sent from a phone: the camera at the field, how far it is, and nothing chosen twice."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe
from tests.certifications.acts import photo

SignIn = Callable[[Page, str], Page]
ADD = "/credentials/add/"


@pytest.fixture
def phone(new_page: Callable[..., Page], sign_in: SignIn) -> Page:
    page = sign_in(new_page(width=390, height=844, has_touch=True, is_mobile=True), "staff")
    page.goto(ADD)
    return page


def choose(page: Page, name: str = "card.jpg", content: bytes | None = None, *, field: str = "file") -> None:
    body = photo() if content is None else content
    page.locator(f"input[name={field}]").set_input_files(
        {"name": name, "mimeType": "image/jpeg", "buffer": body}
    )


def said(page: Page, text: str) -> None:
    expect(page.locator(".upload-progress")).to_contain_text(text)


def test_the_camera_opens_from_the_field_and_the_file_goes_ahead(phone: Page) -> None:
    expect(phone.get_by_label("Or take a photo now")).to_be_visible()
    choose(phone, field="file-photo")
    said(phone, "Received")
    expect(phone.locator("[data-upload-name]")).to_have_text("card.jpg")
    assert phone.locator("input[name=file-photo]").input_value() == ""
    axe(phone)


def test_a_mouse_has_no_camera(new_page: Callable[..., Page], sign_in: SignIn) -> None:
    page = sign_in(new_page(), "staff")
    page.goto(ADD)
    expect(page.get_by_label("Or take a photo now")).to_be_hidden()


def test_when_a_field_is_wrong_the_file_stays(phone: Page) -> None:
    choose(phone)
    said(phone, "Received")
    phone.get_by_role("button", name="Send").click()
    expect(phone.locator(".is-invalid").first).to_be_visible()
    expect(phone.locator("[data-upload-name]")).to_have_text("card.jpg")
    assert phone.locator("input[name=file-staged]").input_value()


def test_a_broken_upload_goes_on_by_itself(phone: Page) -> None:
    phone.context.set_offline(True)
    choose(phone)
    said(phone, "The connection broke")
    phone.context.set_offline(False)
    said(phone, "Received")


def test_a_refusal_is_said_at_the_field_before_the_form_is_sent(phone: Page) -> None:
    choose(phone, "card.pdf", b"MZ")
    said(phone, "not a PDF")
    expect(phone.locator("[data-upload-staged]")).to_be_hidden()


def test_without_script_the_file_goes_with_the_form(new_page: Callable[..., Page], sign_in: SignIn) -> None:
    page = sign_in(new_page(java_script_enabled=False), "staff")
    page.goto(ADD)
    choose(page)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("[data-upload-name]")).to_have_text("card.jpg")
