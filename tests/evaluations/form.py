"""A small form: two ratings in sections of different weight, one text."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from evaluations.models import FormTemplate


def rating(code: str) -> dict[str, Any]:
    return {
        "id": code,
        "kind": "rating",
        "title": code.capitalize(),
        "text": "What is seen.",
        "anchors": {str(n): f"{code} {n}" for n in range(1, 6)},
        "comment_required_at": [1, 5],
    }


CONTENT: dict[str, Any] = {
    "title": "Annual evaluation",
    "scale": {"points": [{"value": n, "label": f"L{n}"} for n in range(1, 6)], "allow_na": True},
    "sections": [
        {"id": "practice", "title": "Practice", "weight": 75, "items": [rating("planning")]},
        {"id": "record", "title": "Record", "weight": 25, "items": [rating("notes")]},
        {
            "id": "ahead",
            "title": "Ahead",
            "items": [
                {
                    "id": "goals",
                    "kind": "text",
                    "title": "Goals",
                    "text": "What next?",
                    "required": True,
                    "raters": ["self"],
                }
            ],
        },
    ],
}


def make_template(code: str = "annual", more: Sequence[str] = (), **columns: Any) -> FormTemplate:
    """The form, with a rating more for each code in `more`."""
    content = deepcopy(CONTENT)
    content["sections"][1]["items"] += [rating(item) for item in more]
    template: FormTemplate = FormTemplate.objects.create(
        code=code, title="Annual evaluation", content=content, published_at="2026-01-01T00:00Z", **columns
    )
    return template
