"""How far a line and a scope reach: stand-ins, leavers, people who start soon."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from portal.people.access.viewer import Viewer
from portal.people.employment.details import set_home_state
from portal.people.employment.end import end_employment
from portal.people.models import Person, Position
from portal.people.organization.delegation import delegate
from portal.people.organization.supervision import OrgChart
from tests.cast import Cast, by, grant, make_person

SignIn = Callable[[Person], Client]
DAY = timedelta(days=1)


def stands_in(person: Person, to: Person, today: date) -> None:
    delegate(person, to, starts_on=today, last_day=today, by=None)


@pytest.mark.parametrize("stand_in", ["dana", "sol", "sam"])
def test_a_stand_in_does_not_lead_whom_she_stands_in_for(cast: Cast, today: date, stand_in: str) -> None:
    who = getattr(cast, stand_in)
    stands_in(cast.renata, who, today)
    viewer = Viewer(who, today)
    assert viewer.leads(cast.marcus.pk)
    assert not viewer.leads(cast.renata.pk)
    assert not viewer.sees_standing_of(cast.renata.pk)
    assert OrgChart(today).supervisor_of(cast.renata.pk).person == cast.nadia


def test_who_leads_somebody_anyway_still_does_while_standing_in(cast: Cast, today: date) -> None:
    stands_in(cast.renata, cast.nadia, today)
    assert Viewer(cast.nadia, today).leads(cast.renata.pk)


def test_standing_in_for_two_leads_none_of_them(cast: Cast, today: date) -> None:
    stands_in(cast.renata, cast.arthur, today)
    stands_in(cast.nadia, cast.arthur, today)
    viewer = Viewer(cast.arthur, today)
    assert viewer.leads(cast.dana.pk)
    assert not viewer.leads(cast.nadia.pk)
    assert not viewer.leads(cast.renata.pk), "renata is nadia's to lead, and arthur only stands in for her"


@pytest.fixture
def south_hr(cast: Cast) -> Person:
    person = make_person("South", "Partner", team=cast.network, title="HR partner")
    grant(person, "hr", scope="team", team=cast.south)
    return person


def test_hr_of_a_team_keeps_its_leavers_and_reaches_who_starts_soon(
    cast: Cast, south_hr: Person, today: date
) -> None:
    leaver = make_person("Lea", "Ver", team=cast.south)
    end_employment(leaver, last_day=today - 40 * DAY, by=None)
    starter = make_person("Sta", "Rter", team=cast.south, hired=today + 20 * DAY)
    viewer = Viewer(south_hr, today)
    assert viewer.is_hr_for(leaver.pk)
    assert viewer.is_hr_for(starter.pk)


def test_who_moved_on_is_the_new_teams(cast: Cast, south_hr: Person, today: date) -> None:
    moved = make_person("Mo", "Ved", team=cast.south)
    Position.objects.filter(person=moved).update(superseded_at="2026-01-01T00:00Z")
    days = ((cast.south, 300, 100), (cast.north, 99, -500))
    for team, first, last in days:
        Position.objects.create(
            person=moved, team=team, title="X", starts_on=today - first * DAY, last_day=today - last * DAY
        )
    Position.objects.create(person=moved, team=cast.south, title="X", starts_on=today + 501 * DAY)
    assert not Viewer(south_hr, today).is_hr_for(moved.pk), (
        "today's position goes before the last and the next"
    )
    assert Viewer(south_hr, today + 600 * DAY).is_hr_for(moved.pk)


def test_of_two_positions_behind_a_leaver_the_last_decides(cast: Cast, south_hr: Person, today: date) -> None:
    leaver = make_person("Lea", "Ver", hired=today - 400 * DAY)
    for team, first, last in ((cast.south, 400, 200), (cast.north, 199, 10)):
        Position.objects.create(
            person=leaver, team=team, title="X", starts_on=today - first * DAY, last_day=today - last * DAY
        )
    assert not Viewer(south_hr, today).is_hr_for(leaver.pk)


def test_hr_of_a_state_keeps_its_leavers(cast: Cast, today: date) -> None:
    texas_hr = make_person("Texas", "Partner", team=cast.network)
    grant(texas_hr, "hr", scope="state", state="TX")
    set_home_state(cast.sol, "TX", on=date(2020, 1, 6), by=by(cast.hana))
    end_employment(cast.sol, last_day=today - DAY, by=by(cast.hana))
    assert Viewer(texas_hr, today).is_hr_for(cast.sol.pk)
    assert not Viewer(texas_hr, today).is_hr_for(cast.dana.pk)


def test_a_supervisor_keeps_no_leaver(cast: Cast, today: date) -> None:
    end_employment(cast.dana, last_day=today - DAY, by=by(cast.hana))
    assert not Viewer(cast.renata, today).sees_standing_of(cast.dana.pk)


@pytest.mark.parametrize(
    ("who", "sees"),
    [("renata", True), ("nadia", True), ("hana", True), ("sam", False), ("dana", False)],
)
def test_who_starts_soon_is_listed_for_the_line_to_be_and_hr(
    cast: Cast, today: date, sign_in: SignIn, who: str, sees: bool
) -> None:
    starts = today + 5 * DAY
    make_person("Starter", "Soon", team=cast.north, hired=starts)
    page = sign_in(getattr(cast, who)).get(reverse("people:list")).content.decode()
    assert ("Soon, Starter" in page) == sees
    assert (f"Starts {starts:%b} {starts.day}" in page) == sees


def test_hr_of_a_scope_lists_its_former_people_only(
    cast: Cast, south_hr: Person, today: date, sign_in: SignIn, settings: object
) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset()  # type: ignore[attr-defined]
    for team, name in ((cast.south, "Southerner"), (cast.north, "Northerner")):
        end_employment(make_person("Ex", name, team=team), last_day=today - DAY, by=None)
    page = sign_in(south_hr).get(reverse("people:list"), {"former": "1"}).content.decode()
    assert "Southerner" in page
    assert "Northerner" not in page
