"""Completing a course: completion, evidence, certificate and the notice, in one transaction."""

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.codes import public_code
from portal.dates import add_months
from portal.jobs.models import Job
from portal.jobs.queue import ask
from portal.notices.notify import notify
from portal.people.employment.names import name_on
from portal.people.facts.act import one_change
from portal.people.facts.plan import Plan
from portal.standing.evidence import NewPiece, qualification, record_piece
from training.models import Attempt, Certificate, Completion, Sitting

SOURCE = "training.completion"
CERTIFICATE_JOB = "training.certificate"
COMPLETED = "training-completed"


def complete(attempt: Attempt, *, on: date, sitting: Sitting | None = None) -> Completion:
    """The course is done: evidence, certificate and its PDF follow. Done twice is done once.

    `on` is the day it counts from. The certificate is good through the same day so many months on
    (inclusive); where the course states no term, its evidence states none either. `attempt`: as
    lock_attempt() gives it, or loaded anew.
    """
    with one_change("complete", actor=attempt.person) as plan:
        plan.lock([attempt.person_id])
        there: Completion | None = getattr(attempt, "completion", None)
        return there or _complete(plan, attempt, on, sitting)


def _complete(plan: Plan, attempt: Attempt, on: date, sitting: Sitting | None) -> Completion:
    edition = attempt.edition
    completion: Completion = Completion.objects.create(
        inserted_in=plan.open(),
        attempt=attempt,
        person=attempt.person,
        edition=edition,
        sitting=sitting,
        completed_on=on,
        score_percent=sitting.score_percent if sitting else None,
        contact_hours=edition.contact_hours,
    )
    attempt.completed_at = timezone.now()
    attempt.save(update_fields=["completed_at"])
    good_through = add_months(on, edition.valid_months) if edition.valid_months else None
    _append_evidence(completion, good_through)
    _issue(completion, good_through)
    course = {"course": attempt.course.code, "edition": edition.number}
    plan.say("training.course.completed", completion, actor=attempt.person, **course)
    tell_completed(completion, is_first=True)
    return completion


def _append_evidence(completion: Completion, good_through: date | None) -> None:
    course = completion.attempt.course
    record_piece(
        NewPiece(
            person_id=completion.person_id,
            qualification=qualification(course.qualification_code, kind="course", name=course.title),
            subject=f"completion:{completion.pk}",
            effective_on=completion.completed_on,
            last_good_day=good_through,
            level="verified",
            method=_("Completed here"),
            verified_on=completion.completed_on,
            edition=completion.edition.number,
            source_kind=SOURCE,
            source_id=str(completion.pk),
        ),
        actor=completion.person,
        is_first=True,
    )


def _issue(completion: Completion, good_through: date | None) -> Certificate:
    certificate = Certificate.objects.create(
        completion=completion,
        code=public_code(),
        name=name_on(completion.person, completion.completed_on, legal=True),
        issued_on=completion.completed_on,
        good_through=good_through,
    )
    ask(
        CERTIFICATE_JOB,
        key=str(certificate.pk),
        arguments={"certificate": certificate.pk},
        actor=completion.person,
        is_first=True,
    )
    return certificate


def making_has_failed(certificate: Certificate) -> bool:
    """Is nothing to wait for: the job of its PDF was given up?"""
    rows = Job.objects.filter(kind=CERTIFICATE_JOB, key=str(certificate.pk))
    return bool(rows.filter(state=Job.State.FAILED).exists())


def tell_completed(completion: Completion, *, is_first: bool = False) -> None:
    notify(
        completion.person,
        kind=COMPLETED,
        key=str(completion.pk),
        subject=_("You completed “%(title)s”") % {"title": completion.edition.title},
        body=_("Your certificate is with your training."),
        url=reverse("training:completed", args=[completion.attempt_id]),
        action=_("Open certificate"),
        about=completion.person,
        send=False,
        is_first=is_first,
    )
