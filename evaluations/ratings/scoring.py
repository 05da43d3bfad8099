"""The overall rating: weighted by section, what does not apply left out. Pure."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from evaluations.forms.schema import Content

CENT = Decimal("0.01")


def section_mean(ratings: list[int]) -> Decimal | None:
    """The plain mean of what was rated in a section; None where nothing was."""
    return Decimal(sum(ratings)) / len(ratings) if ratings else None


def overall(content: Content, ratings: Mapping[str, int]) -> Decimal | None:
    """The mean of the sections' means by their weights, rounded half up to two places.

    Items without a rating (not applicable) do not count, nor do sections without any; sections
    without a weight count 1 each, and with weight 0 not at all. None where nothing that counts was rated.
    """
    total = weights = Decimal(0)
    for section in content["sections"]:
        given = [ratings[item["id"]] for item in section["items"] if item["id"] in ratings]
        mean = section_mean(given)
        if mean is None:
            continue
        given_weight = section.get("weight")
        weight = Decimal(1 if given_weight is None else str(given_weight))
        total += mean * weight
        weights += weight
    return (total / weights).quantize(CENT, ROUND_HALF_UP) if weights else None
