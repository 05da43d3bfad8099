"""What tests do with an evaluation: write a part, bring it to a state."""

from datetime import date
from typing import Any

from evaluations.models import Evaluation, Part
from evaluations.ratings.answer import Given, save_answers
from evaluations.workflow import transitions
from evaluations.workflow.launch import launch
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from tests.cast import Cast, by
from tests.evaluations.form import make_template

FULL = {
    "planning": Given(rating=4, text="Plans name an owner."),
    "notes": Given(rating=2, text="Late twice."),
    "goals": Given(text="A back-up in every plan."),
}


def open_for(person: Person, cast: Cast, today: date, **changes: Any) -> Evaluation:
    values: dict[str, Any] = {
        "period_from": date(2026, 1, 1),
        "period_to": date(2026, 12, 31),
        "due_on": today,
        "on": today,
        "by": by(cast.hana),
    }
    template = changes.pop("template", None) or make_template()
    return launch(person, template, **{**values, **changes})


def part(evaluation: Evaluation, role: str) -> Part:
    found: Part = evaluation.parts.current().get(role=role)
    return found


def write(evaluation: Evaluation, role: str, given: dict[str, Given] | None = None) -> Part:
    """The rater writes the part: everything, or what is given."""
    mine = part(evaluation, role)
    asked = {answer.item for answer in mine.answers.all()}
    wanted = {item: value for item, value in (given or FULL).items() if item in asked}
    return save_answers(mine, wanted, by=by(mine.rater), revision=None)


def share(evaluation: Evaluation, cast: Cast, today: date) -> Evaluation:
    """Both parts written and signed."""
    write(evaluation, "self")
    transitions.submit_self(evaluation, Viewer(cast.dana, today))
    write(evaluation, "supervisor")
    return transitions.share(evaluation, Viewer(cast.renata, today))


def close(evaluation: Evaluation, cast: Cast, today: date, comment: str = "Fair.") -> Evaluation:
    share(evaluation, cast, today)
    return transitions.acknowledge(evaluation, Viewer(cast.dana, today), comment=comment)
