"""A change of one rule, computed before the lock, gives what computing everybody gives, whoever acted meanwhile."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from portal.people.employment.details import set_home_state
from portal.people.employment.leave import remove_from_patient_work
from portal.people.organization.teams import move_team
from portal.standing.models import Requirement, Span
from portal.standing.projection import one_rule
from portal.standing.projection.rebuild import differences, everybody
from portal.standing.requirements.change import change_requirement
from tests.cast import Cast, by, make_person
from tests.standing.rules import make_draft, make_qualification, make_requirement


@pytest.fixture
def rule(cast: Cast) -> Requirement:
    make_requirement("license", make_qualification("license:RN:CA"), due_days=-1, severity="blocks")
    return make_requirement("hipaa", due_days=10, recurrence="once")


def change(
    rule: Requirement, cast: Cast, on: date, meanwhile: Callable[[], object] = lambda: None
) -> list[int]:
    """The people computed again after the lock."""
    draft = make_draft(
        make_qualification("course:hipaa"), starts_on=on, severity="blocks", recurrence="once", due_days=-1
    )
    plan = change_requirement.plan(rule, draft, by=by(cast.hana))
    prepared = one_rule.prepare(rule.pk, plan)
    meanwhile()
    again: list[int] = []
    compute = one_rule.compute_rule

    def watched(requirement: int, people: list[int], **how: object) -> object:
        again.extend(people)
        return compute(requirement, people, **how)

    with pytest.MonkeyPatch.context() as patch, one_rule.using(prepared):
        patch.setattr(one_rule, "compute_rule", watched)
        change_requirement(rule, draft, by=by(cast.hana))
    assert list(differences(everybody())) == []
    return again


def test_nobody_is_computed_twice(rule: Requirement, cast: Cast, today: date) -> None:
    before = Span.objects.filter(requirement=rule).count()
    assert change(rule, cast, today + timedelta(5)) == []
    assert Span.objects.filter(requirement=rule).count() > before


def test_whose_facts_changed_meanwhile_is_computed_again(rule: Requirement, cast: Cast, today: date) -> None:
    def meanwhile() -> None:
        remove_from_patient_work(cast.dana, starts_on=today, reason="x", by=by(cast.hana))
        set_home_state(cast.sol, "TX", on=today, by=by(cast.hana))

    assert set(change(rule, cast, today, meanwhile)) == {cast.dana.pk, cast.sol.pk}


def test_who_came_meanwhile_is_computed(rule: Requirement, cast: Cast, today: date) -> None:
    new: list[int] = []
    again = change(rule, cast, today, lambda: new.append(make_person("New", "Here", team=cast.north).pk))
    assert again == new


def test_after_a_change_of_teams_everybody_is_computed_again(
    rule: Requirement, cast: Cast, today: date
) -> None:
    again = change(
        rule, cast, today, lambda: move_team(cast.south, parent=cast.north, starts_on=today, by=by(cast.hana))
    )
    assert set(again) == set(everybody())
