"""Completing: evidence, certificate, notice; once, whatever happens twice."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from portal.dates import add_months
from portal.jobs.models import Job
from portal.notices.models import Notice
from portal.standing.models import Evidence
from tests.cast import Cast
from tests.training.conftest import pass_course, read_all
from training.completion.complete import complete
from training.learning.start import start
from training.models import Attempt, Certificate, Completion, CoursePage


def test_the_evidence_names_the_course_its_edition_and_its_last_good_day(
    course: CoursePage, cast: Cast, today: date
) -> None:
    completion = pass_course(cast.dana, course, today)
    piece = Evidence.objects.get(person=cast.dana)
    assert piece.qualification.code == "course:handover"
    assert (piece.level, piece.edition, piece.effective_on) == ("verified", 1, today)
    assert (piece.last_good_day, piece.never_expires) == (add_months(today, 12), False)
    assert (piece.source_kind, piece.source_id) == ("training.completion", str(completion.pk))


def test_a_course_that_states_no_term_leaves_it_to_the_requirement(
    make_course: Callable[..., CoursePage], cast: Cast, today: date
) -> None:
    pass_course(cast.dana, make_course("ethics", valid_months=None), today)
    piece = Evidence.objects.get(person=cast.dana)
    assert (piece.last_good_day, piece.never_expires) == (None, False)


def test_the_completion_keeps_score_hours_and_edition(course: CoursePage, cast: Cast, today: date) -> None:
    completion = pass_course(cast.dana, course, today)
    assert (completion.score_percent, completion.contact_hours) == (Decimal(100), Decimal("1.50"))
    assert completion.edition.number == 1


def test_the_certificate_carries_the_name_of_that_day(course: CoursePage, cast: Cast, today: date) -> None:
    certificate = pass_course(cast.dana, course, today).certificate
    cast.dana.last_name = "Married"
    cast.dana.save()
    certificate.refresh_from_db()
    assert (certificate.name, certificate.issued_on) == ("Dana Whitfield", today)
    assert certificate.good_through == add_months(today, 12)


def test_completing_twice_is_once(course: CoursePage, cast: Cast, today: date) -> None:
    attempt = pass_course(cast.dana, course, today).attempt
    complete(Attempt.objects.get(pk=attempt.pk), on=today)
    assert (Completion.objects.count(), Certificate.objects.count(), Evidence.objects.count()) == (1, 1, 1)


def test_the_person_is_told_once_without_a_mail(course: CoursePage, cast: Cast, today: date) -> None:
    pass_course(cast.dana, course, today)
    notice = Notice.objects.get(recipient=cast.dana)
    assert notice.subject == "You completed “A safe handover”"
    assert not notice.by_mail


def test_the_pdf_is_asked_for_once(
    course: CoursePage, cast: Cast, today: date, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    certificate = pass_course(cast.dana, course, today).certificate
    job = Job.objects.get(kind="training.certificate")
    assert (job.key, job.arguments) == (str(certificate.pk), {"certificate": certificate.pk})


def test_taking_it_again_appends_and_overwrites_nothing(course: CoursePage, cast: Cast, today: date) -> None:
    """Renewal never destroys evidence: the first completion stays with its answers and its certificate."""
    first, second = pass_course(cast.dana, course, today), pass_course(cast.dana, course, today)
    assert first.pk != second.pk
    assert Evidence.objects.filter(person=cast.dana).count() == 2
    assert {row.code for row in Certificate.objects.all()} == {
        first.certificate.code,
        second.certificate.code,
    }
    assert first.sitting.answers.count() == second.sitting.answers.count() == 3


def test_an_error_on_the_way_leaves_nothing(
    course: CoursePage, cast: Cast, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the power is out")

    attempt = read_all(start(cast.dana, course), today)
    monkeypatch.setattr("training.completion.complete.notify", fails)
    with pytest.raises(RuntimeError):
        complete(attempt, on=today)
    assert not Completion.objects.exists()
    assert not Evidence.objects.exists()
    assert not Job.objects.exists()
