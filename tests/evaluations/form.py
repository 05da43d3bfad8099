"""A small form: two ratings in sections of different weight, one text."""

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


def make_template() -> FormTemplate:
    template: FormTemplate = FormTemplate.objects.create(
        code="annual", title="Annual evaluation", content=deepcopy(CONTENT), published_at="2026-01-01T00:00Z"
    )
    return template
