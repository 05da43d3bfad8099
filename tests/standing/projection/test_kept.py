"""The rules kept in the process are those of the transaction that asks, whoever changed them since."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from portal.people.organization.teams import move_team
from portal.standing.models import Requirement, RequirementVersion
from portal.standing.projection import kept
from portal.standing.projection.kept import rules_of_now
from portal.standing.projection.rules import Rule, load_rules
from portal.standing.requirements.change import change_requirement
from tests.cast import Cast, by
from tests.cost import cost_of
from tests.standing.rules import make_draft, make_qualification, make_requirement

pytestmark = pytest.mark.django_db


def shown(rules: list[Rule]) -> list[object]:
    return [(rule.requirement.code, rule.values, rule.asked, rule.accepted) for rule in rules]


def are_right() -> bool:
    return shown(rules_of_now()) == shown(load_rules())


@pytest.fixture
def rule(cast: Cast) -> Requirement:
    found = make_requirement("hipaa")
    rules_of_now()
    return found


def test_where_nothing_changed_one_query_says_so(rule: Requirement) -> None:
    first = rules_of_now()
    assert cost_of(rules_of_now) == 1
    assert rules_of_now() is first


def test_a_change_is_seen_at_once(rule: Requirement, cast: Cast, today: date) -> None:
    change_requirement(
        rule, make_draft(make_qualification("course:new"), starts_on=today), by=by(cast.hana), reason="x"
    )
    assert are_right()
    move_team(cast.south, parent=None, starts_on=today + timedelta(1), by=by(cast.hana))
    assert are_right()
    make_requirement("other")
    assert are_right()


def test_what_is_rolled_back_is_forgotten_though_its_ids_come_again(
    rule: Requirement, cast: Cast, today: date
) -> None:
    for days in (7, 14):
        with transaction.atomic():
            draft = make_draft(make_qualification("course:new"), starts_on=today, grace_days=days)
            change_requirement(rule, draft, by=None)
            assert are_right()
            transaction.set_rollback(True)
        assert are_right()


def test_what_somebody_changes_between_two_statements_is_not_kept(
    rule: Requirement, cast: Cast, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed_before(load=load_rules) -> list[Rule]:  # type: ignore[no-untyped-def]
        Requirement.objects.filter(pk=rule.pk).update(position=9)
        return load()

    Requirement.objects.filter(pk=rule.pk).update(position=8)
    with monkeypatch.context() as patch:
        patch.setattr(kept, "load_rules", changed_before)
        rules_of_now()
    Requirement.objects.filter(pk=rule.pk).update(position=8)
    [found] = rules_of_now()
    assert found.requirement.position == 8


def test_every_column_of_what_the_rules_are_made_of_is_looked_at(rule: Requirement) -> None:
    before = kept.rows_as_text()
    Requirement.objects.filter(pk=rule.pk).update(help_text="Ask HR.")
    assert kept.rows_as_text() != before
    assert RequirementVersion.objects.count() == 1
