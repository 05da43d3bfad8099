"""Every kind of fact says who may take it back, and what it is in words."""

from portal.people.facts import guards, wording
from portal.people.facts.taking_back import fact_models


def test_every_kind_of_fact_has_a_guard_and_words() -> None:
    kinds = set(fact_models())
    assert kinds - guards._guards.keys() == set()
    assert kinds - wording._words.keys() == set()
