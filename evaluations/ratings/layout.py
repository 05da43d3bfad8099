"""An evaluation laid out for reading: what the page and the PDF show, section by section."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evaluations.forms.schema import Item, asked_of, label_of, points
from evaluations.models import Answer, Evaluation, Part


@dataclass(frozen=True)
class Line:
    """One item with what each rater gave; None where a part may not be seen."""

    item: Item
    self_answer: Answer | None
    supervisor_answer: Answer | None
    self_label: str = ""
    supervisor_label: str = ""
    stops: tuple[Mapping[str, Any], ...] = ()
    mine: Answer | None = None

    @property
    def is_rating(self) -> bool:
        return bool(self.item["kind"] == "rating")

    @property
    def anchor(self) -> str:
        """The behavior that the supervisor's rating stands for."""
        if self.supervisor_answer is None or self.supervisor_answer.rating is None:
            return ""
        return str(self.item.get("anchors", {}).get(str(self.supervisor_answer.rating), ""))

    @property
    def asks_self(self) -> bool:
        return asked_of(self.item, Part.Role.SELF)

    @property
    def asks_supervisor(self) -> bool:
        return asked_of(self.item, Part.Role.SUPERVISOR)

    @property
    def is_long(self) -> bool:
        """Long enough that a page break inside it reads better than a gap before it (characters)."""
        texts = [a.text for a in (self.self_answer, self.supervisor_answer) if a]
        return sum(map(len, texts)) > 1200


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    weight: int | None
    lines: tuple[Line, ...]


def sections_of(
    evaluation: Evaluation, seen: Mapping[str, Part], mine: Part | None = None
) -> Iterator[Section]:
    """The sections with the answers of the parts that are seen, by role; `mine` is being written."""
    answers = {role: {a.item: a for a in part.answers.all()} for role, part in seen.items()}
    for section in evaluation.form["sections"]:
        lines = tuple(_line(evaluation, item, answers, mine) for item in section["items"])
        yield Section(section["id"], section["title"], section.get("weight"), lines)


def _line(
    evaluation: Evaluation, item: Item, answers: Mapping[str, Mapping[str, Answer]], part: Part | None
) -> Line:
    mine = answers.get(Part.Role.SELF, {}).get(item["id"])
    theirs = answers.get(Part.Role.SUPERVISOR, {}).get(item["id"])
    return Line(
        item,
        mine,
        theirs,
        label_of(evaluation.form, mine.rating) if mine else "",
        label_of(evaluation.form, theirs.rating) if theirs else "",
        tuple(stops_of(evaluation, item)) if part and item["kind"] == "rating" else (),
        answers.get(part.role, {}).get(item["id"]) if part else None,
    )


def stops_of(evaluation: Evaluation, item: Item) -> list[dict[str, Any]]:
    """The scale of an item for its input: value, label, anchor."""
    anchors = item.get("anchors", {})
    return [
        {"value": p["value"], "label": p["label"], "text": anchors.get(str(p["value"]), "")}
        for p in points(evaluation.form)
    ]
