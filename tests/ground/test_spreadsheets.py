"""No export of ours or of Wagtail's carries a formula that somebody typed into a name or a title."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.models import Page

from portal.people.models import Person
from portal.spreadsheets import formula_safe
from tests.cast import Cast

FORMULAS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\u00a0=1",
    "＝1+1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_text(text: str) -> None:
    assert formula_safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Anna", "-5", "-1,250.50", "+3", "-12%", "Núñez-Ortiz", "a=b", "'=1"])
def test_words_and_numbers_stay_as_they_are(text: str) -> None:
    assert formula_safe(text) == text


def rows_of(response: Any) -> list[list[str]]:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return list(csv.reader(io.StringIO(content.decode())))


@pytest.fixture
def office(cast: Cast, sign_in: Callable[[Person], Client], settings: Any) -> Client:
    settings.SECOND_FACTOR_ROLES = frozenset()
    Person.objects.filter(pk=cast.arthur.pk).update(is_superuser=True)
    return sign_in(cast.arthur)


@pytest.fixture
def spiteful_page(cast: Cast) -> Page:
    root = Page.get_first_root_node()
    return root.add_child(
        instance=Page(title="=HYPERLINK(1)", slug="spiteful", locked=True, locked_by=cast.ilse)
    )


@pytest.mark.parametrize("report", ["wagtailadmin_reports:site_history", "wagtailadmin_reports:locked_pages"])
def test_wagtails_reports_guard_their_csv(office: Client, spiteful_page: Page, report: str) -> None:
    spiteful_page.save_revision(log_action=True)
    cells = {cell for row in rows_of(office.get(reverse(report), {"export": "csv"})) for cell in row}
    assert "'=HYPERLINK(1)" in cells
    assert "=HYPERLINK(1)" not in cells


def test_wagtails_xlsx_holds_it_as_text(office: Client, spiteful_page: Page) -> None:
    from openpyxl import load_workbook

    answer = office.get(reverse("wagtailadmin_reports:locked_pages"), {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    cells = {cell.value: cell.data_type for row in sheet for cell in row}
    assert cells["=HYPERLINK(1)"] == "s"


class View(SpreadsheetExportMixin):
    """As Wagtail's workflow reports: a field with a function of its own."""

    custom_field_preprocess = {"title": {"csv": lambda value: f"={value}", "xlsx": str}}
    list_export = ["title"]


def test_a_reports_own_function_is_guarded_too_and_numbers_stay_numbers() -> None:
    assert View().preprocess_field_value("title", "x", "csv") == "'=x"
    assert View().preprocess_field_value("other", -5, "csv") == -5
    assert View().preprocess_field_value("other", ["=x", "y"], "csv") == "'=x, y"
