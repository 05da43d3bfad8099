"""The lists of these pages as files: the columns on screen, with the dates behind the words."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from portal.audit.models import AccessLog
from portal.home import files
from portal.people.models import Person
from tests.cast import Cast, make_person
from tests.cost import cost_of_page
from tests.standing.rules import make_qualification, make_requirement

SignIn = Callable[[Person], Client]
LISTS = [("renata", "team_board"), ("hana", "compliance_items"), ("hana", "not_cleared")]


@pytest.fixture
def rules(cast: Cast) -> None:
    make_requirement("hipaa")
    make_requirement("license", make_qualification("license:RN:CA"), due_days=-1, severity="blocks")


def rows_of(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def cells_of(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(answer.content)).active]


@pytest.mark.parametrize(("who", "name"), LISTS)
def test_both_files_say_the_same_and_the_page_links_them(
    cast: Cast, rules: None, sign_in: SignIn, who: str, name: str
) -> None:
    client = sign_in(getattr(cast, who))
    query = {"show": "all", "word": "all"}
    plain = client.get(reverse(f"{name}_csv"), query)
    head, *rows = cells_of(client.get(reverse(f"{name}_xlsx"), query))
    assert [list(row) for row in rows_of(plain)] == [head] * len(rows)
    assert rows
    for line, row in zip(rows_of(plain), rows, strict=True):
        days = [cell.date().isoformat() if isinstance(cell, datetime) else cell or "" for cell in row]
        assert list(line.values()) == days
    page = client.get(reverse(name), {"as_of": "2026-11-20"}).content.decode()
    for kind in ("csv", "xlsx"):
        assert f"{reverse(f'{name}_{kind}')}?as_of=2026-11-20" in page


def test_the_board_has_each_date_beside_its_word(cast: Cast, rules: None, sign_in: SignIn) -> None:
    client = sign_in(cast.renata)
    page = client.get(reverse("team_board"))
    columns = [column.heading for column in page.context["board"].columns]
    lines = rows_of(client.get(reverse("team_board_csv")))
    for name in columns:
        assert {name, f"{name}: good through", f"{name}: deadline"} <= lines[0].keys()
    days = [line[f"{name}: deadline"] for line in lines for name in columns if line[f"{name}: deadline"]]
    assert days
    assert all(date.fromisoformat(day) for day in days)


def test_the_items_say_since_when_they_are_late(cast: Cast, rules: None, sign_in: SignIn) -> None:
    [first, *_rest] = rows_of(sign_in(cast.hana).get(reverse("compliance_items_csv"), {"word": "late"}))
    assert date.fromisoformat(first["Late since"]) > date.fromisoformat(first["Deadline"])


@pytest.mark.parametrize(("who", "name"), LISTS)
def test_a_file_costs_the_same_for_many(
    cast: Cast, rules: None, sign_in: SignIn, who: str, name: str
) -> None:
    client, address = sign_in(getattr(cast, who)), reverse(f"{name}_csv")
    few = cost_of_page(client, address)
    for number in range(12):
        make_person("P", str(number), team=cast.north)
    assert cost_of_page(client, address) == few


def test_taking_a_list_along_is_logged(cast: Cast, rules: None, sign_in: SignIn) -> None:
    client = sign_in(cast.hana)
    client.get(reverse("compliance_items_xlsx"), {"q": "Whitfield"})
    client.get(reverse("not_cleared_csv"))
    client.get(reverse("team_board_xlsx"))
    logged = dict(AccessLog.objects.filter(reader=cast.hana).values_list("what", "detail"))
    assert {"items-export", "clearance-export", "board-export"} <= logged.keys()
    assert "q=Whitfield" in logged["items-export"]


def test_what_is_too_long_for_a_file_is_refused(
    cast: Cast, rules: None, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_ROWS", 1)
    answer = sign_in(cast.hana).get(reverse("compliance_items_csv"), {"word": "all"})
    assert answer.status_code >= 400
    assert "narrow the list first" in answer.content.decode()
