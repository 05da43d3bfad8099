"""The demo's texts: courses, the evaluation form, comments, names; all written for it."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
FILES = FOLDER / "files"


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def names(count: int) -> list[tuple[str, str]]:
    """So many first and last names of people who do not exist, each once; the hard ones first."""
    found = _read("names.json")
    pairs = [tuple(pair) for pair in found["whole"]]
    first, last = found["first"], found["last"]
    pairs += [(given, last[(index * 7 + 3) % len(last)]) for index, given in enumerate(first)]
    return pairs[:count]


def parts_of_names() -> tuple[list[str], list[str]]:
    """First names and last names, to be put together otherwise."""
    found = _read("names.json")
    return found["first"], found["last"]


def courses() -> list[dict[str, Any]]:
    return [_read(f"courses/{path.name}") for path in sorted((FOLDER / "courses").glob("*.json"))]


def evaluation_form() -> dict[str, Any]:
    form: dict[str, Any] = _read("evaluation_form.json")
    return form


def comments(item: str, rater: str) -> list[dict[str, Any]]:
    """What raters write at an item: each with the rating it goes with."""
    return [row for row in _read("comments.json")["comments"] if (row["item"], row["rater"]) == (item, rater)]


def acknowledgements() -> list[str]:
    found: list[str] = _read("comments.json")["acknowledgements"]
    return found


def goals() -> list[str]:
    found: list[str] = _read("comments.json")["goals"]
    return found
