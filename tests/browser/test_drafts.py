"""Drafts: what was typed and did not arrive is offered, never written over newer text, and read by nobody else."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import axe
from tests.browser.writing import (
    WORDS,
    NewPage,
    SignIn,
    end_session,
    is_saved,
    kept_on_device,
    launch,
    reason_form,
    send_reason,
    sign_in_beside,
    text_of,
    type_into,
)
from tests.stack import Stack


@pytest.fixture
def renata(new_page: NewPage, sign_in: SignIn) -> Page:
    return sign_in(new_page(), "supervisor")


@pytest.fixture
def dana(new_page: NewPage, sign_in: SignIn) -> Page:
    return sign_in(new_page(), "staff")


@pytest.fixture
def address(renata: Page) -> str:
    return launch(renata)


# ---- the self-evaluation ----------------------------------------------------------------------


def test_what_was_typed_without_a_network_is_offered_and_put_back(dana: Page, address: str) -> None:
    dana.goto(address)
    dana.context.set_offline(True)
    type_into(dana, WORDS)
    expect(dana.locator("[data-saved]")).to_have_attribute("data-state", "failed")
    assert kept_on_device(dana)
    assert "handover" not in "".join(kept_on_device(dana)), "encrypted"
    context = dana.context
    dana.close(run_before_unload=False)
    context.set_offline(False)
    other = context.new_page()
    other.goto(address)
    expect(other.get_by_text("You wrote something here that was not sent")).to_be_visible()
    axe(other)
    assert text_of(other) == "", "offered, not written"
    other.get_by_role("button", name="Put it back").click()
    is_saved(other)
    other.reload()
    assert text_of(other) == WORDS
    expect(other.get_by_text("You wrote something here that was not sent")).to_have_count(0)
    assert kept_on_device(other) == []


def test_two_tabs_stand_side_by_side(dana: Page, address: str) -> None:
    dana.goto(address)
    second = dana.context.new_page()
    second.goto(address)
    type_into(dana, "Written in the first tab.")
    is_saved(dana)
    type_into(second, "Written in the second tab.")
    expect(second.get_by_text("Two versions: choose one").first).to_be_visible()
    for words in ("Written in the first tab.", "Written in the second tab."):
        expect(second.locator("[data-beside]").get_by_text(words)).to_be_visible()
    axe(second)
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.locator("[data-beside]")).to_be_focused()
    second.get_by_role("button", name="Keep both, one after the other").click()
    is_saved(second)
    second.reload()
    assert text_of(second) == "Written in the first tab.\n\nWritten in the second tab."


def test_what_another_device_saved_comes_in_where_nothing_was_typed(
    dana: Page, address: str, new_page: NewPage, sign_in: SignIn
) -> None:
    phone = sign_in(new_page(width=390), "staff")
    phone.goto(address)
    dana.goto(address)
    type_into(phone, "From the phone.")
    is_saved(phone)
    dana.locator("#part-form > section textarea").last.fill("From the desk.")
    expect(dana.locator("#part-form > section textarea").first).to_have_value("From the phone.")
    is_saved(dana)
    phone.reload()
    assert text_of(phone) == "From the phone."
    assert phone.locator("#part-form > section textarea").last.input_value() == "From the desk."


def test_a_draft_is_never_written_over_newer_text(
    dana: Page, address: str, new_page: NewPage, sign_in: SignIn
) -> None:
    dana.goto(address)
    dana.route("**/answers/", lambda route: route.abort())
    type_into(dana, "Typed on the train.")
    expect(dana.locator("[data-saved]")).to_have_attribute("data-state", "failed")
    phone = sign_in(new_page(width=390), "staff")
    phone.goto(address)
    type_into(phone, "Newer, from the phone.")
    is_saved(phone)
    later = dana.context.new_page()
    dana.close(run_before_unload=False)
    later.goto(address)
    assert text_of(later) == "Newer, from the phone."
    later.get_by_role("button", name="Put it back").click()
    assert text_of(later) == "Newer, from the phone."
    expect(later.locator("[data-beside]").get_by_text("Typed on the train.")).to_be_visible()
    later.get_by_role("button", name="Keep the saved one").click()
    assert text_of(later) == "Newer, from the phone."
    expect(later.locator("[data-beside]")).to_have_count(0)
    later.reload()
    expect(later.get_by_text("You wrote something here that was not sent")).to_have_count(0)


def test_the_session_ends_while_somebody_writes(dana: Page, address: str, stack: Stack) -> None:
    dana.goto(address)
    end_session(dana)
    type_into(dana, WORDS)
    sign_in_beside(dana, stack, "staff")
    is_saved(dana)
    assert text_of(dana) == WORDS
    dana.reload()
    assert text_of(dana) == WORDS


# ---- the acknowledgement ----------------------------------------------------------------------


def test_an_acknowledgement_that_was_not_sent_is_offered(renata: Page, dana: Page, address: str) -> None:
    """A comment of 8,000 characters, and the tab is closed."""
    reason_form(renata, address)
    send_reason(renata)
    expect(renata.get_by_text("You go on without a self-evaluation.").first).to_be_visible()
    for stop in renata.locator("input[type=radio][value='3']").all():
        stop.check(force=True)
    for field in renata.locator("#part-form > section textarea").all():
        field.fill("Seen.")
    renata.get_by_role("button", name="Sign and share").click()
    # What it means is asked once more, on a page of its own.
    expect(renata).to_have_url(re.compile("/share/confirm/$"))
    renata.get_by_role("button", name="Sign and share").click()
    expect(renata.get_by_text("Signed and shared.").first).to_be_visible()
    long = ("I have read it. " * 500)[:8000].strip()
    dana.goto(address)
    dana.get_by_label("Your comment").fill(long)
    dana.wait_for_timeout(300)
    dana.reload()
    dana.get_by_role("button", name="Put it back").click()
    expect(dana.get_by_label("Your comment")).to_have_value(long)
    dana.get_by_role("button", name="Acknowledge receipt").click()
    expect(dana.get_by_text("closed and filed").first).to_be_visible()
    assert kept_on_device(dana) == []


# ---- quiz -------------------------------------------------------------------------------------

EXAM = """
from django.db.models import Q
from django.urls import reverse
from portal.clock import business_today
from portal.people.models import Person
from training.assessment.take import questions_of, start_sitting
from training.learning.lessons import finish_lesson
from training.learning.start import start
from training.models import CoursePage

person = Person.objects.get(Q(employee_number="{login}") | Q(email="{login}"))
attempt = start(person, CoursePage.objects.get(code__contains="advocacy"))
for lesson in attempt.edition.lessons:
    finish_lesson(attempt, lesson["id"], on=business_today())
sitting = start_sitting(attempt)
questions = questions_of(attempt)
number = next(n for n, pk in enumerate(sitting.order, 1) if questions[pk]["kind"] == "multiple")
print("AT", reverse("training:question", args=[attempt.pk, sitting.number, number]))
"""


def test_choices_of_a_quiz_are_taken_back_and_stand_side_by_side(dana: Page, stack: Stack) -> None:
    login = next(account for account in stack.accounts() if account.role == "staff").login
    said = stack.manage("shell", "-c", EXAM.format(login=login))
    address = said.partition("AT ")[2].split()[0]
    choices = "input[name=choice]"
    context = dana.context
    dana.goto(address)
    dana.locator(choices).nth(0).check(force=True)
    dana.locator(choices).nth(1).check(force=True)
    is_saved(dana)
    context.set_offline(True)
    dana.locator(choices).nth(1).uncheck(force=True)
    expect(dana.locator("[data-saved]")).to_have_attribute("data-state", "failed")
    dana.close(run_before_unload=False)
    context.set_offline(False)
    later = context.new_page()
    later.goto(address)
    assert later.locator(choices).nth(1).is_checked(), "offered, not written"
    later.get_by_role("button", name="Put it back").click()
    expect(later.locator(choices).nth(0)).to_be_checked()
    expect(later.locator(choices).nth(1)).not_to_be_checked()
    is_saved(later)
    assert kept_on_device(later) == []

    second = later.context.new_page()
    second.goto(address)
    with later.expect_response(lambda answer: answer.request.method == "POST"):
        later.locator(choices).nth(2).check(force=True)
    second.locator(choices).nth(1).check(force=True)
    expect(second.get_by_text("Two versions: choose one").first).to_be_visible()
    axe(second)
    second.get_by_role("button", name="Keep the saved one").click()
    expect(second.locator(choices).nth(1)).not_to_be_checked()
    expect(second.locator(choices).nth(2)).to_be_checked()


# ---- sign-out, and browsers that keep nothing -------------------------------------------


def test_signing_out_offers_what_was_not_sent_and_leaves_none(renata: Page, address: str) -> None:
    reason_form(renata, address)
    renata.wait_for_timeout(300)
    assert kept_on_device(renata)
    renata.goto("/my-work/")
    renata.locator("header details.menu > summary").click()
    renata.get_by_role("button", name="Sign out").click()
    expect(renata.get_by_role("heading", name="Text that was not sent is on this device")).to_be_visible()
    axe(renata)
    renata.get_by_role("button", name="Delete it and sign out").click()
    renata.wait_for_url("**/accounts/login/**")
    assert kept_on_device(renata) == []


def test_a_browser_that_cannot_encrypt_keeps_nothing_and_says_so(renata: Page, address: str) -> None:
    renata.context.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })")
    reason_form(renata, address)
    expect(renata.get_by_text("nothing can be kept on this device").first).to_be_visible()
    assert kept_on_device(renata) == []
    axe(renata)
