"""What an address asks for after the question mark is a day or a number, or is left out."""

from datetime import date

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from portal.dates import EARLIEST, LATEST
from portal.ui.query import day_in_query, number_in_query

DEFAULT = date(2026, 3, 2)


def asked(text: str) -> HttpRequest:
    return RequestFactory().get("/", {"x": text})


@given(st.text(st.characters(codec="utf-8")) | st.dates().map(str) | st.integers().map(str))
def test_whatever_is_asked_the_answer_can_be_worked_with(text: str) -> None:
    day, number = day_in_query(asked(text), "x", DEFAULT), number_in_query(asked(text), "x")
    assert EARLIEST <= day <= LATEST
    assert number is None or 0 <= number < 2**63


@given(st.dates(EARLIEST, LATEST))
def test_a_day_is_read(day: date) -> None:
    assert day_in_query(asked(str(day)), "x", DEFAULT) == day


@pytest.mark.parametrize(
    "text", ["", "0001-01-01", "9999-12-31", "0000-01-01", "2026-02-30", "²", "tomorrow"]
)
def test_what_is_no_day_is_the_default(text: str) -> None:
    assert day_in_query(asked(text), "x", DEFAULT) == DEFAULT
    assert day_in_query(asked(text), "x", None) is None


LARGEST = 2**63 - 1


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("007", 7), (str(LARGEST), LARGEST)])
def test_a_number_is_read(text: str, number: int | None) -> None:
    assert number_in_query(asked(text), "x") == number


@pytest.mark.parametrize(
    "text", ["", str(LARGEST + 1), "9" * 5000, "²", "٣", "-1", "1.5"], ids=lambda t: t[:9]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert number_in_query(asked(text), "x") is None
