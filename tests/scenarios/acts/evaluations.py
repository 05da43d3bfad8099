"""Evaluations: opened, written, and moved on by whoever's turn it is."""

from datetime import timedelta
from typing import Any

from evaluations.forms.schema import Item, items, items_for
from evaluations.models import Answer, Evaluation, FormTemplate, Part
from evaluations.ratings.answer import Given, save_answers
from evaluations.workflow import transitions
from evaluations.workflow.launch import launch
from evaluations.workflow.rounds import opened_by_the_person
from tests.scenarios import kinds
from tests.scenarios.errors import Impossible
from tests.scenarios.kinds import Names, Wrong
from tests.scenarios.language import Keys, Step, act, read
from tests.scenarios.world import World

DAYS_TO_WRITE = timedelta(days=30)
_IT: Keys = {"evaluation": kinds.made_by("launch")}
_ANSWER: Keys = {"rating?": kinds.or_null(kinds.number), "text?": kinds.text}


def _answers(value: Any, names: Names) -> dict[str, dict[str, Any]]:
    if not isinstance(value, dict):
        raise Wrong(f"{value!r} is not an object of items")
    return {item: read(row, _ANSWER, names, where=item) for item, row in value.items()}


@act("launch", {"who": kinds.person, "period_from": kinds.day, "period_to": kinds.day})
def launch_(world: World, step: Step) -> Any:
    return launch(
        world.person(step["who"]),
        FormTemplate.objects.get(),
        period_from=step["period_from"],
        period_to=step["period_to"],
        due_on=step.on + DAYS_TO_WRITE,
        on=step.on,
        by=world.viewer(step),
    )


# ---- writing ----------------------------------------------------------------------------------


@act("write", {**_IT, "answers?": _answers, "all?": kinds.number})
def write(world: World, step: Step) -> None:
    """The writer's own part: of the person the self-evaluation, of anybody else the supervisor's."""
    evaluation = _evaluation(world, step)
    by = world.viewer(step)
    role = Part.Role.SELF if by.person.pk == evaluation.person_id else Part.Role.SUPERVISOR
    part = evaluation.parts.current().get(role=role)
    given = _everything(part, step["all"]) if "all" in step else {}
    known = {item["id"] for item in items(evaluation.form)}
    for item, answer in step.get("answers", {}).items():
        if item not in known:
            raise Impossible(f"the form has no item {item!r}")
        given[item] = Given(rating=answer.get("rating"), text=answer.get("text", ""))
    save_answers(part, given, by=by, revision=None)


def _everything(part: Part, rating: int) -> dict[str, Given]:
    """One rating throughout; where the form insists on words and none were written, one word."""
    rows = {row.item: row for row in part.answers.all()}
    asked = items_for(part.evaluation.form, part.role)
    return {item["id"]: _filled(item, rows[item["id"]], part.role, rating) for item in asked}


def _filled(item: Item, row: Answer, role: str, rating: int) -> Given:
    if item["kind"] == "text":
        return Given(text=row.text or ("Text." if item.get("required") else ""))
    is_demanded = role == Part.Role.SUPERVISOR and rating in item.get("comment_required_at", ())
    return Given(rating=rating, text=row.text or ("Text." if is_demanded else ""))


# ---- moves ------------------------------------------------------------------------------------


@act("submit_self", _IT)
def submit_self(world: World, step: Step) -> None:
    transitions.submit_self(_evaluation(world, step), world.viewer(step))


@act("skip_self", _IT)
def skip_self(world: World, step: Step) -> None:
    transitions.skip_self(_evaluation(world, step), world.viewer(step), reason=step.reason)


@act("share", _IT)
def share(world: World, step: Step) -> None:
    transitions.share(_evaluation(world, step), world.viewer(step))


@act("acknowledge", {**_IT, "comment?": kinds.text})
def acknowledge(world: World, step: Step) -> Any:
    comment = step.get("comment", "")
    return transitions.acknowledge(_evaluation(world, step), world.viewer(step), comment=comment)


@act("refuse", {**_IT, "witness": kinds.person})
def refuse(world: World, step: Step) -> Any:
    return transitions.record_refusal(
        _evaluation(world, step),
        world.viewer(step),
        note=step.reason or "Declined to sign.",
        witness=world.person(step["witness"]),
    )


@act("record_gone", _IT)
def record_gone(world: World, step: Step) -> Any:
    """The person left before acknowledging."""
    note = step.reason or "Left."
    return transitions.record_gone(_evaluation(world, step), world.viewer(step), note=note)


@act("open_evaluation", _IT)
def open_evaluation(world: World, step: Step) -> None:
    """Who it is about opens the page, once it is shared."""
    evaluation = _evaluation(world, step)
    if world.viewer(step).person.pk == evaluation.person_id:
        opened_by_the_person(evaluation)


@act("recall", _IT)
def recall(world: World, step: Step) -> None:
    transitions.recall(_evaluation(world, step), world.viewer(step))


@act("give_back", _IT)
def give_back(world: World, step: Step) -> None:
    """HR takes back what is shared, for a correction."""
    transitions.correct(_evaluation(world, step), world.viewer(step), reason=step.reason)


@act("reassign", {**_IT, "to": kinds.person})
def reassign(world: World, step: Step) -> None:
    rater = world.person(step["to"])
    transitions.reassign(_evaluation(world, step), world.viewer(step), rater=rater, reason=step.reason)


@act("cancel", _IT)
def cancel(world: World, step: Step) -> None:
    transitions.cancel(_evaluation(world, step), world.viewer(step), reason=step.reason)


@act("reopen", _IT)
def reopen(world: World, step: Step) -> None:
    transitions.reopen(_evaluation(world, step), world.viewer(step), reason=step.reason)


def _evaluation(world: World, step: Step) -> Evaluation:
    row: Evaluation = world.labelled(step["evaluation"]).row()
    return row
