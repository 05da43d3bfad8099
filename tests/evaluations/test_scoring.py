"""The overall rating, for any ratings."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from evaluations.forms_content import problems
from evaluations.scoring import overall
from tests.evaluations.form import CONTENT

RATINGS = st.dictionaries(st.sampled_from(["planning", "notes"]), st.integers(1, 5))


@given(RATINGS)
def test_the_overall_lies_between_the_lowest_and_the_highest(ratings: dict[str, int]) -> None:
    result = overall(CONTENT, ratings)
    if not ratings:
        assert result is None
    else:
        assert result is not None
        assert min(ratings.values()) <= result <= max(ratings.values())


@given(st.integers(1, 5))
def test_what_does_not_apply_is_left_out(rating: int) -> None:
    assert overall(CONTENT, {"notes": rating}) == Decimal(rating)


def test_a_form_without_an_anchor_or_with_an_id_twice_is_refused() -> None:
    broken = {**CONTENT, "sections": [CONTENT["sections"][0], CONTENT["sections"][0]]}
    assert any("used twice" in problem for problem in problems(broken))
    assert problems({"scale": {"points": []}, "sections": []})
    assert problems(CONTENT) == []
