"""What is planned stands as it will when it is done; what is explained is what is shown."""

from datetime import date, timedelta

import pytest

from portal.people.facts.act import recording
from portal.people.facts.batches import open_batch
from portal.people.facts.taking_back import undo
from portal.standing.evidence import NewPiece, record_piece, register_source
from portal.standing.explain import explain
from portal.standing.items import standing_on, standing_planned
from portal.standing.projection.rules import load_rules
from portal.standing.requirements.change import change_requirement
from tests.cast import Cast, by
from tests.standing.rules import LONG_AGO, make_draft, make_qualification, make_requirement

DAY = timedelta(days=1)
register_source("test", "a test")


def shown(standing: object) -> object:
    return (
        [(i.requirement.pk, i.scope, i.word, i.day_words) for i in standing.items],  # type: ignore[attr-defined]
        [(a.state, a.since, a.reasons) for a in standing.clearance.states],  # type: ignore[attr-defined]
    )


@pytest.mark.parametrize("severities", [("blocks", "mandatory"), ("mandatory", "blocks")])
def test_undoing_changes_of_several_rules_is_shown_as_it_comes_out(
    cast: Cast, today: date, severities: tuple[str, str]
) -> None:
    """The versions that come back have no ids while they are planned: none is taken for another's."""
    rules = [
        make_requirement(code, due_days=-1, severity=severity)
        for code, severity in zip(("one", "two"), severities, strict=True)
    ]
    batch = open_batch(kind="test", reason="x", actor=cast.hana)
    with recording(batch=batch):
        for rule in rules:
            draft = make_draft(
                make_qualification(f"course:{rule.code}"), starts_on=LONG_AGO, severity="recommended"
            )
            change_requirement(rule, draft, by=by(cast.hana))
    assert standing_on(cast.dana, today).clearance
    plan = undo.plan(batch, reason="x", by=by(cast.hana))
    planned = shown(standing_planned(cast.dana, today, plan, load_rules(plan=plan)))
    undo(batch, reason="x", by=by(cast.hana))
    assert planned == shown(standing_on(cast.dana, today))
    assert not standing_on(cast.dana, today).clearance


def test_an_explanation_names_the_state_and_version_of_the_item(cast: Cast, today: date) -> None:
    license_ = make_qualification("license:RN:CA")
    values = {"recurrence": "own_validity", "due_days": -1}
    rule = make_requirement("license", license_, **values)
    piece = NewPiece(
        person_id=cast.dana.pk,
        qualification=license_,
        subject="s",
        effective_on=today - 400 * DAY,
        last_good_day=today - 20 * DAY,
        level="verified",
        source_kind="test",
        source_id="1",
    )
    record_piece(piece, actor=cast.hana)
    for ago, severity in ((30, "blocks"), (10, "recommended")):
        draft = make_draft(license_, starts_on=today - ago * DAY, severity=severity, **values)
        change_requirement(rule, draft, by=by(cast.hana))
    severities = set()
    for ago in range(-2, 45):
        [item] = standing_on(cast.dana, day := today - ago * DAY).items
        found = explain(cast.dana, rule, "", day)
        assert (found.version, found.state) == (item.version, item.span.state), day
        severities.add(item.version.severity)
    assert severities == {"mandatory", "blocks", "recommended"}
