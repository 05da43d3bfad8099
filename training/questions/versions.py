"""Versions of questions: what is published, by its number. Drafts have none."""

from typing import Any

from django.db import transaction

from portal.hashing import canonical_sha256
from portal.people.models import Person
from training.models import Question, QuestionVersion


def content_of_question(question: Question) -> dict[str, Any]:
    """The question as it is published, as plain JSON."""
    return {
        "kind": question.kind,
        "stem": question.stem,
        "explanation": question.explanation,
        "choices": [
            {"id": str(c.uuid), "text": c.text, "correct": c.correct, "feedback": c.feedback}
            for c in question.choices.all()
        ],
    }


def version_now(question: Question) -> tuple[int, dict[str, Any]]:
    """The number and the content that an edition made now would ask. Reads only."""
    content = content_of_question(question)
    last = question.versions.first()
    if last is None:
        return 1, content
    same = last.sha256 == canonical_sha256(content)
    return (last.number if same else last.number + 1), content


@transaction.atomic
def keep_version(question: Question, *, actor: Person | None) -> QuestionVersion:
    """The version of the question as it is published: the one that is there, else the next."""
    question = Question.objects.select_for_update(of=("self",), no_key=True).get(pk=question.pk)
    number, content = version_now(question)
    there: QuestionVersion | None = question.versions.filter(number=number).first()
    return there or QuestionVersion.objects.create(
        question=question,
        number=number,
        content=content,
        sha256=canonical_sha256(content),
        recorded_by=actor,
    )
