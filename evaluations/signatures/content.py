"""What a signer sees, as plain JSON: names, form and answers as they are at that moment.

self-evaluation: {kind, evaluation, person, form, answers, overall}
evaluation:      {kind, evaluation, organization, person, rater, form, self, supervisor}
ending:          {kind, evaluation, shared, ending, comment, witness}

`evaluation` is {code, title, form, version, round, period_from, period_to}; a person {name, first_name,
number, title, team}; answers {item: {rating, na, text}}; overall a decimal as text, or null; `self` is null
where none was signed; `shared` is the hash of the evaluation that was received.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings

from evaluations.models import Evaluation, Part, SignedContent
from evaluations.ratings.answer import Given
from portal.people.models import Person
from portal.people.organization.primary import primary_position

type Plain = dict[str, Any]


def self_content(evaluation: Evaluation, part: Part, on: date) -> Plain:
    """What the person signs: the own answers, and nothing of anybody else's."""
    return {
        "kind": SignedContent.Kind.SELF.value,
        "evaluation": _evaluation(evaluation),
        "person": person_as_of(evaluation.person, on),
        "form": evaluation.form,
        **part_as_plain(part),
    }


def shared_content(evaluation: Evaluation, part: Part, signed_self: SignedContent | None, on: date) -> Plain:
    """What the supervisor signs and the person receives: both parts, the self-evaluation if it was signed."""
    mine = signed_self.data if signed_self else None
    return {
        "kind": SignedContent.Kind.EVALUATION.value,
        "evaluation": _evaluation(evaluation),
        "organization": settings.ORGANIZATION_NAME,
        "person": person_as_of(evaluation.person, on),
        "rater": person_as_of(part.rater, on),
        "form": evaluation.form,
        "self": mine and {"answers": mine["answers"], "overall": mine["overall"]},
        "supervisor": part_as_plain(part),
    }


def ending_content(
    evaluation: Evaluation, shared: SignedContent, ending: str, *, comment: str, witness: str
) -> Plain:
    """What ends a round: what was received, by its hash, and what was said of it."""
    return {
        "kind": SignedContent.Kind.ENDING.value,
        "evaluation": _evaluation(evaluation),
        "shared": shared.sha256,
        "ending": ending,
        "comment": comment,
        "witness": witness,
    }


def _evaluation(evaluation: Evaluation) -> Plain:
    return {
        "code": evaluation.code,
        "title": evaluation.title,
        "form": evaluation.form_code,
        "version": evaluation.form_version,
        "round": evaluation.round,
        "period_from": evaluation.period_from.isoformat(),
        "period_to": evaluation.period_to.isoformat(),
    }


def person_as_of(person: Person, on: date) -> Plain:
    """Who it is on the day: name, number, title and team of the primary position."""
    position = primary_position(person.pk, on)
    return {
        "name": person.get_full_name(),
        "first_name": person.first_name,
        "number": person.employee_number,
        "title": position.title if position else "",
        "team": position.team.name if position else "",
    }


def part_as_plain(part: Part) -> Plain:
    """The answers of a part with its overall rating, as they lie in the database."""
    answers = {
        row.item: {"rating": row.rating, "na": row.not_applicable, "text": row.text}
        for row in part.answers.all()
    }
    return {"answers": answers, "overall": None if part.overall is None else str(part.overall)}


def given_in(answers: Mapping[str, Plain]) -> dict[str, Given]:
    """The answers of signed content, as they were given."""
    return {name: Given(row["rating"], row["na"], row["text"]) for name, row in answers.items()}
