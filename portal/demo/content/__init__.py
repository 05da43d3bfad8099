"""The demo's texts: courses, the evaluation form, comments, names; all written for it."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
FILES = FOLDER / "files"


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def names() -> tuple[list[str], list[str]]:
    """First names and last names of people who do not exist."""
    found = _read("names.json")
    return found["first"], found["last"]


def courses() -> list[dict[str, Any]]:
    return [_read(f"courses/{path.name}") for path in sorted((FOLDER / "courses").glob("*.json"))]


def evaluation_form() -> dict[str, Any]:
    form: dict[str, Any] = _read("evaluation_form.json")
    return form


def comments() -> dict[str, list[str]]:
    found: dict[str, list[str]] = _read("comments.json")
    return found
