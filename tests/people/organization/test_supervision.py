"""Who supervises whom: the supervisor is a place, and the answer is never nobody."""

from datetime import date, timedelta

import pytest

from portal.errors import Refused
from portal.people.employment.clock import make_absence_kind
from portal.people.employment.leave import record_absence
from portal.people.models import AbsenceKind, RoleGrant, TeamPlace
from portal.people.organization.delegation import delegate
from portal.people.organization.supervision import OrgChart, Via, supervisor_on
from portal.people.organization.teams import make_team, set_lead, vacate
from tests.cast import Cast, by, make_person, replace_fact
from tests.cost import cost_of


@pytest.fixture
def vacation(db: object) -> AbsenceKind:
    return make_absence_kind(code="vacation", name="Vacation", by=None)


def test_the_lead_of_the_primary_team_supervises(cast: Cast, today: date) -> None:
    found = supervisor_on(cast.dana, today)
    assert (found.person, found.via) == (cast.renata, Via.LEAD)


def test_an_own_supervisor_goes_before_the_lead(cast: Cast, today: date) -> None:
    worker = make_person("W", "Orker", team=cast.north, supervisor=cast.marcus)
    found = supervisor_on(worker, today)
    assert (found.person, found.via) == (cast.marcus, Via.OWN)


def test_a_lead_is_supervised_from_above_and_never_by_oneself(cast: Cast, today: date) -> None:
    found = supervisor_on(cast.renata, today)
    assert (found.person, found.via) == (cast.nadia, Via.PARENT)


def test_an_acting_lead_is_named_as_such(cast: Cast, today: date) -> None:
    vacate(cast.north, last_day=today - timedelta(days=10), by=by(cast.hana))
    set_lead(cast.north, cast.marcus, starts_on=today - timedelta(days=9), by=by(cast.hana), acting=True)
    found = supervisor_on(cast.dana, today)
    assert (found.person, found.via) == (cast.marcus, Via.ACTING)
    assert supervisor_on(cast.dana, today - timedelta(days=30)).person == cast.renata, "as it was then"


def test_a_delegate_stands_in_first_while_the_lead_is_away(
    cast: Cast, today: date, vacation: AbsenceKind
) -> None:
    record_absence(cast.renata, kind=vacation, starts_on=today, last_day=today, by=by(cast.hana))
    assert supervisor_on(cast.dana, today).person == cast.nadia, "up the tree without a delegate"
    delegate(cast.renata, cast.sam, starts_on=today, last_day=today, by=by(cast.renata))
    found = supervisor_on(cast.dana, today)
    assert (found.person, found.via) == (cast.sam, Via.DELEGATE)
    assert supervisor_on(cast.dana, today + timedelta(days=1)).person == cast.renata


def test_a_vacant_place_falls_to_the_parent_team(cast: Cast, today: date) -> None:
    vacate(cast.south, last_day=today - timedelta(days=1), by=by(cast.hana))
    found = supervisor_on(cast.sol, today)
    assert (found.person, found.via) == (cast.nadia, Via.PARENT)


def test_hr_is_the_last_resort_and_nobody_at_all_is_refused(cast: Cast, today: date) -> None:
    alone = make_person("A", "Lone", team=make_team(code="island", name="Island", by=None))
    assert supervisor_on(alone, today).person == cast.hana
    RoleGrant.objects.filter(role__in=["hr", "site_admin"]).update(superseded_at="2026-01-01T00:00Z")
    with pytest.raises(Refused):
        supervisor_on(alone, today)


def test_a_ring_of_teams_in_bad_data_ends(cast: Cast, today: date) -> None:
    replace_fact(TeamPlace.objects.get(team=cast.network), parent=cast.north)
    vacate(cast.north, last_day=today - timedelta(days=1), by=by(cast.hana))
    vacate(cast.network, last_day=today - timedelta(days=1), by=by(cast.hana))
    assert supervisor_on(cast.dana, today).via is Via.HR


def test_a_chart_answers_for_many_with_the_same_queries(cast: Cast, today: date) -> None:
    people = [make_person("P", str(n), team=cast.north).pk for n in range(12)]

    def ask(some: list[int]) -> None:
        chart = OrgChart(today)
        assert {chart.supervisor_of(pk).person for pk in some} == {cast.renata}

    assert cost_of(lambda: ask(people[:2])) == cost_of(lambda: ask(people))


def test_a_chart_of_some_answers_for_them_as_the_whole_one_does(
    cast: Cast, today: date, vacation: AbsenceKind
) -> None:
    record_absence(cast.renata, kind=vacation, starts_on=today, last_day=today, by=by(cast.hana))
    delegate(cast.renata, cast.sam, starts_on=today, last_day=today, by=by(cast.renata))
    worker = make_person("W", "Orker", team=cast.north, supervisor=cast.marcus)
    coming = make_person("C", "Oming", team=cast.south, hired=today + timedelta(days=9))
    whole = OrgChart(today)
    for person in [*vars(cast).values(), worker, coming]:
        if not hasattr(person, "employee_number"):
            continue
        some, pk = OrgChart(today, [person.pk]), person.pk
        assert some.supervisor_of(pk) == whole.supervisor_of(pk)
        assert some.in_line(pk) == whole.in_line(pk)
        assert some.next_up(pk) == whole.next_up(pk)
        assert some.hr_for(pk) == whole.hr_for(pk)
        assert some.has_left(pk) == whole.has_left(pk)


def test_one_supervisor_is_found_without_reading_everybody(cast: Cast, today: date) -> None:
    def rows() -> int:
        chart = OrgChart(today, [cast.dana.pk])
        chart.supervisor_of(cast.dana.pk)
        return len(chart.employed) + len(chart._seats)

    few = rows()
    for number in range(5):
        make_person("P", str(number), team=cast.south)
    assert rows() == few
