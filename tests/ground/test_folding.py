"""Searching for a person, however the name is typed."""

import pytest

from portal.folding import fold
from portal.people.employment.details import change_name
from portal.people.models import Person
from tests.cast import Cast, by, make_person


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("nunez", "Núñez"),
        ("NUÑEZ", "nunez"),
        ("o'brien", "O’Brien"),
        ("obrien", "O'Brien"),
        ("walesa", "Wałęsa"),
        ("nguyen", "Nguyễn"),
        ("strasse", "Straße"),
        ("soren", "Søren"),
    ],
)
def test_a_name_is_found_as_people_type_it(typed: str, written: str) -> None:
    assert fold(typed) == fold(written)


def test_every_word_must_be_in_the_name_or_the_number(cast: Cast) -> None:
    wanted = make_person("María José", "Núñez O’Neill", team=cast.north)
    for text in ("nunez", "maria NUNEZ", "o'neill jose", wanted.employee_number, "  Ñunez "):
        assert list(Person.objects.matching(text)) == [wanted], text
    assert not Person.objects.matching("nunez berg").exists()


def test_the_search_follows_a_new_name(cast: Cast, today: object) -> None:
    change_name(cast.dana, first_name="Dana", last_name="Håkansson", on=today, by=by(cast.hana))  # type: ignore[arg-type]
    assert list(Person.objects.matching("hakansson")) == [cast.dana]
    assert not Person.objects.matching("whitfield").exists()
