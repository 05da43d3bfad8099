"""The overall rating for any form and any ratings, and what is wrong with a form."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.forms.schema import problems
from evaluations.ratings.scoring import overall
from portal.hashing import canonical_sha256
from tests.evaluations.form import CONTENT

RATINGS = st.dictionaries(st.sampled_from(["planning", "notes"]), st.integers(1, 5))


@st.composite
def forms(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, int]]:
    """A form of up to five sections, with or without weights, and ratings of some of its items."""
    sizes = draw(st.lists(st.integers(0, 4), min_size=1, max_size=5))
    weights = st.one_of(st.none(), st.integers(1, 100))
    sections = []
    for number, size in enumerate(sizes):
        section: dict[str, Any] = {"items": [{"id": f"{number}-{i}"} for i in range(size)]}
        if (weight := draw(weights)) is not None:
            section["weight"] = weight
        sections.append(section)
    names = [item["id"] for section in sections for item in section["items"]]
    rated = draw(st.lists(st.sampled_from(names), unique=True)) if names else []
    return {"sections": sections}, {name: draw(st.integers(1, 5)) for name in rated}


@given(forms())
def test_the_overall_lies_between_the_lowest_and_the_highest(
    case: tuple[Mapping[str, Any], dict[str, int]],
) -> None:
    content, ratings = case
    result = overall(content, ratings)
    if not ratings:
        assert result is None
    else:
        assert result is not None
        assert min(ratings.values()) <= result <= max(ratings.values())
        assert result == result.quantize(Decimal("0.01"))


@given(forms(), st.integers(1, 5))
def test_who_is_rated_the_same_everywhere_has_that_overall(
    case: tuple[Mapping[str, Any], dict[str, int]], rating: int
) -> None:
    content, ratings = case
    result = overall(content, dict.fromkeys(ratings, rating))
    assert result == (Decimal(rating) if ratings else None)


@given(forms(), st.data())
def test_a_better_rating_never_lowers_the_overall(
    case: tuple[Mapping[str, Any], dict[str, int]], data: st.DataObject
) -> None:
    content, ratings = case
    if ratings:
        name = data.draw(st.sampled_from(sorted(ratings)))
        better = {**ratings, name: min(ratings[name] + 1, 5)}
        before, after = overall(content, ratings), overall(content, better)
        assert before is not None
        assert after is not None
        assert after >= before


@given(forms(), st.integers(2, 9))
def test_only_the_proportion_of_the_weights_counts(
    case: tuple[Mapping[str, Any], dict[str, int]], factor: int
) -> None:
    content, ratings = case
    scaled = {"sections": [{**s, "weight": (s.get("weight") or 1) * factor} for s in content["sections"]]}
    assert overall(scaled, ratings) == overall(content, ratings)


@given(st.integers(1, 5))
def test_what_does_not_apply_is_left_out(rating: int) -> None:
    assert overall(CONTENT, {"notes": rating}) == Decimal(rating)


@given(RATINGS)
def test_an_item_that_is_not_in_the_form_does_not_count(ratings: dict[str, int]) -> None:
    assert overall(CONTENT, {**ratings, "removed": 5}) == overall(CONTENT, ratings)


@pytest.mark.parametrize(
    ("planning", "notes", "expected"), [(4, 2, "3.50"), (2, 4, "2.50"), (5, 4, "4.75"), (1, 1, "1.00")]
)
def test_sections_count_by_their_weight(planning: int, notes: int, expected: str) -> None:
    assert overall(CONTENT, {"planning": planning, "notes": notes}) == Decimal(expected)


def test_half_a_hundredth_is_rounded_up() -> None:
    sections = [{"weight": weight, "items": [{"id": str(weight)}]} for weight in (1, 199)]
    assert overall({"sections": sections}, {"1": 2, "199": 1}) == Decimal("1.01")


# ---- forms ------------------------------------------------------------------------------------


def test_a_sound_form_has_no_problems() -> None:
    assert problems(CONTENT) == []


def test_a_form_without_an_anchor_or_with_an_id_twice_is_refused() -> None:
    broken = {**CONTENT, "sections": [CONTENT["sections"][0], CONTENT["sections"][0]]}
    assert any("used twice" in problem for problem in problems(broken))
    assert problems({"scale": {"points": []}, "sections": []})


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"id": "a", "kind": "stars", "title": "A"}, "neither rating nor text"),
        ({"id": "a", "kind": "rating", "title": "A", "anchors": {"1": "x"}}, "needs an anchor"),
    ],
)
def test_each_problem_names_the_item(item: dict[str, Any], words: str) -> None:
    [problem] = problems({**CONTENT, "sections": [{"id": "s", "title": "S", "items": [item]}]})
    assert problem.startswith("a: ")
    assert words in problem


def test_the_hash_of_a_form_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical_sha256({"a": 1, "b": "é"}) == canonical_sha256({"b": "é", "a": 1})
    assert canonical_sha256({"a": 1}) != canonical_sha256({"a": 2})
