"""HR finds, understands and puts right what was put on record, by the pages alone."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from portal.audit import locks
from portal.people.employment.clock import make_absence_kind
from portal.people.employment.details import change_name
from portal.people.employment.end import end_employment
from portal.people.employment.leave import record_absence
from portal.people.facts.act import recording
from portal.people.facts.batches import open_batch
from portal.people.models import Batch, Change, Person, Position
from portal.people.organization.supervision import supervisor_on
from tests.cast import Cast, by, grant, make_person
from tests.cost import cost_of_page
from tests.people.directory.pages import confirmed, shown
from tests.people.directory.test_acts import move
from tests.standing.rules import make_requirement

SignIn = Callable[[Person], Client]
DAY = timedelta(days=1)


@pytest.fixture
def hr(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.hana)


def text(response: Any) -> str:
    return str(response.content.decode())


def test_a_wrong_move_is_found_understood_and_taken_back(cast: Cast, today: date, hr: Client) -> None:
    make_requirement("hipaa", audience={"any": [{"teams": [cast.north.pk]}]})
    move(cast.dana, cast.south, today, by(cast.hana))
    assert supervisor_on(cast.dana, today).person == cast.sam
    page = text(hr.get(reverse("people:changes"), {"person": cast.dana.pk}))
    change = Change.objects.get(act="position")
    address = reverse("people:change", args=[change.pk])
    assert address in page
    answer = shown(hr, address, {"reason": "Another Dana"})
    assert "Hipaa is asked" in text(answer)
    assert Change.objects.get(pk=change.pk).stands, "nothing is done yet"
    assert confirmed(hr, address, {"reason": "Another Dana"}).status_code == 302
    assert supervisor_on(cast.dana, today).person == cast.renata
    assert "Taken back" in text(hr.get(reverse("people:changes")))


def test_what_changed_meanwhile_is_shown_again_and_not_done(cast: Cast, today: date, hr: Client) -> None:
    move(cast.dana, cast.south, today, by(cast.hana))
    address = reverse("people:end_fact", args=[cast.dana.pk, "position", Position.objects.current().get(
        person=cast.dana, team=cast.south).pk])  # fmt: skip
    data = {"last_day": (today + 9 * DAY).isoformat()}
    seen = shown(hr, address, data).context["preview"].fingerprint
    answer = hr.post(address, {**data, "last_day": (today + 8 * DAY).isoformat(), "seen": seen})
    assert "has changed since you looked" in text(answer)
    assert Position.objects.current().get(person=cast.dana, team=cast.south).last_day is None


def test_a_batch_is_undone_as_one_and_conflicts_are_named(cast: Cast, today: date, hr: Client) -> None:
    batch = open_batch(kind="moves", reason="The wrong list", actor=cast.hana)
    with recording(batch=batch):
        for person in (cast.dana, cast.marcus):
            move(person, cast.south, today, by(cast.hana))
    assert "The wrong list" in text(hr.get(reverse("people:batches")))
    move(cast.dana, cast.north, today + DAY, by(cast.hana))
    address = reverse("people:batch", args=[batch.pk])
    refused = text(shown(hr, address, {"reason": "x"}))
    assert "A later change builds on this" in refused
    assert "New position" in refused
    later = Change.objects.filter(batch=None, act="position").latest("pk")
    assert confirmed(hr, reverse("people:change", args=[later.pk]), {"reason": "x"}).status_code == 302
    assert confirmed(hr, address, {"reason": "x"}).status_code == 302
    assert {row.team for row in Position.objects.current().on(today).filter(person__in=[cast.dana, cast.marcus])} == {
        cast.north
    }  # fmt: skip


def test_each_fact_on_the_page_of_a_person_has_what_may_be_done_with_it(
    cast: Cast, today: date, hr: Client
) -> None:
    kind = make_absence_kind(code="fmla", name="Family leave", stops_clock=True, by=None)
    change_name(cast.dana, first_name="Dana", last_name="Wrong", on=today, by=by(cast.hana))
    record_absence(cast.dana, kind=kind, starts_on=today, last_day=today + 30 * DAY, by=by(cast.hana))
    grant(cast.dana, "author")
    page = text(hr.get(reverse("people:detail", args=[cast.dana.pk])))
    for name, row in (
        ("employment", cast.dana.employments.get()),
        ("position", cast.dana.positions.get()),
        ("personname", cast.dana.names.latest("pk")),
        ("absence", cast.dana.absences.get()),
        ("rolegrant", cast.dana.grants.get()),
    ):
        assert reverse("people:withdraw_fact", args=[cast.dana.pk, name, row.pk]) in page
        assert reverse("people:correct_fact", args=[cast.dana.pk, name, row.pk]) in page
    name = cast.dana.names.latest("pk")
    address = reverse("people:withdraw_fact", args=[cast.dana.pk, "personname", name.pk])
    assert confirmed(hr, address, {"reason": "Another Dana"}).status_code == 302
    absence = cast.dana.absences.get()
    address = reverse("people:correct_fact", args=[cast.dana.pk, "absence", absence.pk])
    data = {"kind": kind.pk, "starts_on": today.isoformat(), "last_day": (today + 9 * DAY).isoformat()}
    assert confirmed(hr, address, data).status_code == 302
    assert cast.dana.absences.get(superseded_at=None).last_day == today + 9 * DAY


def test_a_termination_says_what_follows_and_is_moved(cast: Cast, today: date, hr: Client) -> None:
    address = reverse("people:act", args=[cast.renata.pk, "end"])
    data = {"last_day": (today + 5 * DAY).isoformat()}
    asked = text(shown(hr, address, data))
    assert "Team lead: Case Management North" in asked
    assert confirmed(hr, address, data).status_code == 302
    row = cast.renata.employments.get(superseded_at=None)
    address = reverse("people:correct_fact", args=[cast.renata.pk, "employment", row.pk])
    assert hr.get(address).context["form"].initial["last_day"] == today + 5 * DAY
    later = {"last_day": (today + 20 * DAY).isoformat()}
    assert confirmed(hr, address, later).status_code == 302
    assert cast.renata.employments.get(superseded_at=None).last_day == today + 20 * DAY
    assert cast.renata.leads.get(superseded_at=None).last_day == today + 20 * DAY


def test_hr_of_a_scope_sees_the_changes_that_concern_its_people_alone(
    cast: Cast, today: date, sign_in: SignIn
) -> None:
    north_hr = make_person("North", "Hr", title="HR")
    grant(north_hr, "hr", scope="team", team=cast.north)
    TOTP.activate(north_hr, generate_totp_secret())
    move(cast.dana, cast.north, today, by(cast.hana), states_served=["CA"])
    move(cast.sol, cast.south, today, by(cast.hana), states_served=["TX"])
    client = sign_in(north_hr)
    page = text(client.get(reverse("people:changes")))
    about = {change.pk: change for change in Change.objects.filter(act="position")}
    shown_ids = {pk for pk in about if reverse("people:change", args=[pk]) in page}
    assert len(shown_ids) == 1
    hidden = (about.keys() - shown_ids).pop()
    assert client.get(reverse("people:change", args=[hidden])).status_code == 404
    assert client.get(reverse("people:batches")).status_code == 404
    assert sign_in(cast.renata).get(reverse("people:changes")).status_code == 403


def test_the_list_of_changes_costs_the_same_for_many(cast: Cast, today: date, hr: Client) -> None:
    end_employment(cast.sol, last_day=today, by=by(cast.hana))
    kind = make_absence_kind(code="fmla", name="Family leave", stops_clock=True, by=None)
    few = cost_of_page(hr, reverse("people:changes"))
    for number in range(12):
        change_name(cast.dana, first_name="D", last_name=f"N{number}", on=today - number * DAY, by=None)
        make_absence_kind(code=f"k{number}", name=f"Kind {number}", stops_clock=True, by=None)
    assert cost_of_page(hr, reverse("people:changes")) == few
    assert str(kind) in text(hr.get(reverse("people:changes")))


def test_of_a_corrected_fact_nothing_ever_was(cast: Cast, today: date, hr: Client) -> None:
    kind = make_absence_kind(code="fmla", name="Family leave", stops_clock=True, by=None)
    record_absence(cast.dana, kind=kind, starts_on=today, last_day=today + 30 * DAY, by=by(cast.hana))
    for days in (20, 10):
        row = cast.dana.absences.get(superseded_at=None)
        address = reverse("people:correct_fact", args=[cast.dana.pk, "absence", row.pk])
        data = {"kind": kind.pk, "starts_on": today.isoformat(), "last_day": today + days * DAY}
        assert confirmed(hr, address, data).status_code == 302
    row = cast.dana.absences.get(superseded_at=None)
    assert row.last_day == today + 10 * DAY
    address = reverse("people:withdraw_fact", args=[cast.dana.pk, "absence", row.pk])
    assert confirmed(hr, address, {"reason": "Another Dana"}).status_code == 302
    assert not cast.dana.absences.filter(superseded_at=None).exists()


def test_a_batch_has_its_reason_and_the_day_it_was_here(cast: Cast, today: date, hr: Client) -> None:
    batch = open_batch(kind="moves", reason="The wrong list", actor=cast.hana)
    with recording(batch=batch):
        move(cast.dana, cast.south, today, by(cast.hana))
    # Late in the evening here, the next day already in Greenwich.
    late = datetime.combine(today, time(23, 30), tzinfo=timezone.get_current_timezone())
    with locks.opened("made late in the evening", actor=cast.hana):
        Batch.objects.filter(pk=batch.pk).update(created_at=late)
    page = text(hr.get(reverse("people:batch", args=[batch.pk])))
    assert f"Batch of {date_format(today, 'M j, Y')}" in page
    assert "The wrong list. One change, in force." in page


def test_what_stands_in_the_way_of_a_batch_is_said_once(cast: Cast, today: date, hr: Client) -> None:
    batch = open_batch(kind="moves", reason="The wrong list", actor=cast.hana)
    with recording(batch=batch):
        move(cast.dana, cast.south, today, by(cast.hana))
    move(cast.dana, cast.north, today + DAY, by(cast.hana))
    later = Change.objects.filter(act="position").latest("pk")
    page = text(shown(hr, reverse("people:batch", args=[batch.pk]), {"reason": "x"}))
    assert page.count("A later change builds on this. Withdraw that one first.") == 1
    assert page.count(reverse("people:change", args=[later.pk])) == 1
    assert page.count("data-error-summary") == 1
