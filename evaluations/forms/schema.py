"""A form's content: sections, items with stable ids, a scale. Pure readers and the check of a form.

{"title", "scale": {"points": [{"value", "label"}], "allow_na"},
 "sections": [{"id", "title", "weight", "items": [
    {"id", "kind": "rating", "title", "text", "anchors": {"1": ...}, "comment_required_at": [1, 5]},
    {"id", "kind": "text", "title", "text", "required", "raters": ["self", "supervisor"]}]}]}
"""

from collections.abc import Iterator, Mapping
from typing import Any

type Content = Mapping[str, Any]
type Item = Mapping[str, Any]


def items(content: Content) -> Iterator[Item]:
    """Every item, in the order of the form."""
    for section in content["sections"]:
        yield from section["items"]


def asked_of(item: Item, role: str) -> bool:
    """Is the item asked of this rater? Ratings are asked of everyone; texts say of whom."""
    return role in item.get("raters", ("self", "supervisor"))


def items_for(content: Content, role: str) -> list[Item]:
    return [item for item in items(content) if asked_of(item, role)]


def points(content: Content) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = content["scale"]["points"]
    return found


def label_of(content: Content, rating: int | None) -> str:
    return next((p["label"] for p in points(content) if p["value"] == rating), "")


def problems(content: Content) -> list[str]:
    """What is wrong with a form, in words; empty when it can be used."""
    found: list[str] = []
    values = {point["value"] for point in content.get("scale", {}).get("points", [])}
    if len(values) < 2:
        found.append("The scale needs at least two points.")
    ids = [item.get("id", "") for item in items(content)] if content.get("sections") else []
    if not ids:
        found.append("The form has no items.")
    found += [f"The id {name!r} is used twice." for name in sorted({i for i in ids if ids.count(i) > 1})]
    for item in items(content) if ids else ():
        if item.get("kind") not in {"rating", "text"}:
            found.append(f"{item.get('id')}: the kind is neither rating nor text.")
        anchors = {int(key) for key in item.get("anchors", {})}
        if item.get("kind") == "rating" and anchors != values:
            found.append(f"{item.get('id')}: every point of the scale needs an anchor.")
    return found
