"""The main job, end to end, on the real stack: web server, worker, beat, broker.

A person completes a course, renews a license that HR verifies, was alerted before, is evaluated
by the supervisor, acknowledges it, and the evaluation comes out as a PDF.
"""

import io
import json
import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from portal.clock import business_today
from tests.browser.conftest import axe, screenshot, settle
from tests.cards import card_picture
from tests.settings import RUN_DIR

SignIn = Callable[[Page, str], Page]
PATIENCE = 30
# What the demo offers, as data: the tests know the right answers from there.
CONTENT = Path(__file__).parents[2] / "portal" / "demo" / "content"


def right_answers(course: str) -> dict[str, list[str]]:
    """The right choices of a course, by question."""
    data = json.loads((CONTENT / "courses" / f"{course}.json").read_text())
    return {
        q["stem"]: [c["text"] for c in q["choices"] if c["correct"]] for q in data["assessment"]["questions"]
    }


def download(page: Page, address: str) -> bytes:
    answer = page.request.get(address)
    assert answer.ok, address
    return answer.body()


def wait_for_link(page: Page, name: str | re.Pattern[str]) -> str:
    """A document is made by the worker: reload until its link is there."""
    end = time.monotonic() + PATIENCE
    link = page.locator("a[href^='/files/']").and_(page.get_by_role("link", name=name)).first
    while time.monotonic() < end:
        if link.count():
            return link.get_attribute("href") or ""
        time.sleep(0.5)
        page.reload()
    worker = (RUN_DIR / "stack" / "worker.log").read_text()[-3000:]
    raise AssertionError(
        f"No link “{name}” on {page.url} after {PATIENCE} s. The worker said last:\n{worker}"
    )


def test_the_alert_was_told_before_it_ran_out(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "staff")
    page.goto("/inbox/")
    expect(page.get_by_text("HIPAA privacy runs out on").first).to_be_visible()
    axe(page)


def test_a_person_completes_a_course_and_gets_a_certificate(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "staff")
    axe(page)
    page.goto("/learn/")
    axe(page)
    page.get_by_role("link", name="Continue").or_(page.get_by_role("button", name="Continue")).first.click()
    for _lesson in range(6):
        if "/assessment" in page.url:
            break
        axe(page)
        page.get_by_role("button", name=re.compile("^(Done|Finish)")).click()
        settle(page)
    axe(page)
    page.get_by_role("button", name=re.compile("^(Begin|Go on|Start)")).click()
    answers = right_answers("hipaa-basics")
    for number in range(1, len(answers) + 1):
        stem = page.locator("legend").first.inner_text().strip()
        for text in answers[stem]:
            page.locator("label.choice", has_text=text).click()
        if number == 1:
            axe(page)
            screenshot(page, "question")
        page.locator("button[data-next]").click()
        settle(page)
    axe(page)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("passed", ignore_case=True)
    axe(page)
    screenshot(page, "course-passed")
    page.get_by_role("link", name="Your certificate").click()
    axe(page)
    link = wait_for_link(page, re.compile("certificate|PDF", re.IGNORECASE))
    reader = PdfReader(io.BytesIO(download(page, link)))
    text = reader.pages[0].extract_text()
    assert "Dana Whitfield" in text
    assert "HIPAA basics" in text
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", text)
    assert code
    page.context.clear_cookies()
    page.goto(f"/verify/{code.group()}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("genuine")
    expect(page.get_by_text("Whitfield")).to_have_count(0)
    axe(page)


def test_a_renewed_license_is_verified_by_hr(
    new_page: Callable[..., Page], sign_in: SignIn, tmp_path: Path
) -> None:
    first, last = business_today() - timedelta(days=5), business_today() + timedelta(days=725)
    card = tmp_path / "card.jpg"
    card.write_bytes(card_picture("Registered Nurse", "Dana Whitfield", f"Expires {last:%m/%d/%Y}"))
    dana = sign_in(new_page(width=390), "staff")
    dana.goto("/credentials/")
    axe(dana)
    dana.locator("article", has_text="RN CA").get_by_role("link", name="Send a renewal").click()
    axe(dana)
    dana.get_by_label("First day of this term").fill(last.isoformat())
    dana.get_by_label("Expiration date").fill(first.isoformat())
    dana.get_by_role("button", name="Send").click()
    expect(dana.get_by_text("The expiration date lies before the first day.").first).to_be_visible()
    expect(dana.get_by_label("First day of this term")).to_have_value(last.isoformat())
    axe(dana)
    dana.get_by_label("First day of this term").fill(first.isoformat())
    dana.get_by_label("Expiration date").fill(last.isoformat())
    dana.get_by_label("Card or certificate").set_input_files(card)
    dana.get_by_role("button", name="Send").click()
    expect(dana.get_by_text("HR checks it at the source").first).to_be_visible()

    hr = sign_in(new_page(), "hr")
    axe(hr)
    hr.goto("/credentials/queue/?q=Whitfield")
    axe(hr)
    hr.get_by_role("link", name="Verify").first.click()
    axe(hr)
    hr.get_by_label("Status there").select_option("active")
    hr.get_by_label("Expiration date, by the source").fill(last.isoformat())
    hr.get_by_role("button", name="Record verification").click()
    expect(hr.get_by_text("Standing follows what the source said").first).to_be_visible()

    dana.goto("/inbox/")
    expect(dana.get_by_text("Your RN is verified").first).to_be_visible()
    dana.goto("/standing/mine/")
    expect(dana.get_by_text(f"{last:%b} {last.day}, {last.year}").first).to_be_visible()
    axe(dana)


def fill_part(page: Page, *, rating: int) -> None:
    """Rate every item and write in every field."""
    for stop in page.locator(f"input[type=radio][value='{rating}']").all():
        stop.check(force=True)
    for field in page.locator("#part-form textarea").all():
        field.fill("Seen in three cases this spring, each with an owner and a date.")


def test_an_evaluation_goes_from_launch_to_pdf(new_page: Callable[..., Page], sign_in: SignIn) -> None:
    renata = sign_in(new_page(), "supervisor")
    axe(renata)
    renata.goto("/evaluations/open/")
    axe(renata)
    renata.get_by_label("Dana Whitfield").check()
    renata.get_by_label("Period from").fill("2024-01-01")
    renata.get_by_label("Period to").fill("2024-12-31")
    renata.get_by_label("Due").fill("2027-01-15")
    renata.get_by_role("button", name="Open evaluations").click()
    expect(renata.get_by_text("1 evaluation is open.").first).to_be_visible()

    dana = sign_in(new_page(width=390), "staff")
    dana.goto("/evaluations/")
    dana.get_by_role("link", name="Write self-evaluation").first.click()
    address = dana.url
    dana.get_by_role("button", name="Sign and send").click()
    expect(dana.get_by_text("answers need attention").first).to_be_visible()
    axe(dana)
    fill_part(dana, rating=4)
    saved = dana.locator("[data-saved]")
    expect(saved).to_have_attribute("data-state", "saved")
    with dana.expect_response(lambda answer: answer.url.endswith("/answers/")) as again:
        dana.locator("#part-form textarea").first.fill("Written after the first save.")
    assert again.value.status == 204
    dana.goto(address)
    expect(dana.locator("#part-form textarea").first).to_have_value("Written after the first save.")
    axe(dana)
    dana.get_by_role("button", name="Sign and send").click()
    expect(dana.get_by_text("Your self-evaluation is signed and sent.").first).to_be_visible()

    renata.goto(address)
    axe(renata)
    fill_part(renata, rating=3)
    screenshot(renata, "evaluation-rating")
    renata.get_by_role("button", name="Sign and share").click()
    # What it means is asked once more, on a page of its own.
    expect(renata).to_have_url(re.compile("/share/confirm/$"))
    renata.get_by_role("button", name="Sign and share").click()
    expect(renata.get_by_text("Signed and shared.").first).to_be_visible()

    dana.goto(address)
    axe(dana)
    dana.get_by_label("Your comment").fill("I have read it. The goal on back-ups is fair.")
    dana.get_by_role("button", name="Acknowledge receipt").click()
    expect(dana.get_by_text("closed and filed").first).to_be_visible()
    reader = PdfReader(io.BytesIO(download(dana, wait_for_link(dana, "Download PDF"))))
    text = "\n".join(pdf_page.extract_text() for pdf_page in reader.pages)
    for words in ("Dana Whitfield", "Renata Okafor", "Seen in three cases", "The goal on back-ups is fair"):
        assert words in text.replace("\n", " "), words
    assert f"of {len(reader.pages)}" in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    axe(dana)


def test_a_stranger_sees_nothing(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "other_supervisor")
    page.goto("/people/?q=Dana+Whitfield")
    page.get_by_role("link", name="Whitfield, Dana").click()
    expect(page.get_by_role("link", name="Standing")).to_have_count(0)
    pk = page.url.rstrip("/").rsplit("/", 1)[1]
    assert page.request.get(f"/standing/{pk}/").status == 404


def test_the_board_opens_a_cell_and_closes_it(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "supervisor")
    cell = page.locator("button[data-cell]").first
    cell.click()
    expect(page.get_by_text("Who was told, and when").first).to_be_visible()
    expect(cell).to_have_attribute("aria-expanded", "true")
    axe(page)
    screenshot(page, "team-board")
    page.keyboard.press("Escape")
    expect(page.get_by_text("Who was told, and when")).to_have_count(0)
