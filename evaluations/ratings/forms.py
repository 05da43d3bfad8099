"""What a posted part of an evaluation gives."""

from django.http import QueryDict

from evaluations.forms.schema import items_for
from evaluations.models import Part
from evaluations.ratings.answer import Given


def given_in(part: Part, data: QueryDict) -> dict[str, Given]:
    """What a posted part form gives, by item. Items whose fields are absent are left alone."""
    given = {}
    for item in items_for(part.evaluation.form, part.role):
        name = item["id"]
        keys = (f"rating-{name}", f"na-{name}", f"text-{name}")
        if not any(key in data for key in keys):
            continue
        rating = data.get(f"rating-{name}", "")
        given[name] = Given(
            rating=_whole_number(rating),
            not_applicable=rating == "na",
            text=data.get(f"text-{name}", "").replace("\r\n", "\n"),
        )
    return given


def revision_in(data: QueryDict) -> int | None:
    return _whole_number(data.get("revision", ""))


def _whole_number(value: str) -> int | None:
    """The number; of a longer one the first nine digits, which are on no scale and no revision either."""
    return int(value[:9]) if value.isdecimal() else None
