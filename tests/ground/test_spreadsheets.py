"""No export of ours or of Wagtail's carries a formula that somebody typed into a name or a title."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.models import Page

from portal.people.models import Person
from portal.spreadsheets import Table, as_csv, as_xlsx, formula_safe
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
    "＋1+1",
    "－a",
    "＠SUM(A1)",
    "﹦1",
    '"=1',
    "' =1",
    ";=1",
    ",@x",
    "\ufeff=1",
    "\u200b=1",
    "+1 555 010 0199",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_text(text: str) -> None:
    assert formula_safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Anna", "-5", "-1,250.50", "+3", "-12%", "Núñez-Ortiz", "a=b", "'=1"])
def test_words_and_numbers_stay_as_they_are(text: str) -> None:
    assert formula_safe(text) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a;=1", "a;'=1"),
        ("a\n@x", "a\n'@x"),
        ('a;"=1', "a;\"'=1"),
        ("a\t+cmd", "a\t'+cmd"),
        ("First; -5 mg\n- then rest", "First; -5 mg\n- then rest"),
        ("a, =b", "a, =b"),
    ],
)
def test_a_separator_inside_begins_no_formula(text: str, safe: str) -> None:
    assert formula_safe(text) == safe


DANGEROUS = Table(
    "Standing [2026]: a/b",
    ["Name", "=1+1", "Met"],
    [
        ["=cmd", date(2026, 11, 28), 3],
        ["0042", None, Decimal("1.5")],
        ["A\u00a0\x07b", datetime(2026, 1, 2, 3, 4), -2],
    ],
)


def test_a_csv_has_a_mark_for_excel_days_as_days_and_no_formula() -> None:
    content = as_csv(DANGEROUS)
    assert content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == [
        ["Name", "'=1+1", "Met"],
        ["'=cmd", "2026-11-28", "3"],
        ["0042", "", "1.5"],
        ["A b", "2026-01-02 03:04", "-2"],
    ]


def test_an_xlsx_has_days_as_days_numbers_as_numbers_and_text_as_text() -> None:
    sheet = load_workbook(io.BytesIO(as_xlsx(DANGEROUS))).active
    assert sheet.title == "Standing  2026   a b"
    rows = [[(cell.value, cell.data_type) for cell in row] for row in sheet]
    assert rows[0][1] == ("=1+1", "s")
    assert rows[1] == [("=cmd", "s"), (datetime(2026, 11, 28), "d"), (3, "n")]
    assert rows[2] == [("0042", "s"), (None, "n"), (1.5, "n")]
    assert rows[3][0] == ("A b", "s")
    assert sheet["B2"].number_format == "yyyy-mm-dd"
    assert sheet["A2"].quotePrefix
    assert not sheet["A3"].quotePrefix
    assert sheet.freeze_panes == "A2"


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
