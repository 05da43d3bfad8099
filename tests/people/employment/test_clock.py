"""Kinds of absence: added and changed by HR for everybody, dated, looked at first, taken back by a job."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.errors import NotAllowed, Refused
from portal.jobs.models import Job
from portal.jobs.queue import run_job
from portal.people.employment.clock import change_clock, kinds_in_use, make_absence_kind
from portal.people.employment.leave import record_absence
from portal.people.errors import Conflict
from portal.people.facts.taking_back import withdraw
from portal.people.models import AbsenceKind, AbsenceKindRule, Change, Person
from portal.standing.projection.rebuild import differences, everybody
from tests.cast import Cast, by, grant, make_person
from tests.cost import cost_of_page
from tests.people.directory.pages import confirmed, shown
from tests.standing.rules import make_requirement

type SignIn = Callable[[Person], Client]
DAY = timedelta(days=1)
KINDS, ADD = reverse("people:absence_kinds"), reverse("people:add_absence_kind")
JURY = {"name": "Jury duty", "code": "jury", "stops_clock": "on", "stops_from_days": "14"}


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_hr_for_everybody_adds_a_kind_after_a_look_at_it(cast: Cast, today: date, sign_in: SignIn) -> None:
    hana = sign_in(cast.hana)
    assert ADD in text(hana.get(KINDS))
    asked = text(shown(hana, ADD, JURY))
    assert "Jury duty, stops the clock from 14 days, always" in asked
    assert not AbsenceKind.objects.filter(code="jury").exists(), "looking writes nothing"
    assert confirmed(hana, ADD, JURY).status_code == 302
    page = text(hana.get(reverse("people:absence_kind", args=["jury"])))
    assert "The clock stops, for 14 days and more." in page
    assert "Always" in page
    assert "by Hana Sato" in page
    assert "Take back" not in page, "where it began there is nothing before it"
    assert "Jury duty" in text(hana.get(KINDS))
    assert "Jury duty" in text(hana.get(reverse("people:act", args=[cast.dana.pk, "absence"])))
    assert "already" in text(shown(hana, ADD, JURY))
    listed = hana.get(reverse("people:changes")).context["rows"][0]
    assert (listed.what, listed.who.split(":")[0]) == ("Kind of absence added", "Rule of a kind of absence")


def test_others_do_not(cast: Cast, today: date, sign_in: SignIn) -> None:
    scoped = make_person("Sky", "Scoped", team=cast.network)
    grant(scoped, "hr", scope="team", team=cast.south)
    kind = make_absence_kind(code="jury", name="Jury duty", by=None)
    for person in (scoped, cast.renata, cast.dana, cast.ada, cast.ilse):
        if person != scoped:
            assert sign_in(person).post(ADD, JURY).status_code == 403
        with pytest.raises(NotAllowed):
            make_absence_kind(code="x", name="X", by=by(person))
        with pytest.raises(NotAllowed):
            change_clock(kind, stops_clock=True, stops_from_days=0, starts_on=today, by=by(person))


def test_nothing_about_people_changes_beside_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = list[str]()
    monkeypatch.setattr("portal.people.facts.plan.lock_organization", lambda: alone.append("alone"))
    make_absence_kind.plan(code="jury", name="Jury duty", by=by(cast.hana))
    assert alone == [], "looking locks nothing"
    make_absence_kind(code="jury", name="Jury duty", by=by(cast.hana))
    assert alone == ["alone"]


def test_a_change_says_whom_it_concerns_is_dated_and_taken_back_by_a_job(
    cast: Cast, today: date, sign_in: SignIn
) -> None:
    make_requirement("hipaa", due_anchor="requirement_start", due_days=0)
    kind = make_absence_kind(code="jury", name="Jury duty", by=by(cast.hana))
    record_absence(cast.dana, kind=kind, starts_on=today, last_day=today + 20 * DAY, by=by(cast.hana))
    hana, address = sign_in(cast.hana), reverse("people:absence_kind", args=["jury"])
    data = {"stops_clock": "on", "stops_from_days": "14", "starts_on": today.isoformat(), "reason": "The law"}
    asked = text(shown(hana, address, data))
    assert "Dana Whitfield, from" in asked
    assert "Hipaa: On leave" in asked
    assert confirmed(hana, address, data).status_code == 302
    page = text(hana.get(address))
    assert "The clock runs." in page
    assert "The clock stops, for 14 days and more." in page
    [rule] = AbsenceKindRule.objects.current().filter(starts_on=today)
    take_back = reverse("people:withdraw_clock", args=[rule.pk])
    assert page.count(take_back) == 1
    assert confirmed(hana, take_back, {"reason": "Not this kind"}).status_code == 302
    assert "Being taken back" in text(hana.get(address))
    assert AbsenceKindRule.objects.current().filter(pk=rule.pk).exists()
    run_job(Job.objects.get().pk)
    assert not AbsenceKindRule.objects.current().get(kind=kind).stops_clock
    assert list(differences(everybody())) == []


def test_a_kind_taken_back_is_chosen_no_longer_and_not_while_somebody_is_away_for_it(
    cast: Cast, today: date, sign_in: SignIn
) -> None:
    kind = make_absence_kind(code="jury", name="Jury duty", by=by(cast.hana))
    made = Change.objects.get(act="absence-kind")
    absence = record_absence(cast.dana, kind=kind, starts_on=today, last_day=today, by=by(cast.hana))
    with pytest.raises(Conflict) as refused:
        withdraw(made, reason="Twice", by=by(cast.hana))
    assert refused.value.changes == [absence.inserted_in]
    withdraw(absence.inserted_in, reason="x", by=by(cast.hana))
    withdraw(made, reason="Twice", by=by(cast.hana))
    assert kind not in kinds_in_use()
    assert "Jury duty" not in text(sign_in(cast.hana).get(KINDS))
    assert "taken back" in text(sign_in(cast.hana).get(reverse("people:absence_kind", args=["jury"])))
    with pytest.raises(Refused, match="taken back"):
        record_absence(cast.dana, kind=kind, starts_on=today, last_day=today, by=by(cast.hana))


def test_the_list_costs_the_same_for_many(cast: Cast, sign_in: SignIn) -> None:
    make_absence_kind(code="jury", name="Jury duty", by=None)
    client = sign_in(cast.hana)
    before = cost_of_page(client, KINDS)
    for number in range(5):
        make_absence_kind(code=f"k{number}", name=f"Kind {number}", by=None)
    assert cost_of_page(client, KINDS) <= before
