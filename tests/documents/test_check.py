"""The public check: one address for all kinds of documents, limited, and never a name."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.codes import code_from, in_groups
from portal.documents import check
from portal.documents.check import Fact, Finding, printed_check, register_document_kind
from portal.documents.views import CHECKS_PER_MINUTE

CODE = "0123456789ABCDEF"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _memo() -> Iterator[None]:
    """A kind of document for the test alone, of which one was issued; and no checks counted so far."""

    def find(code: str, _on: date) -> Finding | None:
        fact = Fact("Signed on", day=date(2026, 3, 1))
        return Finding(CODE, "It counts.", "met", "In force", (fact,)) if code == CODE else None

    cache.clear()
    register_document_kind("memo", "Memorandum", find)
    yield
    check._kinds.pop("memo")


@pytest.mark.parametrize(
    "typed", ["0123456789ABCDEF", "0123-4567-89ab-cdef", "o123 4567.89AB-CDEF", "0i23-4567-89ab-cdefX"]
)
def test_a_code_may_be_typed_as_people_type(client: Client, typed: str) -> None:
    page = client.get(reverse("documents:ask"), {"code": typed}, follow=True)
    text = page.content.decode()
    assert page.status_code == 200
    assert "This document is genuine" in text
    for words in ("Memorandum", "Signed on", "2026", "It counts.", "In force", "0123-4567-89AB-CDEF"):
        assert words in text


def test_what_is_easily_misread_is_understood() -> None:
    assert code_from("oiL0-9ab-") == "01109AB"
    assert code_from(" 7k3q\u2013d9xw\u00a02mba_4tre\n") == "7K3QD9XW2MBA4TRE"
    assert code_from("７ｋ３Ｑ－Ｄ９ＸＷ　２ｍｂａ４ｔｒｅ") == "7K3QD9XW2MBA4TRE"
    assert code_from("٧K٣Q d९xw") == "7K3QD9XW"
    assert in_groups(CODE) == "0123-4567-89AB-CDEF"


def test_an_unknown_code_gets_a_kind_page(client: Client) -> None:
    page = client.get(reverse("documents:check", args=["AAAA-BBBB-CCCC-DDDD"]))
    assert page.status_code == 404
    assert "No document has this code" in page.content.decode()


def test_the_page_asks_for_a_code(client: Client) -> None:
    page = client.get(reverse("documents:ask"))
    assert page.status_code == 200
    assert "Check a document" in page.content.decode()


def test_checks_from_one_address_are_limited(client: Client) -> None:
    address = reverse("documents:check", args=[CODE])
    answers = [client.get(address).status_code for _n in range(CHECKS_PER_MINUTE + 1)]
    assert answers == [200] * CHECKS_PER_MINUTE + [429]
    assert client.get(address)["Retry-After"] == "60"
    assert client.get(address, REMOTE_ADDR="203.0.113.9").status_code == 200


@pytest.mark.parametrize("old", ["/learn/verify/", "/evaluations/verify/"])
def test_addresses_printed_before_lead_here_for_ever(client: Client, old: str) -> None:
    answer = client.get(f"{old}{CODE}/")
    assert (answer.status_code, answer["Location"]) == (301, f"/verify/{CODE}/")


def test_the_form_printed_on_old_certificates_leads_here(client: Client) -> None:
    answer = client.get("/learn/verify/", {"code": CODE})
    assert (answer.status_code, answer["Location"]) == (301, f"/verify/?code={CODE}")


def test_a_document_prints_the_address_of_its_check(settings: object) -> None:
    settings.SITE_URL = "https://portal.example.org"  # type: ignore[attr-defined]
    printed = printed_check(CODE)
    assert printed.url == f"https://portal.example.org/verify/{CODE}/"
    assert printed.page == "portal.example.org/verify"
    assert printed.qr.startswith("data:image/svg+xml;base64,")
