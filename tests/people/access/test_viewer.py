"""Who sees what: judged by today's relation, one scope for every model."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from evaluations.models import Evaluation
from portal.people.access.viewer import Viewer, line_of
from portal.people.models import HomeState, Person, Team
from portal.people.organization.delegation import delegate
from portal.standing.models import Span
from tests.cast import Cast, by, grant, make_person
from tests.cost import cost_of

Look = Callable[[Person], Viewer]


def seen(viewer: Viewer) -> set[Person]:
    return set(Person.objects.visible_to(viewer))


def test_staff_see_their_own_standing_only(cast: Cast, viewer: Look) -> None:
    assert seen(viewer(cast.dana)) == {cast.dana}


def test_a_supervisor_sees_the_line_downward(cast: Cast, viewer: Look) -> None:
    assert seen(viewer(cast.renata)) == {cast.renata, cast.dana, cast.marcus}
    assert {cast.dana, cast.sol, cast.renata, cast.sam} <= seen(viewer(cast.nadia))


def test_a_delegate_sees_the_line_for_those_days(cast: Cast, today: date) -> None:
    delegate(cast.renata, cast.sol, starts_on=today, last_day=today, by=by(cast.renata))
    assert cast.dana in seen(Viewer(cast.sol, today))
    assert cast.dana not in seen(Viewer(cast.sol, today + timedelta(days=1)))


def test_named_supervision_brings_the_person_into_the_line(cast: Cast, viewer: Look) -> None:
    worker = make_person("W", "Orker", team=cast.south, supervisor=cast.marcus)
    assert worker in seen(viewer(cast.marcus))
    assert worker in seen(viewer(cast.renata)), "the line of one's line"


def test_hr_and_auditor_see_their_scope(cast: Cast, viewer: Look, today: date) -> None:
    assert cast.dana in seen(viewer(cast.hana))
    assert cast.dana in seen(viewer(cast.ada))
    assert cast.dana not in seen(Viewer(cast.ada, today + timedelta(days=30))), "the engagement is over"


def test_hr_for_one_team_or_one_state_sees_only_that(cast: Cast, viewer: Look) -> None:
    team_hr = make_person("Team", "Partner", team=cast.network)
    grant(team_hr, "hr", scope="team", team=cast.south)
    assert viewer(team_hr).is_hr_for(cast.sol.pk)
    assert not viewer(team_hr).is_hr_for(cast.dana.pk)
    state_hr = make_person("State", "Partner", team=Team.objects.get(code="office"))
    grant(state_hr, "hr", scope="state", state="TX")
    HomeState.objects.create(person=cast.sol, state="TX", starts_on=date(2020, 1, 6))
    assert viewer(state_hr).is_hr_for(cast.sol.pk)
    assert not viewer(state_hr).is_hr_for(cast.dana.pk)


def test_nobody_is_hr_for_oneself(cast: Cast, viewer: Look) -> None:
    assert not viewer(cast.hana).is_hr_for(cast.hana.pk)
    assert not Person.objects.filter(viewer(cast.hana).restricted_q("pk"), pk=cast.hana.pk).exists()


@pytest.mark.parametrize("who", ["dana", "sol", "sam", "renata", "hana", "ada"])
def test_the_scope_of_a_model_is_that_of_its_person(cast: Cast, viewer: Look, who: str) -> None:
    look = viewer(getattr(cast, who))
    people = seen(look)
    assert set(Span.objects.visible_to(look).values_list("person_id", flat=True)) <= {p.pk for p in people}
    assert Evaluation.objects.visible_to(look).count() == 0


def test_the_line_costs_the_same_for_a_large_team(cast: Cast, today: date) -> None:
    few = cost_of(lambda: line_of(cast.renata.pk, today))
    for number in range(12):
        make_person("P", str(number), team=cast.north)
    assert cost_of(lambda: line_of(cast.renata.pk, today)) == few
    assert line_of(cast.renata.pk, today).teams == {cast.north.pk}
