"""Facts change, and the stored spans follow in the same transaction."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portal.people.employment.clock import make_absence_kind
from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import recompute
from portal.people.models import Absence, Position
from portal.standing.engine.status import Word
from portal.standing.evidence import NewPiece, end_evidence, record_piece, register_source, void_evidence
from portal.standing.items import items_on, standing_on, standings_on
from portal.standing.models import Evidence, Qualification, Requirement, Span
from portal.standing.projection.rebuild import differences, everybody, rebuild
from tests.cast import Cast, by, make_person
from tests.cost import cost_of
from tests.standing.rules import make_qualification, make_requirement

register_source("test", "a test")


def piece(cast: Cast, qualification: Qualification, source: str, **values: Any) -> Evidence:
    new = {
        "person_id": cast.dana.pk,
        "qualification": qualification,
        "subject": f"s-{source}",
        "effective_on": date(2026, 1, 10),
        "level": "verified",
        "source_kind": "test",
        "source_id": source,
    }
    return record_piece(NewPiece(**{**new, **values}), actor=cast.hana)


@pytest.fixture
def license_rule(cast: Cast) -> tuple[Requirement, Qualification]:
    qualification = make_qualification("license:RN:CA")
    rule = make_requirement(
        "rn-license", qualification, recurrence="own_validity", due_days=-1, severity="blocks"
    )
    return rule, qualification


def states(person_id: int, requirement: Requirement) -> list[tuple[str, date, date | None]]:
    rows = Span.objects.filter(person_id=person_id, requirement=requirement).order_by("scope", "start")
    return list(rows.values_list("state", "start", "until"))


def test_recording_evidence_is_seen_in_the_same_transaction(cast: Cast, license_rule: Any) -> None:
    rule, qualification = license_rule
    assert {state for state, _s, _u in states(cast.dana.pk, rule)} == {"overdue"}
    piece(cast, qualification, "1", last_good_day=date(2027, 3, 31))
    assert [state for state, _s, _u in states(cast.dana.pk, rule)] == ["overdue", "met", "overdue"]


def test_recording_the_same_source_twice_keeps_one(cast: Cast, license_rule: Any) -> None:
    _rule, qualification = license_rule
    first = piece(cast, qualification, "1", last_good_day=date(2027, 3, 31))
    assert piece(cast, qualification, "1", last_good_day=date(2030, 3, 31)).pk == first.pk
    assert Evidence.objects.count() == 1


def test_an_ending_caps_and_voiding_it_gives_back_what_was(cast: Cast, license_rule: Any) -> None:
    rule, qualification = license_rule
    row = piece(cast, qualification, "1", last_good_day=date(2027, 3, 31))
    before = states(cast.dana.pk, rule)
    ending = end_evidence(
        row,
        last_good_day=date(2026, 6, 9),
        note="surrendered",
        actor=cast.hana,
        source_kind="test",
        source_id="e",
    )
    assert states(cast.dana.pk, rule)[1] == ("met", date(2026, 1, 10), date(2026, 6, 10))
    void_evidence(ending, note="mistake", actor=cast.hana, source_kind="test", source_id="v")
    assert states(cast.dana.pk, rule) == before


def test_a_missing_license_reads_missing_and_an_expired_one_overdue(cast: Cast, license_rule: Any) -> None:
    _rule, qualification = license_rule
    day = date(2026, 11, 24)
    [item] = items_on(day, [cast.dana.pk])
    assert item.word is Word.MISSING
    piece(cast, qualification, "1", last_good_day=date(2026, 11, 20))
    [item] = items_on(day, [cast.dana.pk])
    assert (item.word, item.phrase, item.late_since) == (Word.OVERDUE, "4\u00a0d over", date(2026, 11, 21))


def test_expiring_runs_to_the_first_day_that_is_not_met(cast: Cast, license_rule: Any) -> None:
    _rule, qualification = license_rule
    day = date(2026, 11, 24)
    piece(cast, qualification, "1", last_good_day=date(2026, 12, 12))
    [item] = items_on(day, [cast.dana.pk])
    assert (item.word, item.deadline, item.phrase) == (
        Word.EXPIRING,
        date(2026, 12, 12),
        "Expiring, 18\u00a0d",
    )
    assert not item.renewal_waits
    piece(
        cast,
        qualification,
        "2",
        effective_on=date(2026, 12, 1),
        last_good_day=date(2028, 12, 12),
        level="claimed",
    )
    [item] = items_on(day, [cast.dana.pk])
    assert item.word is Word.EXPIRING
    assert item.renewal_waits


def test_only_met_clears_for_work(cast: Cast, license_rule: Any) -> None:
    _rule, qualification = license_rule
    day = date(2026, 11, 24)
    assert not standing_on(cast.dana, day).clearance
    piece(cast, qualification, "1", last_good_day=date(2028, 1, 1), level="claimed")
    assert not standing_on(cast.dana, day).clearance
    piece(cast, qualification, "2", subject="s-1", last_good_day=date(2028, 1, 1))
    assert standing_on(cast.dana, day).clearance
    assert not standing_on(cast.ada, day).clearance, "not employed"


def test_asking_for_many_people_costs_no_more_queries(cast: Cast, license_rule: Any) -> None:
    day = date(2026, 11, 24)
    few = [cast.dana.pk, cast.marcus.pk]
    many = [*few, *(make_person("P", str(number), team=cast.north).pk for number in range(10))]
    assert len(standings_on(day, many)) == len(many)
    assert cost_of(lambda: standings_on(day, many)) == cost_of(lambda: standings_on(day, few))


def test_a_requirement_per_state_is_asked_in_each_state_served(cast: Cast) -> None:
    california, texas = make_qualification("license:RN:CA", "CA"), make_qualification("license:RN:TX", "TX")
    rule = make_requirement("state-license", california, texas, per_state=True, recurrence="own_validity")
    assert set(Span.objects.filter(person=cast.marcus, requirement=rule).values_list("scope", flat=True)) == {
        "CA",
        "TX",
    }
    piece(cast, california, "1", person_id=cast.marcus.pk, last_good_day=date(2030, 1, 1))
    found = {item.scope: item.word for item in items_on(date(2026, 11, 24), [cast.marcus.pk])}
    assert found == {"CA": Word.MET, "TX": Word.MISSING}


def test_a_course_in_place_of_a_card_brings_its_own_term(cast: Cast) -> None:
    card, course = make_qualification("card:BLS"), make_qualification("course:bls")
    rule = make_requirement(
        "bls",
        card,
        {"qualification_id": course.pk, "term_months": 6, "level": "claimed"},
        recurrence="own_validity",
    )
    piece(cast, course, "1", level="claimed")
    met = [row for row in states(cast.dana.pk, rule) if row[0] == "met"]
    assert met == [("met", date(2026, 1, 10), date(2026, 7, 11))]


def test_a_qualification_counts_only_under_the_versions_that_accept_it(cast: Cast) -> None:
    from portal.standing.requirements.change import change_requirement
    from tests.standing.rules import make_draft

    old, new = make_qualification("course:old"), make_qualification("course:new")
    rule = make_requirement("teaching", old)
    piece(cast, old, "1", effective_on=date(2024, 1, 1))
    change_requirement(rule, make_draft(new, starts_on=date(2026, 6, 1), notice_days=30), by=by(cast.hana))
    assert [state for state, start, _u in states(cast.dana.pk, rule) if start >= date(2024, 1, 1)] == [
        "met",
        "pending",
        "overdue",
    ]


def test_leave_that_stops_the_clock_pauses(cast: Cast, license_rule: Any) -> None:
    rule, _qualification = license_rule
    kind = make_absence_kind(code="fmla", name="Family leave", stops_clock=True, stops_from_days=14, by=None)
    with transaction.atomic():
        lock_people([cast.dana.pk])
        Absence.objects.create(
            person=cast.dana, kind=kind, starts_on=date(2026, 5, 1), last_day=date(2026, 5, 31)
        )
        recompute([cast.dana.pk])
    assert ("paused", date(2026, 5, 1), date(2026, 6, 1)) in states(cast.dana.pk, rule)


def test_rebuilding_twice_changes_nothing(cast: Cast, license_rule: Any) -> None:
    _rule, qualification = license_rule
    piece(cast, qualification, "1", last_good_day=date(2027, 3, 31))
    assert rebuild(everybody()) == 0
    assert list(differences(everybody())) == []


def test_an_error_after_the_change_rolls_the_spans_back(cast: Cast, license_rule: Any) -> None:
    rule, qualification = license_rule
    before = states(cast.dana.pk, rule)

    def fails_later() -> None:
        with transaction.atomic():
            piece(cast, qualification, "1", last_good_day=date(2027, 3, 31))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails_later()
    assert states(cast.dana.pk, rule) == before


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_ledger_refuses_to_be_edited_in_a_shell(cast: Cast, license_rule: Any, change: str) -> None:
    _rule, qualification = license_rule
    row = piece(cast, qualification, "1", last_good_day=date(2027, 3, 31))
    Span.objects.all().delete()
    rows = Evidence.objects.filter(pk=row.pk)
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        rows.update(last_good_day=date(2040, 1, 1)) if change == "update" else rows.delete()


def test_a_recorded_fact_can_only_be_closed(cast: Cast) -> None:
    row = Position.objects.filter(person=cast.dana)
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        row.update(title="Director")
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        row.delete()
    from django.utils import timezone

    assert row.update(superseded_at=timezone.now()) == 1
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        row.update(superseded_at=timezone.now() + timedelta(days=1))
