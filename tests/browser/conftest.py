"""A browser before the real stack. Any report of the content policy, any script error fails the test.

Chromium comes from the system: CHROMIUM names it, else the usual names are tried.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)

from tests.database import ROOT
from tests.settings import RUN_DIR
from tests.stack import Stack

SCREENSHOTS = ROOT / "var" / "screenshots"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing that reaches for the network, nothing that asks for a graphics card.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The demo organization on web server, worker and beat, for all tests of the run."""
    stack = Stack(RUN_DIR / "stack")
    stack.load()
    stack.start()
    yield stack
    stack.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.exit("No Chromium is installed. On Debian: apt-get install chromium; or set CHROMIUM.", 2)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(stack: Stack, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Makes pages, each in a context (cookies) of its own: `new_page(width=390, color_scheme="dark")`."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(*, width: int = 1280, height: int = 900, **options: Any) -> Page:
        options = {"locale": "en-US", "reduced_motion": "reduce", **options}
        viewport = {"width": width, "height": height}
        context = browser.new_context(base_url=stack.url, viewport=viewport, **options)
        contexts.append(context)
        page = context.new_page()
        watch(page, complaints)
        wait_before_going(page)
        return page

    yield make
    for number, context in enumerate(contexts):
        if request.node.stash.get(FAILED, False):
            for page in context.pages:
                screenshot(page, f"failed-{request.node.name}-{number}")
        context.close()
    assert not complaints, "\n".join(["The browser complained:", *complaints, stack.tail("web")])


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture(scope="session")
def sign_in(stack: Stack) -> Callable[[Page, str], Page]:
    """Signs a page in as the demo account of a role, through the form."""
    accounts = {account.role: account for account in reversed(stack.accounts())}

    def through_the_form(page: Page, role: str) -> Page:
        account = accounts[role]
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(account.login)
        page.locator("input[name=password]").fill(account.password)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/accounts/login/" not in url)
        return page

    return through_the_form


def watch(page: Page, complaints: list[str]) -> None:
    """Collects what must not happen on any page."""

    def on_console(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            complaints.append(f"{page.url}: {message.text}")

    def on_response(response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            complaints.append(f"{response.url}: {response.status}")

    page.on("console", on_console)
    page.on("response", on_response)
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))


def settle(page: Page) -> None:
    """A form is sent by a script, which then goes on to the next page: wait until it is there.

    While a dialog asks something first, the form waits for its answer.
    """
    waiting = page.locator("html:not(:has(dialog[open])) form[aria-busy=true]")
    expect(waiting).to_have_count(0, timeout=15_000)
    page.wait_for_load_state()


def wait_before_going(page: Page) -> None:
    goto = page.goto

    def after_what_is_sent(url: str, **options: Any) -> Any:
        if page.url.startswith("http"):
            settle(page)
        return goto(url, **options)

    page.goto = after_what_is_sent  # type: ignore[method-assign]


def axe(page: Page) -> None:
    """Nothing on this page may keep anybody out: fails naming each rule and element at fault."""
    settle(page)
    # Preloading would write the style sheets into the page, which the content policy forbids.
    options = {"preload": False, "resultTypes": ["violations"]}
    violations = Axe().run(page, options=options).response["violations"]
    faults = [
        f"{violation['id']}: {violation['help']}\n    {node['html']}\n    {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]
    assert not faults, f"axe finds on {page.url}:\n" + "\n".join(faults)


def screenshot(page: Page, name: str) -> Path:
    """A picture of the whole page in var/screenshots/."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{re.sub(r'[^a-zA-Z0-9_.-]+', '-', name)}.png"
    page.screenshot(path=path, full_page=True)
    return path
