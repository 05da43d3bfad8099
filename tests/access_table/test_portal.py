"""Every address of the portal, asked as everybody: one table.

A stranger gets 404, an insider without the right 403, a visitor is led to the sign-in, who has left
holds nothing. An address that has no row fails the test: nothing opens unnoticed.
"""

import pytest
from django.urls import get_resolver

from evaluations.workflow.lifecycle import MoveName
from portal.people.directory.acts import ACTS
from portal.people.directory.kinds import CORRECTED_BY, KINDS
from portal.people.models import Invitation
from tests.access_table.asking import Asker, differences
from tests.access_table.columns import OFTEN
from tests.access_table.rows import ELSEWHERE, OF_THEIR_OWN, TABLE, Row, addresses, path_of
from tests.access_table.world import World

BY_WORD = {
    "people:act": {*ACTS, "nothing"},
    "people:withdraw_fact": set(KINDS),
    "people:end_fact": set(KINDS),
    "people:correct_fact": set(CORRECTED_BY),
    "people:invite": set(Invitation.Kind.values),
    "evaluations:move": {str(name) for name in MoveName},
}


def test_every_address_has_a_row() -> None:
    elsewhere = ("admin/", "documents/", "_util/")
    known = {
        name
        for name, text in addresses(get_resolver())
        if not text.lstrip("^").startswith(elsewhere) and not name.startswith(ELSEWHERE)
    }
    assert known == {name.split()[0] for name in TABLE} | OF_THEIR_OWN


@pytest.mark.parametrize("name", BY_WORD)
def test_everything_that_an_address_does_has_a_row(name: str) -> None:
    assert {
        word for first, _space, word in (row.partition(" ") for row in TABLE) if first == name
    } == BY_WORD[name]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", TABLE)
def test_who_gets_what(world: World, everybody: dict[str, Asker], name: str, method: str) -> None:
    row, path = TABLE[name], path_of(name, world)
    if method in row.takes:
        expected = row.expected(method)
        wrong = differences(everybody, method, path, {column: expected[column] for column in OFTEN})
    else:
        wrong = not_taken(everybody, method, path, row)
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
@pytest.mark.parametrize("name", TABLE)
def test_who_gets_what_of_the_others(world: World, everybody: dict[str, Asker], name: str) -> None:
    """Those who are two at once, HR of other scopes, and whoever else is asked seldom."""
    row, path = TABLE[name], path_of(name, world)
    for method in row.takes.split():
        expected = row.expected(method)
        rest = {column: answer for column, answer in expected.items() if column not in OFTEN}
        wrong = differences(everybody, method, path, rest)
        assert not wrong, "\n".join(wrong)


def not_taken(everybody: dict[str, Asker], method: str, path: str, row: Row) -> list[str]:
    """Who is let in by the other method is told 405: so it is refused whoever asks."""
    may = next(column for column, answer in row.expect.items() if answer != "302*" and answer != "403")
    got = everybody[may].ask(method, path)
    return [] if got == "405" else [f"{may}: {got}, not 405"]
