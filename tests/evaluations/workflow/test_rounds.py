"""Rounds: what was shared can be taken back, ends somehow, and stays as it was signed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from evaluations.documents.render import RENDER
from evaluations.errors import WrongMove
from evaluations.models import Answer, Evaluation, Part, Round
from evaluations.ratings.answer import Given
from evaluations.signatures.check import differences
from evaluations.workflow import transitions
from evaluations.workflow.launch import launch
from portal.errors import NotAllowed, Refused
from portal.jobs.models import Job
from portal.notices.inbox import open_notices
from portal.people.access.viewer import Viewer
from portal.people.employment.end import end_employment
from portal.people.models import Person
from tests.cast import Cast, by
from tests.evaluations.acts import close, open_for, part, share, write
from tests.evaluations.form import make_template

Look = Callable[[Person], Viewer]
SignIn = Callable[[Person], Client]


def endings(evaluation: Evaluation) -> list[str]:
    return list(evaluation.rounds.values_list("ending", flat=True))


def told(person: Person) -> list[str]:
    rows = open_notices(by(person)).filter(kind__startswith="evaluations")
    return list(rows.order_by("id").values_list("kind", flat=True))


# ---- signed is closed -------------------------------------------------------------------------


def test_a_signed_part_is_closed_at_that_moment(evaluation: Evaluation, cast: Cast, viewer: Look) -> None:
    write(evaluation, "self")
    transitions.submit_self(evaluation, viewer(cast.dana))
    mine = part(evaluation, "self")
    for rows, change in ((Part.objects.filter(pk=mine.pk), {"overall": 1}), (mine.answers, {"text": "x"})):
        with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        Answer.objects.create(part=mine, item="more")


def test_what_an_evaluation_was_launched_with_does_not_change(evaluation: Evaluation) -> None:
    for change in ({"form": {}}, {"qualification_code": "x"}, {"self_hidden_until_rated": True}):
        with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
            Evaluation.objects.filter(pk=evaluation.pk).update(**change)


def test_one_evaluation_of_a_form_and_period_whatever_its_version(cast: Cast, today: date) -> None:
    first = open_for(cast.dana, cast, today)
    days = {"period_from": first.period_from, "period_to": first.period_to, "due_on": today, "on": today}
    assert launch(cast.dana, make_template(version=2), by=by(cast.hana), **days) == first


# ---- taken back -------------------------------------------------------------------------------


def test_what_nobody_opened_can_be_taken_back_by_who_shared_it(
    evaluation: Evaluation, cast: Cast, viewer: Look, today: date
) -> None:
    share(evaluation, cast, today)
    with pytest.raises(NotAllowed):
        transitions.recall(evaluation, viewer(cast.hana))
    taken = transitions.recall(evaluation, viewer(cast.renata))
    assert (taken.state, taken.round, endings(taken)) == ("rating", 2, ["recalled", ""])
    assert told(cast.dana) == [], "it had not reached her"
    assert part(evaluation, "supervisor").answers.get(item="planning").text == "Plans name an owner."
    write(evaluation, "supervisor", {"planning": Given(rating=5, text="Better than I wrote.")})
    transitions.share(evaluation, viewer(cast.renata))
    done = transitions.acknowledge(evaluation, viewer(cast.dana))
    assert endings(done) == ["recalled", "acknowledged"]
    assert list(differences()) == []


def test_what_was_opened_is_taken_back_by_hr_alone_and_said_to_the_person(
    evaluation: Evaluation, cast: Cast, viewer: Look, today: date, sign_in: SignIn
) -> None:
    share(evaluation, cast, today)
    sign_in(cast.hana).get(reverse("evaluations:detail", args=[evaluation.code]))
    assert Round.objects.get().opened_at is None, "only the person's own reading counts"
    sign_in(cast.dana).get(reverse("evaluations:detail", args=[evaluation.code]))
    with pytest.raises(Refused):
        transitions.recall(evaluation, viewer(cast.renata))
    with pytest.raises(NotAllowed):
        transitions.correct(evaluation, viewer(cast.renata), reason="A rating was wrong")
    taken = transitions.correct(evaluation, viewer(cast.hana), reason="A rating was wrong")
    assert endings(taken) == ["corrected", ""]
    assert told(cast.dana) == ["evaluations-taken-back"]
    assert told(cast.renata)[-1] == "evaluations-reopened"
    assert Job.objects.filter(kind=RENDER).count() == 1, "what she has read stays on paper"
    page = sign_in(cast.dana).get(reverse("evaluations:detail", args=[evaluation.code]))
    assert "Late twice." not in page.content.decode().split("Self-rating", 1)[0]


def test_an_earlier_rater_reads_no_later_round(
    evaluation: Evaluation, cast: Cast, viewer: Look, today: date
) -> None:
    close(evaluation, cast, today)
    transitions.reopen(evaluation, viewer(cast.hana), reason="x")
    transitions.reassign(evaluation, viewer(cast.hana), rater=cast.sam, reason="x")
    assert Evaluation.objects.visible_to(viewer(cast.sam)).exists()
    transitions.reassign(evaluation, viewer(cast.hana), rater=cast.renata, reason="x")
    assert not Evaluation.objects.visible_to(viewer(cast.sam)).exists()


# ---- endings ----------------------------------------------------------------------------------


def test_who_left_before_acknowledging_is_recorded_as_gone(
    evaluation: Evaluation, cast: Cast, viewer: Look, today: date
) -> None:
    share(evaluation, cast, today)
    with pytest.raises(Refused):
        transitions.record_gone(evaluation, viewer(cast.hana), note="Left.")
    end_employment(cast.dana, last_day=today - timedelta(days=1), by=by(cast.hana))
    done = transitions.record_gone(evaluation, viewer(cast.hana), note="Left on Friday.")
    assert (done.state, endings(done)) == ("closed", ["gone"])
    assert list(differences()) == []


def test_nobody_rates_shares_and_records_the_ending_alone(
    evaluation: Evaluation, cast: Cast, viewer: Look
) -> None:
    transitions.reassign(evaluation, viewer(cast.hana), rater=cast.hana, reason="No supervisor")
    transitions.skip_self(evaluation, viewer(cast.hana), reason="Ill")
    write(evaluation, "supervisor")
    transitions.share(evaluation, viewer(cast.hana))
    with pytest.raises(Refused):
        transitions.record_refusal(evaluation, viewer(cast.hana), note="Declined.", witness=cast.sam)


def test_opened_again_by_mistake_it_stands_as_it_was_closed(
    evaluation: Evaluation, cast: Cast, viewer: Look, today: date
) -> None:
    closed = close(evaluation, cast, today)
    day = closed.closed_at
    transitions.reopen(evaluation, viewer(cast.hana), reason="The wrong person")
    with pytest.raises(Refused):
        transitions.cancel(evaluation, viewer(cast.hana), reason="The wrong person")
    with pytest.raises(NotAllowed):
        transitions.leave_closed(evaluation, viewer(cast.renata), reason="The wrong person")
    done = transitions.leave_closed(evaluation, viewer(cast.hana), reason="The wrong person")
    assert (done.state, done.round, done.closed_at) == ("closed", 1, day)
    assert "evaluations-reopened" not in told(cast.renata)
    assert part(done, "supervisor").round == 1
    again = transitions.reopen(done, viewer(cast.hana), reason="Now truly")
    assert (again.round, endings(again)) == (3, ["acknowledged", "cancelled", ""])
    assert list(differences()) == []


def test_a_round_ends_once(evaluation: Evaluation, cast: Cast, viewer: Look, today: date) -> None:
    share(evaluation, cast, today)
    transitions.recall(evaluation, viewer(cast.renata))
    with pytest.raises(WrongMove):
        transitions.recall(evaluation, viewer(cast.renata))
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        Round.objects.filter(number=1).update(ending="acknowledged")
