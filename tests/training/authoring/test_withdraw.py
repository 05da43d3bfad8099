"""An edition is withdrawn: nobody begins it, who is in the middle is told and moved, completions stand."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from portal.errors import NotAllowed, Refused
from portal.notices.models import Notice
from tests.cast import Cast, by
from tests.training.authoring.back_office import lessons
from tests.training.conftest import pass_course
from training.authoring.release import release, withdraw_edition
from training.errors import Left
from training.learning.lessons import finish_lesson, finished, lesson_ids
from training.learning.moving import MOVED
from training.learning.my_training import offered
from training.learning.start import start
from training.models import Attempt, Completion, CoursePage, Edition, EditionWithdrawal
from training.models.edition import latest_edition


def next_edition(course: CoursePage, cast: Cast, on: date, title: str = "Begin with the task") -> Edition:
    page = lessons(course)[0]
    page.title = title
    page.save()
    return release(course, by=by(cast.arthur), on=on)


def withdrawn(edition: Edition, cast: Cast, on: date) -> EditionWithdrawal:
    return withdraw_edition(edition, reason="A wrong dose", by=by(cast.arthur), on=on)


def test_nobody_begins_it_any_more(course: CoursePage, cast: Cast, today: date) -> None:
    newer = next_edition(course, cast, today)
    withdrawn(newer, cast, today)
    assert start(cast.dana, course).edition.number == 1


def test_without_another_edition_the_course_is_not_offered(
    course: CoursePage, cast: Cast, today: date
) -> None:
    withdrawn(course.editions.get(), cast, today)
    assert latest_edition(course) is None
    assert course not in offered()
    with pytest.raises(Refused, match="not offered"):
        start(cast.dana, course)


def test_who_is_in_the_middle_goes_on_in_another_with_what_has_not_changed(
    course: CoursePage, cast: Cast, today: date
) -> None:
    attempt = start(cast.dana, course)
    first, second = lesson_ids(attempt)
    finish_lesson(attempt, first, on=today)
    finish_lesson(attempt, second, on=today)
    next_edition(course, cast, today)
    withdrawn(attempt.edition, cast, today)
    fresh = Attempt.objects.open().get(person=cast.dana)
    assert (fresh.edition.number, finished(fresh)) == (2, {second})
    assert "edition 2" in Notice.objects.get(kind=MOVED, recipient=cast.dana).body
    with pytest.raises(Left, match="You went on with edition 2") as left:
        finish_lesson(attempt, first, on=today)
    assert left.value.current == fresh


def test_where_there_is_no_other_they_wait_and_are_moved_by_the_next_release(
    course: CoursePage, cast: Cast, today: date
) -> None:
    attempt = start(cast.dana, course)
    first, _second = lesson_ids(attempt)
    withdrawn(attempt.edition, cast, today)
    assert Notice.objects.get(kind=MOVED).subject == "“A safe handover” is being corrected"
    with pytest.raises(Left, match="was withdrawn on"):
        finish_lesson(attempt, first, on=today)
    next_edition(course, cast, today)
    assert Attempt.objects.open().get(person=cast.dana).edition.number == 2
    assert Notice.objects.open().filter(kind=MOVED, recipient=cast.dana).count() == 1


def test_completions_of_it_stand(course: CoursePage, cast: Cast, today: date) -> None:
    completion = pass_course(cast.dana, course, today)
    withdrawn(completion.edition, cast, today)
    assert Completion.objects.get() == completion
    assert completion.certificate.revoked_at is None


def test_the_same_content_is_not_released_again(course: CoursePage, cast: Cast, today: date) -> None:
    withdrawn(course.editions.get(), cast, today)
    with pytest.raises(Refused, match="This is edition 1 as it was withdrawn"):
        release(course, by=by(cast.arthur), on=today)
    assert next_edition(course, cast, today).number == 2


def test_it_needs_a_reason_and_an_author(course: CoursePage, cast: Cast, today: date) -> None:
    edition = course.editions.get()
    with pytest.raises(Refused, match="Say why"):
        withdraw_edition(edition, reason=" ", by=by(cast.arthur), on=today)
    for person in (cast.dana, cast.hana, cast.ada):
        with pytest.raises(NotAllowed):
            withdraw_edition(edition, reason="x", by=by(person), on=today)
    assert withdrawn(edition, cast, today) == withdrawn(edition, cast, today)


def test_the_withdrawal_is_closed_in_the_database(course: CoursePage, cast: Cast, today: date) -> None:
    row = withdrawn(course.editions.get(), cast, today)
    with pytest.raises(IntegrityError), transaction.atomic():
        EditionWithdrawal.objects.filter(pk=row.pk).update(reason="Other")
    with pytest.raises(IntegrityError), transaction.atomic():
        EditionWithdrawal.objects.filter(pk=row.pk).delete()
