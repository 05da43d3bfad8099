"""What a posted part of an evaluation gives, and the page that gives it back when it was not saved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict

from evaluations.forms.schema import items_for
from evaluations.models import Answer, Part
from evaluations.ratings.answer import Given
from evaluations.ratings.layout import Line, Section


def given_in(part: Part, data: QueryDict) -> dict[str, Given]:
    """What a posted part form gives, by item. A field that is absent stays as it is saved.

    So a script may send only what was touched. `mine` names the items for which, of two texts that
    stood side by side, the own one is taken.
    """
    saved, given = _saved(part), {}
    for item in items_for(part.evaluation.form, part.role):
        name = item["id"]
        prefix = "mine-" if name in data.getlist("mine") else ""
        rating, text = data.get(f"{prefix}rating-{name}"), data.get(f"{prefix}text-{name}")
        if rating is None and text is None:
            continue
        row = saved[name]
        given[name] = Given(
            rating=row.rating if rating is None else _whole_number(rating),
            not_applicable=row.not_applicable if rating is None else rating == "na",
            text=row.text if text is None else text.replace("\r\n", "\n"),
        )
    return given


def _saved(part: Part) -> dict[str, Answer]:
    return {row.item: row for row in part.answers.all()}


def revision_in(data: QueryDict) -> int | None:
    return _whole_number(data.get("revision", ""))


def _whole_number(value: str) -> int | None:
    """The number; of a longer one the first nine digits, which are on no scale and no revision either."""
    return int(value[:9]) if value.isdecimal() else None


# ---- given back -------------------------------------------------------------------------------


def as_written(sections: Iterable[Section], given: Mapping[str, Given]) -> list[Section]:
    """The page as it was sent: every value in its field, though it was not saved."""

    def line_of(line: Line) -> Line:
        sent = given.get(line.item["id"])
        if sent is None or line.mine is None:
            return line
        return replace(line, mine=sent)

    return [replace(section, lines=tuple(map(line_of, section.lines))) for section in sections]


@dataclass(frozen=True)
class Beside:
    """What somebody sent where something else was saved meanwhile: both stand on the page."""

    text: str | None
    rating: str | None
    rating_value: str


def beside(part: Part, given: Mapping[str, Given]) -> dict[str, Beside]:
    """By item, what was sent and differs from what is saved; None where it does not."""
    found = {}
    for name, row in _saved(part).items():
        sent = given.get(name)
        if sent is None:
            continue
        rated = (sent.rating, sent.not_applicable) != (row.rating, row.not_applicable)
        text = sent.text if sent.text != row.text else None
        if rated or text is not None:
            value = "na" if sent.not_applicable else str(sent.rating or "")
            found[name] = Beside(text, value if rated and value else None, value)
    return {name: row for name, row in found.items() if row.text is not None or row.rating}
