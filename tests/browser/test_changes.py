"""HR finds, understands and puts right, by the pages alone: a wrong hire, move, batch, name, and a late leave."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from portal.clock import business_today
from tests.browser.conftest import axe, screenshot
from tests.stack import Stack

SignIn = Callable[[Page, str], Page]
WRONG_LIST = """
from portal.clock import business_today
from portal.people.employment.positions import plan_position
from portal.people.facts.act import one_change, recording
from portal.people.facts.batches import open_batch
from portal.people.models import Position, Team
from portal.people.organization.primary import primary_positions

batch = open_batch(kind="moves", reason="Moves of November", actor=None)
south = Team.objects.get(code="south")
rows = [row for row in primary_positions(business_today()).values() if row.team.code == "north"]
others = [row for row in primary_positions(business_today()).values() if row.team.code == "home"]
for row in (rows + others)[:40]:
    with recording(batch=batch), one_change("position") as plan:
        plan_position(plan, row.person, team=south, title=row.title, starts_on=business_today(),
                      profession=row.profession, states_served=row.states_served)
"""


@pytest.fixture
def hr(page: Page, sign_in: SignIn) -> Page:
    return sign_in(page, "hr")


def looked_at(page: Page, name: str) -> None:
    """A picture at a desk and on a phone; axe on both."""
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        axe(page)
        screenshot(page, f"changes-{name}-{width}")
    page.set_viewport_size({"width": 1280, "height": 900})


def send(page: Page, words: str) -> None:
    page.locator("main").get_by_role("button", name=words, exact=True).click()


def confirm(page: Page, name: str) -> None:
    """See what follows, look at it, and say yes."""
    send(page, "Show what follows")
    expect(page.get_by_role("heading", name="What follows")).to_be_visible()
    looked_at(page, name)
    send(page, "Record it")


def open_person(page: Page, name: str) -> None:
    page.goto(f"/people/?q={name}")
    page.locator("main").get_by_role("link", name=re.compile(name)).first.click()


def test_a_wrong_move_and_a_wrong_name_are_put_right(hr: Page) -> None:
    open_person(hr, "Whitfield")
    person = hr.url
    hr.get_by_role("link", name="New position").click()
    hr.get_by_label("Team", exact=True).select_option(label="Case Management South")
    confirm(hr, "move")
    expect(hr.locator("main")).to_contain_text("Case manager, Case Management South")
    hr.get_by_role("link", name="Change the name").click()
    hr.get_by_label("Last name").fill("Wrongname")
    send(hr, "Record")
    expect(hr.get_by_role("heading", level=1)).to_contain_text("Wrongname")
    for act in ("Name changed", "New position"):
        hr.goto(person)
        hr.get_by_role("link", name="Changes", exact=True).click()
        hr.locator("main").get_by_role("link", name=act).first.click()
        hr.get_by_label("Why").fill("Another Dana")
        confirm(hr, "taking-back")
    hr.goto(person)
    expect(hr.get_by_role("heading", level=1)).to_have_text("Dana Whitfield")
    expect(hr.locator("main")).not_to_contain_text("Case Management South")


def test_what_is_planned_is_unfolded_in_the_list(hr: Page) -> None:
    open_person(hr, "Whitfield")
    person = hr.url
    hr.get_by_role("link", name="End employment").click()
    hr.get_by_label("Last day").fill((business_today() + timedelta(days=9)).isoformat())
    confirm(hr, "planned")
    for place in (person, "/people/changes/?planned=1"):
        hr.goto(place)
        hr.locator("main summary", has_text="What it does").first.click()
        expect(hr.locator("main details").first).to_contain_text("No longer cleared to work with patients")
        axe(hr)
    hr.get_by_role("link", name="Employment ended").first.click()
    expect(hr.locator("main")).to_contain_text("No longer cleared to work with patients")
    looked_at(hr, "planned-change")
    hr.get_by_label("Why").fill("She stays")
    confirm(hr, "planned-taken-back")


def test_a_wrong_hire_is_taken_back(hr: Page) -> None:
    hr.goto("/people/add/")
    for label, value in (("Employee number", "hv9901"), ("First name", "Nobody"), ("Last name", "Wronghire")):
        hr.get_by_label(label).fill(value)
    hr.get_by_label("Title").fill("Case manager")
    hr.get_by_label("Team", exact=True).select_option(label="Case Management South")
    confirm(hr, "hire")
    row = hr.locator("main li").filter(has_text="Employee").first
    row.get_by_role("link", name="Withdraw").click()
    hr.get_by_label("Why").fill("Hired twice")
    confirm(hr, "wrong-hire")
    hr.goto("/people/?q=Wronghire")
    expect(hr.locator("main")).not_to_contain_text("Case Management South,")


def test_a_wrong_batch_of_forty_is_undone_as_one(hr: Page, stack: Stack) -> None:
    stack.manage("shell", "-c", WRONG_LIST)
    hr.goto("/people/changes/")
    hr.get_by_role("link", name="Batches").click()
    looked_at(hr, "batches")
    hr.get_by_role("link", name="Moves of November").first.click()
    hr.get_by_label("Why").fill("The wrong list")
    confirm(hr, "batch")
    hr.get_by_role("link", name="Moves of November").first.click()
    expect(hr.locator("main")).to_contain_text("0 of them in force")


def test_a_leave_entered_late_is_corrected(hr: Page) -> None:
    today = business_today()
    open_person(hr, "Whitfield")
    hr.get_by_role("link", name="Record an absence").click()
    hr.get_by_label("Kind").select_option(label="Family and medical leave")
    hr.get_by_label("From").fill((today - timedelta(days=30)).isoformat())
    hr.get_by_label("Last day").fill((today - timedelta(days=2)).isoformat())
    send(hr, "Record")
    row = hr.locator("main li").filter(has_text="Family and medical leave").first
    row.get_by_role("link", name="Correct").click()
    hr.get_by_label("Last day").fill((today - timedelta(days=9)).isoformat())
    confirm(hr, "leave")
    row = hr.locator("main li").filter(has_text="Family and medical leave").first
    row.get_by_role("link", name="Withdraw").click()
    hr.get_by_label("Why").fill("Another Dana")
    confirm(hr, "leave-withdrawn")
    expect(hr.locator("main")).to_contain_text("No absence is on record")
