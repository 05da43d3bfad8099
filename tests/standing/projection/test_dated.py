"""The statement that reads the dated facts of people says what the models say, now and as known."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from portal.people.employment.clock import make_absence_kind
from portal.people.employment.details import set_home_state
from portal.people.employment.leave import record_absence, remove_from_patient_work
from portal.people.employment.positions import take_position
from portal.people.facts.plan import Plan
from portal.people.models import Person
from portal.standing.exceptions.grant import grant_extension, grant_waiver
from portal.standing.projection.dated import KINDS, Dated, dated_facts
from tests.cast import Cast
from tests.cost import cost_of
from tests.standing.rules import make_requirement

DAY = timedelta(1)


@pytest.fixture
def facts(cast: Cast, today: date) -> datetime:
    """Something of every kind; then a moment; then some of it is another."""
    rule = make_requirement("hipaa")
    leave = make_absence_kind(code="l", name="Leave", stops_clock=True, by=None)
    days = {"starts_on": today, "last_day": today + DAY}
    record_absence(cast.dana, kind=leave, by=None, **days)
    remove_from_patient_work(cast.dana, starts_on=today, reason="x", by=None)
    grant_waiver(cast.dana, rule, reason="x", by=None, **days)
    grant_extension(cast.marcus, rule, reason="x", by=None, **days)
    moment = timezone.now()
    set_home_state(cast.dana, "TX", on=today, by=None)
    take_position(
        cast.dana,
        team=cast.south,
        title="Nurse “in chief”",
        states_served=["TX", "CA"],
        starts_on=today + DAY,
        by=None,
    )
    return moment


def by_models(people: list[int], moment: datetime | None) -> list[Dated]:
    plan = Plan("", by=None, dry=True)
    return [kind.of(row) for kind in KINDS for row in plan.known(kind.model, moment, people=people)]


@pytest.mark.parametrize("as_known", [False, True])
def test_it_says_what_the_models_say(facts: datetime, as_known: bool) -> None:
    people = list(Person.objects.values_list("pk", flat=True))
    moment = facts if as_known else None
    found = list(dated_facts(people, moment, Plan("", by=None, dry=True)))
    assert {row.model for row in found} == {kind.model for kind in KINDS}
    assert found == by_models(people, moment)
    assert found != by_models(people, None if as_known else facts)


def test_it_is_one_query_of_these_people_alone(facts: datetime, cast: Cast) -> None:
    plan = Plan("", by=None, dry=True)
    assert {row.person_id for row in dated_facts([cast.dana.pk], None, plan)} == {cast.dana.pk}
    assert cost_of(lambda: list(dated_facts([cast.dana.pk, cast.marcus.pk], None, plan))) == 1
    assert list(dated_facts([], None, plan)) == []
