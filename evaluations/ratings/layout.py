"""An evaluation laid out for reading: what the page and the PDF show, section by section."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from evaluations.forms.schema import Content, Item, asked_of, label_of, points
from evaluations.models import Answer, Evaluation, Part
from evaluations.ratings.answer import Given
from portal.texts import room_of
from portal.ui.notation import day

# A row that is there, or an answer as it was signed.
type Said = Answer | Given


@dataclass(frozen=True)
class Line:
    """One item with what each rater gave; None where a part may not be seen."""

    item: Item
    self_answer: Said | None
    supervisor_answer: Said | None
    self_label: str = ""
    supervisor_label: str = ""
    stops: tuple[Mapping[str, Any], ...] = ()
    mine: Said | None = None
    person_name: str = ""

    @property
    def wrote(self) -> str:
        return _("%(name)s wrote") % {"name": self.person_name}

    @property
    def self_heading(self) -> str:
        """Self-rating 3 Solid; for a text, who wrote it."""
        if not self.is_rating:
            return self.wrote
        return _rating_words(_("Self-rating"), self.self_answer, self.self_label)

    @property
    def supervisor_heading(self) -> str:
        if not self.is_rating:
            return _("Supervisor wrote")
        return _rating_words(_("Supervisor"), self.supervisor_answer, self.supervisor_label)

    @property
    def self_mark(self) -> str:
        """The rating alone, for a table."""
        return _mark(self.self_answer)

    @property
    def supervisor_mark(self) -> str:
        return _mark(self.supervisor_answer)

    @property
    def is_answered(self) -> bool:
        """Something is given to it in the part being written."""
        mine = self.mine
        return mine is not None and bool(mine.rating is not None or mine.not_applicable or mine.text.strip())

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
        """Long enough that a page break inside it reads better than a gap before it: its size on paper."""
        texts = [a.text for a in (self.self_answer, self.supervisor_answer) if a]
        return sum(map(room_of, texts)) > 1200


@dataclass(frozen=True)
class Section:
    id: str
    title: str
    weight: int | None
    lines: tuple[Line, ...]

    @property
    def _asked(self) -> list[Line]:
        return [line for line in self.lines if line.mine is not None]

    @property
    def progress(self) -> str:
        """Of the part being written: done when every line has an answer."""
        asked = self._asked
        return "done" if asked and all(line.is_answered for line in asked) else "todo"

    @property
    def answered_words(self) -> str:
        """3 of 5: lines with an answer, of those asked; nothing where none is."""
        asked = self._asked
        if not asked:
            return ""
        return _("%(done)d of %(all)d") % {"done": sum(line.is_answered for line in asked), "all": len(asked)}


def _mark(answer: Said | None) -> str:
    if answer is None:
        return "—"
    if answer.not_applicable:
        return _("n/a")
    return "—" if answer.rating is None else str(answer.rating)


def _rating_words(who: str, answer: Said | None, label: str) -> str:
    if answer is not None and answer.not_applicable:
        return _("%(who)s: does not apply") % {"who": who}
    if answer is None or answer.rating is None:
        return _("%(who)s: none") % {"who": who}
    return f"{who} {answer.rating} {label}"


def sections_of(
    evaluation: Evaluation, seen: Mapping[str, Part], mine: Part | None = None
) -> Iterator[Section]:
    """The sections with the answers of the parts that are seen, by role; `mine` is being written."""
    answers = {role: {a.item: a for a in part.answers.all()} for role, part in seen.items()}
    return laid_out(evaluation.form, evaluation.person.get_short_name(), answers, mine.role if mine else "")


def laid_out(
    form: Content, person_name: str, answers: Mapping[str, Mapping[str, Said]], writes: str = ""
) -> Iterator[Section]:
    """The sections of a form with the answers by role and item; `writes` is the role being written."""
    for section in form["sections"]:
        lines = tuple(_line(form, person_name, item, answers, writes) for item in section["items"])
        yield Section(section["id"], section["title"], section.get("weight"), lines)


def _line(
    form: Content, person_name: str, item: Item, answers: Mapping[str, Mapping[str, Said]], writes: str
) -> Line:
    mine = answers.get(Part.Role.SELF, {}).get(item["id"])
    theirs = answers.get(Part.Role.SUPERVISOR, {}).get(item["id"])
    return Line(
        item,
        mine,
        theirs,
        label_of(form, mine.rating) if mine else "",
        label_of(form, theirs.rating) if theirs else "",
        tuple(stops_of(form, item)) if writes and item["kind"] == "rating" else (),
        answers.get(writes, {}).get(item["id"]) if writes and asked_of(item, writes) else None,
        person_name,
    )


def stops_of(form: Content, item: Item) -> list[dict[str, Any]]:
    """The scale of an item for its input: value, label, anchor."""
    anchors = item.get("anchors", {})
    return [
        {"value": p["value"], "label": p["label"], "text": anchors.get(str(p["value"]), "")}
        for p in points(form)
    ]


# ---- where it is ------------------------------------------------------------------------------


@dataclass(frozen=True)
class TrailStep:
    """One step of an evaluation, in order: to do, under way now, or done."""

    title: str
    state: str
    text: str


_STATES = [Evaluation.State.SELF, Evaluation.State.RATING, Evaluation.State.SHARED, Evaluation.State.CLOSED]


def steps_of(evaluation: Evaluation, parts: Mapping[str, Part], on: date) -> list[TrailStep]:
    """The four steps with who has each, or when it was done."""
    reached = _STATES.index(Evaluation.State(evaluation.state)) if evaluation.state in _STATES else -1
    person, rater = evaluation.person, parts[Part.Role.SUPERVISOR].rater
    written = parts[Part.Role.SELF].submitted_at if Part.Role.SELF in parts else None
    titles = (
        (_("Self-evaluation"), person, written),
        (_("Supervisor's rating"), rater, evaluation.shared_at),
        (_("Acknowledgement"), person, evaluation.closed_at),
    )
    steps = []
    for index, (title, who, at) in enumerate(titles):
        if index == reached:
            steps.append(TrailStep(title, "now", _("With %(name)s") % {"name": who}))
        elif index < reached:
            steps.append(TrailStep(title, "done" if at else "todo", day(at, on) if at else _("Left out")))
        else:
            steps.append(TrailStep(title, "todo", str(who)))
    closed = evaluation.state == Evaluation.State.CLOSED
    filed = TrailStep(
        _("Filed"),
        "done" if closed else "todo",
        day(evaluation.closed_at, on) if closed else _("With a PDF copy"),
    )
    return [*steps, filed]


def sign_words(evaluation: Evaluation, mine: Part, parts: Mapping[str, Part]) -> str:
    """What signing does, to who is about to sign."""
    if mine.role == Part.Role.SELF:
        return _("Signing sends your self-evaluation to %(name)s. It cannot be changed after that.") % {
            "name": parts[Part.Role.SUPERVISOR].rater
        }
    name = {"name": evaluation.person}
    if evaluation.state == Evaluation.State.SELF:
        return (
            _(
                "%(name)s has not sent the self-evaluation yet. You can write meanwhile; you sign when it is in."
            )
            % name
        )
    return (
        _(
            "Signing closes your ratings and shows them to %(name)s, who then acknowledges having received them."
        )
        % name
    )
