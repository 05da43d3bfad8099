"""Every address of the portal, with hostile values in path, query and form: never an error of ours.

404, 400, an error at the field, the default: any answer but 500. The rows and the arguments are
those of the access table. Round 0 runs with the suite, the other rounds are long.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from django import forms
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

from tests.access_table.asking import signed_in
from tests.access_table.filling import forms_on, plausible
from tests.access_table.rows import Row, groups, path_of, rows_of
from tests.access_table.world import World

HUGE, LONG, LARGEST = "9" * 30, "9" * 5000, str(2**63 - 1)
ROUNDS = [0, *(pytest.param(number, marks=pytest.mark.long) for number in range(1, 9))]

# ---- hostile values, one for each round -------------------------------------------------------

NUMBERS = (HUGE, LONG, LARGEST, str(2**63), "٣", "0", "-1", "²", "1.5")
DAYS = ("9999-12-31", "0001-01-01", "0000-01-01", "2026-02-30", "1900-01-01", "2200-12-31", "²", HUGE, "")
WORDS = ("a " * 3000, "%", "\u202ex", "..", "🙂", HUGE, "[" * 3000, "a\nb", "a" * 9000)
TEXTS = ("a\0b", "a\nb", "\u202ea", "\x1b", "a" * 9000, "'\"<>", "²", HUGE, "\ufeff")
QUERY = {
    **dict.fromkeys(("as_of", "as_shown", "from", "to"), DAYS),
    **dict.fromkeys(("page", "team", "requirement", "person", "p"), NUMBERS),
    **dict.fromkeys(("q", "state", "group", "order", "scope", "word", "kind", "show", "part", "code"), WORDS),
}
# Fields that are posted by buttons and scripts, without a form on a page.
POSTED = ("mode", "theme", "next", "then", "revision", "reason", "choice", "flag", "note", "comment", "rater")
POSTED += ("rating-teamwork", "text-teamwork")


def query(number: int) -> dict[str, str]:
    return {name: values[number] for name, values in QUERY.items()}


# ---- asking -----------------------------------------------------------------------------------


def ask(client: Client, method: str, address: str, data: Any) -> tuple[str, Any]:
    """Ask, and take back what was done: what failed, in words, and the answer."""
    response = None
    with transaction.atomic():
        try:
            response = getattr(client, method)(address, data)
            failed = "500" if response.status_code == 500 else ""
        except Exception as error:  # The test client lets it through.
            failed = f"{type(error).__name__}: {error}"[:160]
        transaction.set_rollback(True)
    return failed and f"{method} {address[:80]} {str(data)[:120]}: {failed}", response


def whoever_may(row: Row, clients: dict[str, Client]) -> Client:
    """HR where HR may, else the first who may."""
    names = ("hana", "dana", "renata")
    return clients[next((name for name in names if row.expect[name] == "ok"), "hana")]


# ---- queries and posts ------------------------------------------------------------------------

# Asked in parts, so that no test is long.
AT_ONCE = 15
GROUPS = [(group, part) for group in groups() for part in range(-(-len(list(rows_of(group))) // AT_ONCE))]


def part_of(group: str, part: int) -> Iterator[tuple[str, Row]]:
    return islice(rows_of(group), part * AT_ONCE, (part + 1) * AT_ONCE)


@pytest.mark.parametrize("number", ROUNDS)
@pytest.mark.parametrize(("group", "part"), GROUPS)
def test_no_query_is_an_error_of_ours(
    world: World, clients: dict[str, Client], group: str, part: int, number: int
) -> None:
    failed = []
    for name, row in part_of(group, part):
        address = path_of(name, world)
        failed.append(ask(whoever_may(row, clients), "get", address, query(number))[0])
    assert [words for words in failed if words] == []


@pytest.mark.parametrize("number", ROUNDS)
@pytest.mark.parametrize(("group", "part"), GROUPS)
def test_nothing_that_is_posted_is_an_error_of_ours(
    world: World, clients: dict[str, Client], group: str, part: int, number: int
) -> None:
    failed = []
    for name, row in part_of(group, part):
        client, address = whoever_may(row, clients), path_of(name, world)
        page = ask(client, "get", address, {})[1]
        posts = [dict.fromkeys(POSTED, TEXTS[number]), *hostile_posts(page, number)]
        failed += [ask(client, "post", address, data)[0] for data in posts]
    assert [words for words in failed if words] == []


def hostile_posts(page: Any, number: int) -> Iterator[dict[str, Any]]:
    """For each form on the page: every field hostile; in the long rounds also one at a time."""
    for form in forms_on(page):
        bad = {form.add_prefix(name): hostile(field, number) for name, field in form.fields.items()}
        yield bad
        good = {form.add_prefix(name): plausible(field) for name, field in form.fields.items()}
        good = {name: value for name, value in good.items() if value is not None}
        for name in bad if number else ():
            yield {**good, name: bad[name]}


def hostile(field: Any, number: int) -> Any:
    if isinstance(field, forms.DateField):
        return DAYS[number]
    if isinstance(field, forms.ModelMultipleChoiceField):
        return [NUMBERS[number], "1"]
    if isinstance(field, forms.ModelChoiceField | forms.IntegerField | forms.FloatField):
        return NUMBERS[number]
    return TEXTS[number]


# ---- paths ------------------------------------------------------------------------------------

CONVERTER = re.compile(r"<(?:(\w+):)?\w+>")


def patterns(resolver: Any, prefix: str = "") -> Iterator[str]:
    """Every address of the urlconf, Wagtail's and allauth's too, as a path with converters."""
    for pattern in resolver.url_patterns:
        text = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, text)
        elif not set(text) & set("^$\\("):
            yield text


def hostile_path(pattern: str, number: int) -> str:
    values = {"int": NUMBERS[number], "uuid": "00000000-0000-0000-0000-000000000000"}
    other = "x" * 3000 if number % 2 else "\u202e🙂"
    return "/" + CONVERTER.sub(lambda found: values.get(found.group(1) or "str", other), pattern)


WITH_VALUES = sorted({text for text in patterns(get_resolver()) if CONVERTER.search(text)})


@pytest.mark.parametrize("number", ROUNDS)
@pytest.mark.parametrize("part", range(2))
def test_no_path_is_an_error_of_ours(clients: dict[str, Client], part: int, number: int) -> None:
    ours = [text for text in WITH_VALUES if not text.startswith("admin/")]
    answers = (ask(clients["hana"], "get", hostile_path(text, number), {}) for text in ours[part::2])
    assert [words for words, _response in answers if words] == []


@pytest.mark.parametrize("number", ROUNDS)
@pytest.mark.parametrize("part", range(4))
def test_no_path_of_the_back_office_is_an_error_of_ours(world: World, part: int, number: int) -> None:
    author = signed_in(world.cast.arthur)
    theirs = [text for text in WITH_VALUES if text.startswith("admin/")]
    answers = (ask(author, "get", hostile_path(text, number), {}) for text in theirs[part::4])
    assert [words for words, _response in answers if words] == []


# The filters of Wagtail's reports, none of which is a form of ours.
REPORTS = ("site-history", "aging-pages", "workflow", "workflow_tasks", "locked")
FILTERS = ("timestamp", "last_published_at", "created_at", "started_at", "finished_at", "locked_at")


@pytest.mark.parametrize("number", ROUNDS)
def test_no_filter_of_the_back_office_is_an_error_of_ours(world: World, number: int) -> None:
    author = signed_in(world.cast.arthur)
    days = {f"{name}_{end}": DAYS[number] for name in FILTERS for end in ("from", "to")}
    answers = (ask(author, "get", f"/admin/reports/{name}/", days | query(number)) for name in REPORTS)
    assert [words for words, _response in answers if words] == []
