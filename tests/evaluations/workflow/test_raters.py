"""A step whose rater has left goes to the supervisor of today, who opens it and rates it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from evaluations.models import Evaluation, Part
from evaluations.ratings.answer import Given
from evaluations.workflow import transitions
from evaluations.workflow.lifecycle import MoveName, moves_for
from evaluations.workflow.raters import rates, take_over, write_part
from evaluations.workflow.waiting import waiting_for
from portal.errors import NotAllowed
from portal.notices.inbox import open_notices
from portal.people.access.viewer import Viewer
from portal.people.employment.clock import make_absence_kind
from portal.people.employment.end import end_employment
from portal.people.employment.leave import record_absence
from portal.people.models import Person, TeamLead
from tests.cast import Cast, by, make_lead
from tests.evaluations.acts import FULL, part, write

SignIn = Callable[[Person], Client]
DAY = timedelta(days=1)


@pytest.fixture
def left(evaluation: Evaluation, cast: Cast, today: date) -> Evaluation:
    """Dana's, sent to Renata, who began to rate and has left since. Nadia is the supervisor of today."""
    write(evaluation, "self")
    transitions.submit_self(evaluation, by(cast.dana))
    write(evaluation, "supervisor", {"planning": FULL["planning"]})
    end_employment(cast.renata, last_day=today - DAY, by=None)
    evaluation.refresh_from_db()
    return evaluation


def log_of(evaluation: Evaluation) -> list[ModelLogEntry]:
    rows = ModelLogEntry.objects.filter(
        action="evaluations.evaluation.reassign", object_id=str(evaluation.pk)
    )
    return list(rows.order_by("pk"))


def test_who_is_told_opens_it_and_rates_it_by_the_pages(
    left: Evaluation, cast: Cast, today: date, sign_in: SignIn
) -> None:
    assert open_notices(by(cast.nadia)).filter(kind="evaluations-self-submitted").exists()
    assert [step.title for step in waiting_for(Viewer(cast.nadia, today))] == ["Rate Dana Whitfield"]
    client, address = sign_in(cast.nadia), reverse("evaluations:detail", args=[left.code])
    page = client.get(address).content.decode()
    assert "Renata Okafor, who was to rate, does not work here any more" in page
    assert "With Nadia Berg" in page
    assert "Plans name an owner." in page, "what was written goes with the part"
    assert log_of(left) == [], "looking takes nothing over"
    assert part(left, "supervisor").rater == cast.renata
    data = {"rating-notes": 2, "text-notes": "Late twice.", "text-goals": "A back-up.", "then": "share"}
    data |= {"rating-planning": 4, "text-planning": "Plans name an owner."}
    assert client.post(reverse("evaluations:save", args=[left.code]), data).status_code == 302
    client.post(reverse("evaluations:move", args=[left.code, "share"]))
    left.refresh_from_db()
    assert left.state == "shared"
    assert left.signatures.get(meaning="supervisor").name == "Nadia Berg"
    [entry] = log_of(left)
    assert entry.user == cast.nadia
    assert entry.data["rater"] == cast.nadia.pk
    assert entry.data["before"] == cast.renata.pk
    assert "has left" in entry.data["reason"]
    assert part(left, "supervisor").rater == cast.nadia
    assert "You rate now" not in client.get(address).content.decode()
    assert list(waiting_for(Viewer(cast.nadia, today))) == []


def test_it_follows_the_supervisor_of_the_day(left: Evaluation, cast: Cast, today: date) -> None:
    make_lead(cast.north, cast.marcus, since=today)
    rated_by = [p.first_name for p in (cast.marcus, cast.nadia, cast.sam, cast.hana) if _may(left, p)]
    assert rated_by == ["Marcus"]
    assert list(waiting_for(Viewer(cast.nadia, today))) == []
    assert len(list(waiting_for(Viewer(cast.marcus, today)))) == 1


def _may(evaluation: Evaluation, person: Person) -> bool:
    assert rates(by(person), part(evaluation, "supervisor")) == (
        MoveName.SHARE in {move.name for move in moves_for(evaluation, by(person))}
    )
    return rates(by(person), part(evaluation, "supervisor"))


def test_where_there_is_no_line_hr_rates(left: Evaluation, cast: Cast, today: date) -> None:
    for row in TeamLead.objects.current():
        TeamLead.objects.filter(pk=row.pk).update(superseded_at=row.recorded_at)
    assert _may(left, cast.hana)
    assert not _may(left, cast.nadia)
    assert open_notices(by(cast.hana)).filter(kind="evaluations-self-submitted").exists()


def test_nobody_else_writes_and_a_rater_who_is_only_away_stays_the_rater(
    evaluation: Evaluation, cast: Cast, today: date, sign_in: SignIn
) -> None:
    kind = make_absence_kind(code="v", name="Vacation", by=None)
    record_absence(cast.renata, kind=kind, starts_on=today, last_day=today + 5 * DAY, by=None)
    mine = part(evaluation, "supervisor")
    for person in (cast.nadia, cast.hana, cast.dana, cast.sam, cast.ilse):
        assert not rates(by(person), mine)
        take_over(evaluation, by=by(person))
        with pytest.raises(NotAllowed):
            write_part(mine, {"planning": Given(rating=1)}, by=by(person), revision=None)
    assert log_of(evaluation) == []
    assert (
        "You rate now"
        not in sign_in(cast.nadia).get(reverse("evaluations:detail", args=[evaluation.code])).content.decode()
    )


def test_what_is_signed_has_no_other_rater(evaluation: Evaluation, cast: Cast, today: date) -> None:
    for role, who in (("self", cast.dana), ("supervisor", cast.renata)):
        write(evaluation, role)
        transitions.submit_self(evaluation, by(who)) if role == "self" else transitions.share(
            evaluation, by(who)
        )
        evaluation.refresh_from_db()
    end_employment(cast.renata, last_day=today - DAY, by=None)
    take_over(evaluation, by=by(cast.nadia))
    assert Part.objects.get(evaluation=evaluation, role="supervisor").rater == cast.renata
    assert not rates(by(cast.nadia), part(evaluation, "supervisor"))


def test_refused_answers_take_nothing_over(left: Evaluation, cast: Cast, sign_in: SignIn) -> None:
    data = {"revision": 0, "rating-planning": 1, "text-planning": "Old window"}
    answer = sign_in(cast.nadia).post(reverse("evaluations:save", args=[left.code]), data)
    assert answer.status_code == 409
    assert part(left, "supervisor").rater == cast.renata
    assert log_of(left) == []
