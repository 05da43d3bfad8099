"""The learner's way: start or resume, lessons, the assessment, completion. All on the server."""

import random
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.log import record
from portal.dates import add_months
from portal.errors import Refused
from portal.jobs.work import ask
from portal.notices.owing import owe
from portal.people import changing
from portal.people.models import Person
from portal.people.models.person import public_code
from portal.standing.recording import NewPiece, qualification, record_piece
from training.errors import Locked, Submitted
from training.grading import grade, is_right
from training.models import (
    Attempt,
    Certificate,
    Completion,
    CoursePage,
    LessonProgress,
    Sitting,
    SittingAnswer,
)
from training.publishing import latest_edition

SOURCE = "training.completion"
CERTIFICATE_JOB = "training.certificate"
COMPLETED = "training-completed"


def open_attempt(person: Person, course: CoursePage) -> Attempt | None:
    found: Attempt | None = (
        Attempt.objects.open().filter(person=person, course=course).select_related("edition").first()
    )
    return found


@transaction.atomic
def start(person: Person, course: CoursePage) -> Attempt:
    """Begin the latest edition, or go on where one is open. Two tabs get the same attempt.

    Raises Refused while the course has no edition.
    """
    if there := open_attempt(person, course):
        return there
    edition = latest_edition(course)
    if edition is None:
        raise Refused(_("This course is not published yet."))
    try:
        with transaction.atomic():
            return Attempt.objects.create(person=person, edition=edition, course=course)
    except IntegrityError:
        there = open_attempt(person, course)
        assert there is not None, "the constraint names the open attempt"
        return there


def _lesson_ids(attempt: Attempt) -> list[str]:
    return [lesson["id"] for lesson in attempt.edition.lessons]


@transaction.atomic
def open_lesson(attempt: Attempt, lesson: str) -> LessonProgress:
    """The learner looks at a lesson: where to resume is kept on the server."""
    progress, _made = LessonProgress.objects.get_or_create(attempt=attempt, lesson=lesson)
    if attempt.last_lesson != lesson and attempt.completed_at is None:
        Attempt.objects.filter(pk=attempt.pk).update(last_lesson=lesson)
    return progress


@transaction.atomic
def finish_lesson(attempt: Attempt, lesson: str, *, on: date) -> None:
    """The lesson is read. A course without an assessment is complete with its last lesson."""
    progress = open_lesson(attempt, lesson)
    if progress.finished_at is None:
        progress.finished_at = timezone.now()
        progress.save(update_fields=["finished_at"])
    if attempt.edition.assessment is None and all_finished(attempt):
        complete(attempt, on=on)


def finished(attempt: Attempt) -> set[str]:
    rows = LessonProgress.objects.filter(attempt=attempt, finished_at__isnull=False)
    return set(rows.values_list("lesson", flat=True))


def all_finished(attempt: Attempt) -> bool:
    return finished(attempt) >= set(_lesson_ids(attempt))


# ---- the assessment ---------------------------------------------------------------------------


def _questions(attempt: Attempt) -> list[dict[str, Any]]:
    assessment = attempt.edition.assessment
    return list(assessment["questions"]) if assessment else []


@transaction.atomic
def start_sitting(attempt: Attempt) -> Sitting:
    """Begin a try at the assessment, or go on with the open one.

    Raises Locked before every lesson is finished, Refused when no try is left.
    """
    attempt = Attempt.objects.select_for_update().get(pk=attempt.pk)
    there = attempt.sittings.filter(submitted_at__isnull=True).first()
    if there:
        return there
    if attempt.completed_at:
        raise Refused(_("You have completed this course."))
    if not all_finished(attempt):
        raise Locked(_("The assessment opens when every lesson is finished."))
    number = attempt.sittings.count() + 1
    allowed = (attempt.edition.assessment or {}).get("tries_allowed", 0)
    if allowed and number > allowed:
        raise Refused(_("No try is left. Speak with your supervisor."))
    ids = [question["id"] for question in _questions(attempt)]
    # The order differs from try to try, and is the same whenever this try is looked at.
    random.Random(f"{attempt.pk}:{number}").shuffle(ids)  # noqa: S311 - an order, not a secret
    sitting = Sitting.objects.create(attempt=attempt, number=number, order=ids)
    SittingAnswer.objects.bulk_create([SittingAnswer(sitting=sitting, question=pk) for pk in ids])
    return sitting


@transaction.atomic
def save_answer(sitting: Sitting, question: str, chosen: Iterable[str]) -> SittingAnswer:
    """Keep an answer as it is given. Raises Submitted after handing in, Refused for a choice not offered."""
    sitting = Sitting.objects.select_for_update().select_related("attempt__edition").get(pk=sitting.pk)
    if sitting.submitted_at:
        raise Submitted(_("This assessment was handed in. Your last choice was not added."))
    asked = next((q for q in _questions(sitting.attempt) if q["id"] == question), None)
    if asked is None:
        raise Refused(_("This question is not part of the assessment."))
    offered = {choice["id"] for choice in asked["choices"]}
    picked = sorted(set(chosen))
    if not offered.issuperset(picked) or (asked["kind"] == "single" and len(picked) > 1):
        raise Refused(_("That answer was not offered."))
    row = sitting.answers.get(question=question)
    row.chosen, row.saved_at = picked, timezone.now()
    row.save(update_fields=["chosen", "saved_at"])
    return row


@transaction.atomic
def submit(sitting: Sitting, *, on: date) -> Sitting:
    """Hand in: answers are closed and graded; passing completes the course. Handing in twice is once."""
    sitting = Sitting.objects.select_for_update().select_related("attempt__edition").get(pk=sitting.pk)
    if sitting.submitted_at:
        return sitting
    questions = {q["id"]: q for q in _questions(sitting.attempt)}
    rows = list(sitting.answers.all())
    if any(row.saved_at is None or not row.chosen for row in rows):
        raise Refused(_("Some questions are not answered yet."))
    now = timezone.now()
    for row in rows:
        row.right, row.closed_at = is_right(questions[row.question], row.chosen), now
        row.save(update_fields=["right", "closed_at"])
    passing = (sitting.attempt.edition.assessment or {}).get("passing_percent", 100)
    result = grade(questions.values(), {row.question: row.chosen for row in rows}, passing)
    sitting.submitted_at, sitting.score_percent, sitting.passed = now, result.score_percent, result.passed
    sitting.save(update_fields=["submitted_at", "score_percent", "passed"])
    if result.passed:
        complete(sitting.attempt, on=on, sitting=sitting)
    return sitting


# ---- completion -------------------------------------------------------------------------------


@transaction.atomic
def complete(attempt: Attempt, *, on: date, sitting: Sitting | None = None) -> Completion:
    """The course is done: completion, evidence, certificate and its PDF follow. Done twice is done once."""
    changing.lock_people([attempt.person_id])
    edition, person = attempt.edition, attempt.person
    completion, made = Completion.objects.get_or_create(
        attempt=attempt,
        defaults={
            "person": person,
            "edition": edition,
            "completed_on": on,
            "score_percent": sitting.score_percent if sitting else None,
            "contact_hours": edition.contact_hours,
        },
    )
    if not made:
        return completion
    Attempt.objects.filter(pk=attempt.pk).update(completed_at=timezone.now())
    valid_until = add_months(on, edition.valid_months) if edition.valid_months else None
    _append_evidence(completion, valid_until)
    certificate = Certificate.objects.create(
        completion=completion,
        code=public_code(),
        name=person.get_full_name(),
        issued_on=on,
        valid_until=valid_until,
    )
    ask(CERTIFICATE_JOB, key=str(certificate.pk), arguments={"certificate": certificate.pk}, actor=person)
    record("training.course.completed", completion, actor=person, course=attempt.course.code, edition=edition.number)
    owe(
        person,
        kind=COMPLETED,
        key=str(completion.pk),
        subject=_("You completed “%(title)s”") % {"title": edition.title},
        body=_("Your certificate is on your training page."),
        url=reverse("training:mine"),
        action=_("Open training"),
        send=False,
    )
    return completion


def _append_evidence(completion: Completion, valid_until: date | None) -> None:
    course = completion.edition.course
    record_piece(
        NewPiece(
            person_id=completion.person_id,
            qualification=qualification(course.qualification_code, kind="course", name=course.title),
            subject=f"completion:{completion.pk}",
            effective_on=completion.completed_on,
            valid_until=valid_until,
            level="verified",
            method=_("Completed here"),
            verified_on=completion.completed_on,
            edition=completion.edition.number,
            source_kind=SOURCE,
            source_id=str(completion.pk),
        ),
        actor=completion.person,
    )
