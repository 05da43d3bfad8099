"""Whom alerts tell, what they say, and when they are taken back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from portal.notices.deliver import deliver_waiting
from portal.notices.going_live import go_live, set_mode
from portal.notices.models import Message, Notice
from portal.people.accounts.email import set_email
from portal.people.employment.clock import make_absence_kind
from portal.people.employment.leave import record_absence
from portal.people.facts.recompute import recompute
from portal.people.models import Employment, TeamLead
from portal.people.organization.delegation import delegate
from portal.standing.alerts.scan import run_alerts
from portal.standing.alerts.tasks import daily_alerts
from portal.standing.evidence import NewPiece, record_piece, register_source, void_evidence
from portal.standing.exceptions.grant import grant_waiver
from portal.standing.models import AlertRun, Evidence, LadderStage, Qualification, Requirement
from tests.cast import Cast, by, grant, make_person
from tests.cost import cost_of
from tests.standing.alerts.who import inbox, told
from tests.standing.rules import make_qualification, make_requirement

register_source("test", "a test")
DAY = timedelta(days=1)


@pytest.fixture
def license(cast: Cast) -> Qualification:
    found = make_qualification("license:RN:CA")
    audience = {"people": [cast.dana.pk]}
    make_requirement(
        "license", found, recurrence="own_validity", due_days=-1, audience=audience, severity="blocks"
    )
    return found


def hold(
    cast: Cast, license: Qualification, until: date, source: str = "1", level: str = "verified"
) -> Evidence:
    piece = NewPiece(
        person_id=cast.dana.pk,
        qualification=license,
        subject=f"s{source}",
        effective_on=until - timedelta(days=700),
        last_good_day=until,
        level=level,
        source_kind="test",
        source_id=source,
    )
    return record_piece(piece, actor=cast.hana)


# ---- who --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "names"),
    [
        (90, {"Dana"}),
        (31, {"Dana"}),
        (30, {"Dana", "Renata"}),
        (14, {"Dana", "Renata", "Hana"}),
        (7, {"Dana", "Renata", "Hana", "Nadia"}),
        (-20, {"Dana", "Renata", "Hana", "Nadia"}),
    ],
)
def test_more_are_told_as_the_day_comes_near(
    cast: Cast, license: Qualification, today: date, left: int, names: set[str]
) -> None:
    hold(cast, license, today + timedelta(days=left))
    run_alerts(today)
    assert {name for name, _stage in told(today)} == names


def test_an_item_that_the_supervisor_answers_for_is_on_the_supervisors_list(cast: Cast, today: date) -> None:
    make_requirement("evaluation", responsible="supervisor", audience={"people": [cast.dana.pk]}, due_days=0)
    run_alerts(today)
    assert {name for name, _stage in told(today)} == {"Renata", "Nadia", "Hana"}


def test_hr_of_the_team_is_told_before_hr_for_everybody(
    cast: Cast, license: Qualification, today: date
) -> None:
    nora = make_person("Nora", "North", team=cast.south)
    grant(nora, "hr", scope="team", team=cast.north)
    hold(cast, license, today + 10 * DAY)
    run_alerts(today)
    assert {name for name, _stage in told(today)} == {"Dana", "Renata", "Nora"}


def test_hr_who_is_away_is_not_the_one_who_is_told(cast: Cast, license: Qualification, today: date) -> None:
    hugo = make_person("Hugo", "Hart", team=cast.south)
    grant(hugo, "hr")
    kind = make_absence_kind(code="v", name="Vacation", by=None)
    record_absence(cast.hana, kind=kind, starts_on=today, last_day=today, by=None)
    hold(cast, license, today + 10 * DAY)
    run_alerts(today)
    assert {name for name, _stage in told(today)} == {"Dana", "Renata", "Hugo"}


def test_a_stand_in_is_told_and_the_supervisor_is_not_told_again(
    cast: Cast, license: Qualification, today: date
) -> None:
    hold(cast, license, today + 20 * DAY)
    run_alerts(today)
    kind = make_absence_kind(code="v", name="Vacation", by=None)
    record_absence(cast.renata, kind=kind, starts_on=today + DAY, last_day=today + DAY, by=by(cast.hana))
    delegate(cast.renata, cast.sam, starts_on=today + DAY, last_day=today + DAY, by=by(cast.hana))
    assert run_alerts(today + DAY).owed == 0
    assert len(inbox(cast.sam, today + DAY)) == 1
    assert inbox(cast.renata, today + DAY) == []
    assert run_alerts(today + 2 * DAY).owed == 0
    assert len(inbox(cast.renata, today + 2 * DAY)) == 1
    assert inbox(cast.sam, today + 2 * DAY) == []


def test_nobody_at_the_top_stops_nobodys_alert(cast: Cast, license: Qualification, today: date) -> None:
    TeamLead.objects.update(superseded_at=timezone.now())
    for role_holder in (cast.hana, cast.ilse):
        role_holder.is_active = False
        role_holder.save()
    hold(cast, license, today + 3 * DAY)
    run_alerts(today)
    assert {name for name, _stage in told(today)} == {"Dana"}


def test_who_is_on_a_leave_that_stops_the_clock_is_left_alone(
    cast: Cast, license: Qualification, today: date
) -> None:
    hold(cast, license, today + 20 * DAY)
    kind = make_absence_kind(code="l", name="Leave", stops_clock=True, by=None)
    record_absence(cast.dana, kind=kind, starts_on=today, last_day=today + 5 * DAY, by=by(cast.hana))
    assert run_alerts(today).owed == 0
    assert run_alerts(today + 6 * DAY).owed == 3


def test_who_leaves_before_the_day_is_not_told_of_it(cast: Cast, license: Qualification, today: date) -> None:
    hold(cast, license, today + 20 * DAY)
    Employment.objects.filter(person=cast.dana).update(superseded_at=timezone.now())
    Employment.objects.create(person=cast.dana, starts_on=date(2020, 1, 6), last_day=today + 5 * DAY)
    recompute([cast.dana.pk])
    assert run_alerts(today).owed == 0


# ---- claimed, not checked ---------------------------------------------------------------------


def test_after_the_day_a_claimed_renewal_still_quiets_the_holder_alone(
    cast: Cast, license: Qualification, today: date
) -> None:
    hold(cast, license, today - 8 * DAY)
    hold(cast, license, today + 500 * DAY, source="2", level="claimed")
    run_alerts(today)
    assert told(today) == {("Renata", -7), ("Nadia", -7), ("Hana", -7)}
    assert inbox(cast.hana, today) == ["Dana Whitfield: License waits for HR to check it"]


def test_a_claim_before_sending_quiets_the_mail_to_the_holder(
    cast: Cast, license: Qualification, today: date
) -> None:
    hold(cast, license, today + 20 * DAY)
    run_alerts(today)
    hold(cast, license, today + 500 * DAY, source="2", level="claimed")
    set_mode("live", on=today, by=by(cast.hana))
    deliver_waiting()
    assert [sent.to for sent in mail.outbox] == [[cast.renata.email]]


def test_the_ladder_keeps_its_day_when_the_claimed_renewal_takes_over(
    cast: Cast, license: Qualification, today: date
) -> None:
    hold(cast, license, today)
    hold(cast, license, today + 500 * DAY, source="2", level="claimed")
    for days in range(15):
        run_alerts(today + days * DAY)
    assert set(LadderStage.objects.values_list("deadline", flat=True)) == {today}
    assert {stage for name, stage in told(today) if name == "Renata"} == {0, -7, -14}


# ---- taken back -------------------------------------------------------------------------------


def test_a_renewal_takes_the_notices_out_of_every_inbox(
    cast: Cast, license: Qualification, today: date
) -> None:
    hold(cast, license, today + 5 * DAY)
    run_alerts(today)
    assert inbox(cast.dana, today)
    hold(cast, license, today + 400 * DAY, source="2")
    assert run_alerts(today).cancelled == 4, "holder, supervisor, next one up, HR"
    assert inbox(cast.dana, today) == inbox(cast.renata, today) == inbox(cast.hana, today) == []


def test_a_later_stage_takes_the_place_of_the_earlier(
    cast: Cast, license: Qualification, today: date
) -> None:
    set_mode("held", on=today, by=by(cast.hana))
    hold(cast, license, today + 30 * DAY)
    for days in (0, 16, 23, 29):
        run_alerts(today + days * DAY)
    assert len(inbox(cast.dana, today)) == 1
    set_mode("live", on=today, by=by(cast.hana))
    deliver_waiting()
    [sent] = [sent for sent in mail.outbox if sent.to == [cast.dana.email]]
    assert "runs out on" in sent.subject


def test_who_left_is_in_nobodys_inbox(cast: Cast, license: Qualification, today: date) -> None:
    hold(cast, license, today + 20 * DAY)
    run_alerts(today)
    Employment.objects.filter(person=cast.dana).update(superseded_at=timezone.now())
    run_alerts(today)
    assert inbox(cast.renata, today) == []


def test_what_was_taken_back_unsent_is_told_when_the_reason_comes_back(
    cast: Cast, license: Qualification, today: date
) -> None:
    hold(cast, license, today + 20 * DAY)
    run_alerts(today)
    renewal = hold(cast, license, today + 400 * DAY, source="2")
    run_alerts(today)
    void_evidence(
        renewal, note="Entered for the wrong person.", actor=cast.hana, source_kind="test", source_id="v"
    )
    assert run_alerts(today).owed == 2
    assert len(inbox(cast.dana, today)) == len(inbox(cast.renata, today)) == 1
    assert Notice.objects.count() == LadderStage.objects.count() == 2


def test_what_was_sent_is_back_in_the_inbox_and_not_mailed_twice_when_the_reason_comes_back(
    cast: Cast, license: Qualification, today: date
) -> None:
    set_mode("live", on=today, by=by(cast.hana))
    hold(cast, license, today + 20 * DAY)
    run_alerts(today)
    deliver_waiting()
    renewal = hold(cast, license, today + 400 * DAY, source="2")
    run_alerts(today)
    void_evidence(
        renewal, note="Entered for the wrong person.", actor=cast.hana, source_kind="test", source_id="v"
    )
    run_alerts(today)
    deliver_waiting()
    assert len(inbox(cast.dana, today)) == len(inbox(cast.renata, today)) == 1
    assert len(mail.outbox) == 2


def test_a_waiver_moves_the_ladder_to_its_end(cast: Cast, license: Qualification, today: date) -> None:
    waived = grant_waiver(
        cast.dana,
        Requirement.objects.get(code="license"),
        scope="",
        starts_on=today,
        last_day=today + 40 * DAY,
        reason="The board is slow.",
        by=by(cast.hana),
    )
    run_alerts(today)
    assert LadderStage.objects.get().deadline == waived.last_day
    assert told(today) == {("Dana", 60)}


def test_going_live_mails_nothing_that_was_crossed_while_held(
    cast: Cast, license: Qualification, today: date
) -> None:
    hold(cast, license, today + 5 * DAY)
    run_alerts(today)
    go_live(on=today, by=by(cast.hana))
    deliver_waiting()
    run_alerts(today)
    deliver_waiting()
    assert mail.outbox == []
    assert inbox(cast.dana, today), "it is in the inbox all the same"
    run_alerts(today + 4 * DAY)
    deliver_waiting()
    assert [cast.dana.email] in [sent.to for sent in mail.outbox]


# ---- the words --------------------------------------------------------------------------------


def test_a_notice_says_who_else_is_told_and_what_comes_next(
    cast: Cast, license: Qualification, today: date
) -> None:
    hold(cast, license, today + 60 * DAY)
    run_alerts(today)
    first = Notice.objects.get()
    assert first.told_also.startswith("Sent to you only. If nothing changes, Renata Okafor is told on ")
    run_alerts(today + 46 * DAY)
    later = Notice.objects.open().get(recipient=cast.dana)
    assert later.told_also.startswith("Renata Okafor and HR are told too. If nothing changes, Nadia Berg is")
    assert "no patient work from" in later.body


def test_a_mail_about_another_names_nobody_in_its_subject(
    cast: Cast, license: Qualification, today: date
) -> None:
    set_mode("live", on=today, by=by(cast.hana))
    set_email(cast.dana, None, by=by(cast.hana))
    hold(cast, license, today + 20 * DAY)
    run_alerts(today)
    deliver_waiting()
    [sent] = mail.outbox
    assert sent.subject == "An item to keep current"
    assert "Dana Whitfield: License runs out on" in sent.body


# ---- the run ----------------------------------------------------------------------------------


def test_a_chunk_costs_the_same_for_many(cast: Cast, today: date) -> None:
    make_requirement("hipaa")
    run_alerts(today)

    def told(letter: str, count: int) -> int:
        for number in range(count):
            make_person(letter, str(number), team=cast.north)
        owed: list[int] = []
        cost = cost_of(lambda: owed.append(run_alerts(today).owed))
        assert owed[0] >= count
        return cost

    assert told("P", 2) == told("Q", 12)


def test_a_run_that_died_is_run_again_and_one_that_runs_is_left_alone(
    cast: Cast, license: Qualification, today: date
) -> None:
    hold(cast, license, today + 20 * DAY)
    run = AlertRun.objects.create(on=today, started_at=timezone.now())
    assert daily_alerts() == 0
    AlertRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - timedelta(minutes=20))
    assert daily_alerts() == 2


def test_an_error_is_on_record_and_the_next_ring_tries_again(
    cast: Cast, license: Qualification, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(cast, license, today + 20 * DAY)
    with monkeypatch.context() as broken:
        broken.setattr("portal.standing.alerts.scan.items_watched", lambda *_a, **_k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            daily_alerts()
    assert "ZeroDivisionError" in AlertRun.objects.get().error
    assert daily_alerts() == 2
    assert AlertRun.objects.get().error == ""


def test_killed_between_two_parts_nothing_is_lost_and_nothing_told_twice(
    cast: Cast, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_requirement("hipaa")
    monkeypatch.setattr("portal.standing.alerts.scan.CHUNK", 3)
    whole = run_alerts(today, dry_run=True).crossed
    notify_all, calls = __import__("portal.standing.alerts.scan", fromlist=["notify_all"]).notify_all, []

    def dies(*args: Any, **values: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise SystemExit
        return notify_all(*args, **values)

    with monkeypatch.context() as power_cut:
        power_cut.setattr("portal.standing.alerts.scan.notify_all", dies)
        with pytest.raises(SystemExit):
            run_alerts(today)
    done = Notice.objects.count()
    assert 0 < done < whole
    assert LadderStage.objects.count() == done
    assert run_alerts(today).owed == whole - done
    assert Notice.objects.count() == LadderStage.objects.count() == whole
    assert Message.objects.values("recipient").distinct().count() == Message.objects.count()
