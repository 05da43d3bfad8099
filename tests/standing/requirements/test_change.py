"""Rule changes with their preview, waivers, explanations, and "as our records showed"."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.errors import Refused
from portal.people.errors import OwnRecord
from portal.people.facts.taking_back import withdraw_fact
from portal.people.models import Person
from portal.standing.evidence import NewPiece, record_piece, register_source, void_evidence
from portal.standing.exceptions.grant import grant_extension, grant_waiver
from portal.standing.explain import explain
from portal.standing.items import standing_as_known, standing_on
from portal.standing.models import Evidence, Requirement, RequirementVersion, Span
from portal.standing.projection.rebuild import differences, everybody
from portal.standing.requirements.change import Draft, change_requirement
from portal.standing.requirements.forms import RuleForm
from portal.standing.requirements.job import ask_for_change, change_job
from portal.standing.requirements.preview import preview_change
from tests.cast import Cast, by
from tests.standing.rules import make_draft, make_qualification, make_requirement, version_of

register_source("test", "a test")


def piece(cast: Cast, code: str, on: date, **values: Any) -> Evidence:
    new = {
        "person_id": cast.dana.pk,
        "qualification": make_qualification(code),
        "subject": f"{code}{on}",
        "effective_on": on,
        "level": "verified",
        "source_kind": "test",
        "source_id": f"{code}{on}{values}",
    }
    return record_piece(NewPiece(**{**new, **values}), actor=cast.hana)


def test_a_preview_shows_who_would_be_late_and_changes_nothing(cast: Cast, today: date) -> None:
    rule = make_requirement("hipaa", recurrence="once")
    piece(cast, "course:hipaa", today - timedelta(days=500))
    start = today + timedelta(days=10)
    draft = make_draft(
        make_qualification("course:hipaa"), starts_on=start, recurrence="every_months", recurrence_months=12
    )
    before = list(Span.objects.values_list("pk", "state"))
    [shift] = preview_change(rule, draft, on=[start], by=by(cast.hana))
    assert shift.made_late == (cast.dana.pk,)
    assert list(Span.objects.values_list("pk", "state")) == before
    assert rule.versions.count() == 1
    change_requirement(rule, draft, by=by(cast.hana))
    assert Span.objects.on(start).get(person=cast.dana).state == "overdue"
    assert Span.objects.on(today).get(person=cast.dana).state == "met", "the past is judged by the old rule"
    assert list(differences(everybody())) == []


def test_hr_changes_a_rule_on_the_page_and_a_worker_applies_it(
    cast: Cast,
    today: date,
    sign_in: Callable[[Person], Client],
    django_capture_on_commit_callbacks: Any,
) -> None:
    rule = make_requirement("hipaa", recurrence="once")
    address = reverse("standing:requirement_change", args=[rule.code])
    values = {
        "starts_on": (today + timedelta(days=5)).isoformat(),
        "severity": "mandatory",
        "responsible": "holder",
        "level": "verified",
        "recurrence": "every_months",
        "recurrence_months": "",
        "notice_days": 30,
        "grace_days": 0,
        "return_notice_days": 0,
        "reason": "New policy",
    }
    hana = sign_in(cast.hana)
    assert b"Fill this in" in hana.post(address, values).content
    values["recurrence_months"] = 12
    assert b"What it would do" in hana.post(address, values).content
    assert rule.versions.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert hana.post(address, {**values, "apply": "1"}).status_code == 302
    found = version_of(rule)
    assert (found.number, found.recurrence_months, found.reason) == (2, 12, "New policy")
    assert found.accepted.count() == 1
    past = {**values, "starts_on": today.isoformat()}
    assert b"from tomorrow on" in hana.post(address, past).content


EVERY_DEMAND = {
    "per_state": False,
    "bridge_days": 3,
    "severity": "blocks",
    "responsible": "hr",
    "waiver_clears": True,
    "audience": {"any": [{"professions": ["rn"]}]},
    "level": "seen",
    "due_anchor": "fixed_date",
    "due_date": date(2027, 3, 1),
    "due_months": 2,
    "due_days": -3,
    "notice_days": 4,
    "return_notice_days": 5,
    "recurrence": "fixed_day",
    "recurrence_months": 6,
    "recurrence_month": 7,
    "recurrence_day": 8,
    "round_to_month_end": True,
    "window_days": 9,
    "early_renewal_counts_from_expiry": True,
    "grace_months": 10,
    "grace_days": 11,
    "counts_from_hire_days_before": 12,
    "counts_from_date": date(2026, 1, 1),
    "counts_from_edition": 13,
}


def test_every_demand_survives_the_job_and_a_change_on_the_page(
    cast: Cast, today: date, sign_in: Callable[[Person], Client], django_capture_on_commit_callbacks: Any
) -> None:
    assert set(EVERY_DEMAND) == {field.name for field in RequirementVersion.demand_fields()}
    rule = make_requirement("hipaa", **EVERY_DEMAND)
    draft = make_draft(*version_of(rule).accepted.values("qualification_id"), starts_on=today, **EVERY_DEMAND)
    assert Draft.from_json(json.loads(json.dumps(draft.as_json()))) == draft
    values = {
        **{name: EVERY_DEMAND[name] for name in RuleForm.Meta.fields if name in EVERY_DEMAND},
        "starts_on": (today + timedelta(days=5)).isoformat(),
        "grace_days": 20,
        "reason": "New policy",
        "apply": "1",
    }
    address = reverse("standing:requirement_change", args=[rule.code])
    with django_capture_on_commit_callbacks(execute=True):
        assert sign_in(cast.hana).post(address, values).status_code == 302
    assert version_of(rule).number == 2
    assert version_of(rule).demands() == {**EVERY_DEMAND, "grace_days": 20}


def test_another_draft_for_the_same_day_is_another_change(cast: Cast, today: date) -> None:
    rule = make_requirement("hipaa")
    accepted = version_of(rule).accepted.values("qualification_id")
    day = today + timedelta(days=5)
    drafts = [make_draft(*accepted, starts_on=day, grace_days=days) for days in (3, 4)]
    jobs = [ask_for_change(rule, draft, by=by(cast.hana)) for draft in (*drafts, drafts[0])]
    assert jobs[0] == jobs[2] != jobs[1]
    for job in jobs[:2]:
        assert "version" in change_job(job)
    assert version_of(rule).grace_days == 4
    assert change_job(jobs[0]) == {"skipped": "already changed"}


def test_a_rule_that_accepts_nothing_is_refused(cast: Cast, today: date) -> None:
    rule = make_requirement("hipaa")
    draft = make_draft(starts_on=today + timedelta(days=1))
    with pytest.raises(Refused):
        change_requirement(rule, draft, by=by(cast.hana))


def test_waiver_and_more_time_need_a_reason_and_somebody_else(cast: Cast, today: date) -> None:
    rule = make_requirement("hipaa")
    span = {"scope": "", "starts_on": today, "last_day": today + timedelta(days=9)}
    with pytest.raises(Refused):
        grant_waiver(cast.dana, rule, reason=" ", by=by(cast.hana), **span)
    with pytest.raises(OwnRecord):
        grant_waiver(cast.hana, rule, reason="x", by=by(cast.hana), **span)
    waiver = grant_waiver(cast.dana, rule, reason="New here", by=by(cast.hana), **span)
    assert Span.objects.on(today).get(person=cast.dana).state == "waived"
    withdraw_fact(waiver, reason="Mistake", by=by(cast.hana))
    assert Span.objects.on(today).get(person=cast.dana).state == "overdue"
    grant_extension(cast.dana, rule, reason="System down", by=by(cast.hana), **span)
    assert Span.objects.on(today).get(person=cast.dana).state == "pending"


def test_as_our_records_showed_equals_what_was_known_then(cast: Cast, today: date) -> None:
    make_requirement("hipaa", recurrence="once")
    before = timezone.now()
    row = piece(cast, "course:hipaa", today - timedelta(days=300))
    between = timezone.now()
    void_evidence(row, note="Wrong person", actor=cast.hana, source_kind="test", source_id="v")

    def state(moment: Any) -> str:
        [item] = standing_as_known(cast.dana, today, moment).items
        return str(item.span.state)

    assert (state(before), state(between), state(timezone.now())) == ("overdue", "met", "overdue")
    assert standing_on(cast.dana, today).items[0].span.state == "overdue"


def test_what_an_older_system_knew_counts_as_known(cast: Cast, today: date) -> None:
    make_requirement("hipaa", recurrence="once")
    RequirementVersion.objects.none()
    moment = timezone.now()
    known = today - timedelta(days=200)
    piece(cast, "course:hipaa", known, known_on=known)
    [item] = standing_as_known(cast.dana, today, moment).items
    assert item.span.state == "met"


def test_an_explanation_names_state_rule_and_every_row(cast: Cast, today: date) -> None:
    rule = make_requirement("hipaa", recurrence="every_months", recurrence_months=12)
    piece(cast, "course:hipaa", today - timedelta(days=800))
    gone = piece(cast, "course:hipaa", today - timedelta(days=100), level="claimed")
    void_evidence(gone, note="x", actor=cast.hana, source_kind="test", source_id="v")
    piece(cast, "course:hipaa", today - timedelta(days=20))
    found = explain(cast.dana, rule, "", today)
    assert found.state == "met"
    assert "because of course:hipaa" in found.sentences[0]
    assert "every 12 months" in found.sentences[1]
    verdicts = [row.verdict for row in found.rows]
    assert verdicts[0].startswith("was good through")
    assert verdicts[1] == "withdrawn: never was"
    assert "decides this day" in verdicts


@pytest.mark.parametrize("level", ["claimed", "verified"])
def test_the_explanation_of_any_day_agrees_with_the_stored_span(cast: Cast, today: date, level: str) -> None:
    rule = make_requirement("hipaa", recurrence="every_months", recurrence_months=6, grace_days=10)
    piece(cast, "course:hipaa", today - timedelta(days=300), level=level)
    for days in range(-400, 100, 50):
        day = today + timedelta(days=days)
        assert explain(cast.dana, rule, "", day).state == Span.objects.on(day).get(person=cast.dana).state


def test_check_standing_names_a_difference(cast: Cast, capsys: Any) -> None:
    make_requirement("hipaa")
    call_command("check_standing")
    assert "No difference" in capsys.readouterr().out
    Span.objects.filter(person=cast.dana).update(state="met")
    with pytest.raises(CommandError, match="differences for"):
        call_command("check_standing")
    assert "stored, but not computed" in capsys.readouterr().out


def test_the_timeline_command_refuses_what_is_no_case(tmp_path: Any) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"requirement": {}}')
    with pytest.raises(CommandError, match="not a case"):
        call_command("timeline", str(bad))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("timeline", str(tmp_path / "none.json"))


def test_requirements_are_listed_in_sentences(cast: Cast, sign_in: Callable[[Person], Client]) -> None:
    rule: Requirement = make_requirement("hipaa", recurrence="every_months", recurrence_months=12)
    page = sign_in(cast.hana).get(reverse("standing:requirements")).content.decode()
    assert rule.name in page
    assert "every 12 months" in page
