"""The assessment: a try is begun, each answer is kept as it is given, and handed in once."""

import random
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.errors import Refused
from portal.people.facts.act import one_change
from training.assessment.grade import grade, is_right
from training.assessment.tries import tell_out_of_tries, tries_left
from training.completion.complete import complete
from training.errors import AnsweredElsewhere, Locked, Submitted, Unanswered
from training.learning.holding import lock_attempt, lock_sitting
from training.learning.leaving import refuse_if_left
from training.learning.lessons import all_finished
from training.models import Attempt, Sitting, SittingAnswer


def questions_of(attempt: Attempt) -> dict[str, dict[str, Any]]:
    """The questions of the attempt's edition, by id."""
    assessment = attempt.edition.assessment
    return {question["id"]: question for question in (assessment["questions"] if assessment else ())}


@transaction.atomic
def start_sitting(attempt: Attempt) -> Sitting:
    """Begin a try at the assessment, or go on with the open one. Two tabs get the same try.

    Raises Locked before every lesson is finished, Refused when no try is left or the course is completed,
    Left where the attempt counts no longer.
    """
    attempt = lock_attempt(attempt)
    refuse_if_left(attempt)
    there: Sitting | None = attempt.sittings.filter(submitted_at__isnull=True).first()
    if there:
        return there
    if attempt.completed_at:
        raise Refused(_("You have completed this course."))
    if attempt.edition.assessment is None:
        raise Refused(_("This course has no assessment."))
    if not all_finished(attempt):
        raise Locked(_("The assessment opens when every lesson is finished."))
    used = attempt.sittings.count()
    if tries_left(attempt, used) == 0:
        raise Refused(_("No try is left. Your supervisor can give you more."))
    return _begin(attempt, used + 1)


def _begin(attempt: Attempt, number: int) -> Sitting:
    """The draw is made once and kept: it differs from try to try, never while one is looked at."""
    questions = questions_of(attempt)
    draw = random.SystemRandom()
    order = list(questions)
    draw.shuffle(order)
    mixed = bool((attempt.edition.assessment or {}).get("shuffle_choices", True))
    shown = {}
    for pk, question in questions.items():
        shown[pk] = [choice["id"] for choice in question["choices"]]
        if mixed:
            draw.shuffle(shown[pk])
    sitting = Sitting.objects.create(attempt=attempt, number=number, order=order, shown=shown)
    SittingAnswer.objects.bulk_create([SittingAnswer(sitting=sitting, question=pk) for pk in order])
    return sitting


def choices_shown(sitting: Sitting, question: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A question's choices in the order this try shows them."""
    by_id = {choice["id"]: choice for choice in question["choices"]}
    return [by_id[pk] for pk in sitting.shown[question["id"]]]


def _locked(sitting: Sitting) -> Sitting:
    rows = Sitting.objects.select_for_update(of=("self",), no_key=True).select_related(
        "attempt__edition", "attempt__person"
    )
    return rows.get(pk=sitting.pk)


def _refuse_if_closed(sitting: Sitting) -> None:
    """Says when it was closed, so that nobody wonders which answers counted."""
    if sitting.submitted_at:
        at = date_format(timezone.localtime(sitting.submitted_at), "M j, H:i")
        raise Submitted(
            _(
                "This try was handed in on %(at)s. Your answers are as you left them then; this choice came "
                "after it and was not added."
            )
            % {"at": at}
        )
    refuse_if_left(sitting.attempt)


def as_revision(chosen: Iterable[str]) -> str:
    """What a page was loaded with, in one word: an answer's revision is the answer itself."""
    return ",".join(sorted(set(chosen)))


@transaction.atomic
def save_answer(
    sitting: Sitting, question: str, chosen: Iterable[str], *, revision: str | None = None
) -> SittingAnswer:
    """Keep an answer as it is given; an empty choice takes it back.

    `revision`: what the page was loaded with. Where another window answered since, a choice that was
    left as it was leaves the newer one alone.

    Raises Submitted after handing in, Left where the attempt counts no longer, AnsweredElsewhere where
    both windows chose, and differ; Refused for a question or a choice that was not offered.
    """
    sitting = _locked(sitting)
    _refuse_if_closed(sitting)
    asked = questions_of(sitting.attempt).get(question)
    if asked is None:
        raise Refused(_("This question is not part of the assessment."))
    offered = {choice["id"] for choice in asked["choices"]}
    picked = sorted(set(chosen))
    if not offered.issuperset(picked) or (asked["kind"] == "single" and len(picked) > 1):
        raise Refused(_("That answer was not offered."))
    row = sitting.answers.get(question=question)
    if revision is not None and as_revision(row.chosen) not in (revision, as_revision(picked)):
        if as_revision(picked) == revision:
            return row
        raise AnsweredElsewhere(_("You answered this question in another window. Look at both, and choose."))
    row.chosen, row.saved_at = picked, timezone.now()
    row.save(update_fields=["chosen", "saved_at"])
    return row


@transaction.atomic
def flag(sitting: Sitting, question: str, *, flagged: bool) -> SittingAnswer:
    """Mark a question to come back to. Raises Submitted after handing in."""
    sitting = _locked(sitting)
    _refuse_if_closed(sitting)
    row = sitting.answers.get(question=question)
    row.flagged = flagged
    row.save(update_fields=["flagged"])
    return row


def submit(sitting: Sitting, *, on: date) -> Sitting:
    """Hand in: answers are closed and graded; passing completes the course. Handing in twice is once.

    Raises Unanswered, naming the questions, while some are open; Left where the attempt counts no longer.
    With the last try that did not pass, the supervisor is asked for more.
    """
    with one_change("complete", actor=sitting.attempt.person) as plan:
        plan.lock([sitting.attempt.person_id])
        # The attempt too: another window may be starting over.
        sitting = lock_sitting(sitting)
        if sitting.submitted_at:
            return sitting
        _refuse_if_closed(sitting)
        _grade(sitting, _closed_answers(sitting))
        if sitting.passed:
            complete(sitting.attempt, on=on, sitting=sitting)
        else:
            tell_out_of_tries(sitting.attempt)
    return sitting


def _closed_answers(sitting: Sitting) -> dict[str, list[str]]:
    """What was chosen, by question; no answer may change any longer. Raises Unanswered."""
    rows = {row.question: row for row in sitting.answers.all()}
    if open_ones := [n for n, pk in enumerate(sitting.order, start=1) if not rows[pk].chosen]:
        raise Unanswered(_open_words(open_ones), open_ones)
    questions = questions_of(sitting.attempt)
    right = [row.pk for pk, row in rows.items() if is_right(questions[pk], row.chosen)]
    is_one = Case(When(pk__in=right, then=Value(True)), default=Value(False))
    sitting.answers.update(right=is_one, closed_at=timezone.now())
    return {pk: row.chosen for pk, row in rows.items()}


def _grade(sitting: Sitting, chosen: Mapping[str, list[str]]) -> None:
    assessment = sitting.attempt.edition.assessment
    assert assessment is not None, "a sitting is of an assessment"
    result = grade(questions_of(sitting.attempt).values(), chosen, assessment["passing_percent"])
    sitting.submitted_at = timezone.now()
    sitting.score_percent, sitting.passed = result.score_percent, result.passed
    sitting.save(update_fields=["submitted_at", "score_percent", "passed"])


def _open_words(numbers: list[int]) -> str:
    return ngettext(
        "Question %(numbers)s has no answer yet.", "Questions %(numbers)s have no answer yet.", len(numbers)
    ) % {"numbers": ", ".join(map(str, numbers))}
