"""Alerts: each stage told once to each; nothing lost over skipped days; renewals cancel."""

import smtplib
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from portal.clock import business_today
from portal.notices.deliver import deliver_waiting
from portal.notices.going_live import go_live, set_mode
from portal.notices.models import Message, Notice
from portal.people.accounts.email import set_email
from portal.people.employment.clock import make_absence_kind
from portal.people.employment.leave import record_absence
from portal.people.models import Person
from portal.standing.alerts.scan import run_alerts
from portal.standing.alerts.tasks import daily_alerts
from portal.standing.evidence import NewPiece, record_piece, register_source
from portal.standing.models import AlertRun, LadderStage, Qualification
from tests.cast import Cast, by, make_person
from tests.cost import cost_of
from tests.standing.alerts.who import told
from tests.standing.rules import make_qualification, make_requirement

register_source("test", "a test")


@pytest.fixture
def license(cast: Cast) -> Qualification:
    found = make_qualification("license:RN:CA")
    audience = {"people": [cast.dana.pk]}
    make_requirement(
        "license", found, recurrence="own_validity", due_days=-1, audience=audience, severity="blocks"
    )
    return found


def hold(cast: Cast, license: Qualification, until: date, source: str = "1", level: str = "verified") -> None:
    record_piece(
        NewPiece(
            person_id=cast.dana.pk,
            qualification=license,
            subject=f"s{source}",
            effective_on=until - timedelta(days=700),
            last_good_day=until,
            level=level,
            source_kind="test",
            source_id=source,
        ),
        actor=cast.hana,
    )


def test_running_twice_tells_nothing_twice(cast: Cast, license: Qualification, today: date) -> None:
    hold(cast, license, today + timedelta(days=25))
    assert run_alerts(today).owed == 2
    assert told(today) == {("Dana", 30), ("Renata", 30)}
    assert run_alerts(today).owed == 0
    assert AlertRun.objects.get(on=today).owed == 2, "the day keeps what its first run found"


def test_after_skipped_days_only_the_latest_stage_is_told(
    cast: Cast, license: Qualification, today: date
) -> None:
    hold(cast, license, today + timedelta(days=80))
    run_alerts(today)
    run_alerts(today + timedelta(days=70))
    assert told(today) == {("Dana", 90), ("Dana", 14), ("Renata", 14), ("Hana", 14)}


def test_every_day_or_with_gaps_no_stage_is_told_twice(
    cast: Cast, license: Qualification, today: date
) -> None:
    hold(cast, license, today + timedelta(days=95))
    for days in range(0, 125, 1):
        run_alerts(today + timedelta(days=days))
    stages = [90, 60, 30, 14, 7, 1, 0, -7, -14, -21, -28]
    assert {stage for name, stage in told(today) if name == "Dana"} == set(stages)
    assert Notice.objects.filter(recipient=cast.dana).count() == len(stages)


def test_a_renewal_resets_the_ladder(cast: Cast, license: Qualification, today: date) -> None:
    hold(cast, license, today + timedelta(days=5))
    run_alerts(today)
    hold(cast, license, today + timedelta(days=400), source="2")
    assert run_alerts(today).owed == 0
    assert run_alerts(today + timedelta(days=330)).owed == 1


def test_a_renewal_before_sending_cancels(cast: Cast, license: Qualification, today: date) -> None:
    set_mode("held", on=today, by=by(cast.hana))
    hold(cast, license, today + timedelta(days=5))
    run_alerts(today)
    hold(cast, license, today + timedelta(days=400), source="2")
    set_mode("live", on=today, by=by(cast.hana))
    deliver_waiting()
    assert mail.outbox == []
    assert not Notice.objects.open().exists()


def test_a_claimed_renewal_quiets_the_holder_not_supervisor_and_hr(
    cast: Cast, license: Qualification, today: date
) -> None:
    hold(cast, license, today + timedelta(days=10))
    hold(cast, license, today + timedelta(days=500), source="2", level="claimed")
    run_alerts(today)
    assert {name for name, _stage in told(today)} == {"Renata", "Hana"}
    assert "waits for HR" in Notice.objects.get(role="supervisor").body


def test_of_who_is_on_leave_only_hr_is_told(cast: Cast, license: Qualification, today: date) -> None:
    kind = make_absence_kind(code="l", name="Leave", stops_clock=True, by=None)
    record_absence(cast.dana, kind=kind, starts_on=today, last_day=None, by=by(cast.hana))
    run_alerts(today)
    assert {name for name, _stage in told(today)} == {"Hana"}


def test_messages_are_held_until_live_and_what_was_crossed_counts_as_told(
    cast: Cast, license: Qualification, today: date
) -> None:
    hold(cast, license, today + timedelta(days=5))
    go_live(on=today, by=by(cast.hana))
    assert run_alerts(today).owed == 0
    assert not LadderStage.objects.filter(sent=True).exists()
    assert run_alerts(today + timedelta(days=4)).owed > 0


def test_a_mail_has_text_and_html_a_stable_id_and_no_number(
    cast: Cast, license: Qualification, today: date
) -> None:
    set_mode("live", on=today, by=by(cast.hana))
    hold(cast, license, today + timedelta(days=85))
    run_alerts(today)
    deliver_waiting()
    [sent] = mail.outbox
    assert sent.to == [cast.dana.email]
    assert "runs out on" in sent.subject
    assert sent.alternatives[0][1] == "text/html"
    message = Message.objects.get(recipient=cast.dana)
    assert sent.extra_headers["Message-ID"] == message.message_id
    assert message.state == Message.State.SENT
    deliver_waiting()
    assert len(mail.outbox) == 1


def test_who_has_no_address_is_told_by_the_supervisor(
    cast: Cast, license: Qualification, today: date, sign_in: Callable[[Person], Client]
) -> None:
    set_mode("live", on=today, by=by(cast.hana))
    set_email(cast.dana, None, by=by(cast.hana))
    hold(cast, license, today + timedelta(days=85))
    run_alerts(today)
    deliver_waiting()
    message = Message.objects.get(recipient=cast.dana)
    assert message.state == Message.State.CARRIED
    renata = sign_in(cast.renata)
    assert b"Dana Whitfield" in renata.get(reverse("notices:to_pass_on")).content
    renata.post(reverse("notices:pass_on", args=[message.pk]))
    message.refresh_from_db()
    assert (message.state, message.told_by) == (Message.State.SENT, cast.renata)


def test_a_mail_that_fails_is_tried_again_and_then_given_up(
    cast: Cast, license: Qualification, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_mode("live", on=today, by=by(cast.hana))
    hold(cast, license, today + timedelta(days=85))
    run_alerts(today)

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise smtplib.SMTPResponseException(451, b"no room")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
    for _try in range(9):
        Message.objects.update(not_before="2020-01-01T00:00Z")
        deliver_waiting()
    message = Message.objects.get()
    assert (message.state, message.attempts) == (Message.State.FAILED, 8)
    assert "no room" in message.last_error


def test_the_command_tells_runs_dry_and_refuses_nonsense(
    cast: Cast, license: Qualification, today: date
) -> None:
    hold(cast, license, today + timedelta(days=25))
    out = StringIO()
    call_command("send_alerts", "--on", today.isoformat(), "--dry-run", stdout=out)
    assert "2 would be told" in out.getvalue()
    assert LadderStage.objects.count() == AlertRun.objects.count() == 0
    call_command("send_alerts", "--on", "today", stdout=out)
    assert "2 notices made" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("send_alerts", "--on", "31 February")


def test_the_daily_task_works_once_a_day(cast: Cast, license: Qualification) -> None:
    today = business_today()
    hold(cast, license, today + timedelta(days=25))
    assert daily_alerts() == 2
    assert daily_alerts() == 0


def test_the_scan_costs_the_same_for_many(cast: Cast, today: date) -> None:
    make_requirement("hipaa")
    before = run_alerts(today, dry_run=True).crossed
    few = cost_of(lambda: run_alerts(today, dry_run=True))
    for number in range(12):
        make_person("P", str(number), team=cast.north)
    assert cost_of(lambda: run_alerts(today, dry_run=True)) == few
    assert run_alerts(today, dry_run=True).crossed >= before + 12
