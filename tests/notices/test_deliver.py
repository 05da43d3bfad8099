"""Delivery: held or live, leases, failures that keep nobody else waiting, discreet subjects."""

import re
import smtplib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.lease import fail
from portal.notices import kinds
from portal.notices.deliver import deliver_waiting, lease
from portal.notices.going_live import go_live, set_mode, switch, waiting_notices
from portal.notices.kinds import register_kind
from portal.notices.models import Message, Notice, Told
from portal.notices.notify import notify
from portal.notices.plan import plan_messages
from portal.people.models import Person
from tests.cast import Cast, by
from tests.cost import cost_of_page

KIND, ALERT = "test-thing", "test-alert"
SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    register_kind(KIND, "A thing to do")
    register_kind(ALERT, "An item to keep current")
    yield
    kinds._kinds.pop(KIND)
    kinds._kinds.pop(ALERT)


@pytest.fixture
def live(cast: Cast, today: date) -> None:
    set_mode("live", on=today, by=by(cast.hana))


def planned(today: date) -> Message:
    """The message that a worker would take now."""
    plan_messages(timezone.now(), today)
    return Message.objects.latest("id")


def states() -> list[str]:
    return list(Message.objects.order_by("id").values_list("state", flat=True))


# ---- held or live -----------------------------------------------------------------------------


def test_a_new_installation_holds_everything(cast: Cast, mailoutbox: list[Any]) -> None:
    notify(cast.dana, kind=KIND, key="a", subject="a")
    assert deliver_waiting() == 0
    assert mailoutbox == []
    assert waiting_notices() == 1


def test_going_live_leaves_what_was_owed_before_in_the_inbox(
    cast: Cast, today: date, mailoutbox: list[Any]
) -> None:
    notify(cast.dana, kind=ALERT, key="a", subject="Runs out")
    notify(cast.dana, kind=KIND, key="a", subject="Do this")
    assert waiting_notices() == 2
    go_live(on=today, by=by(cast.hana))
    assert deliver_waiting() == 0
    assert Notice.objects.open().count() == 2
    notify(cast.dana, kind=KIND, key="b", subject="New")
    deliver_waiting()
    assert [mail.subject for mail in mailoutbox] == ["New"]


def test_what_was_owed_before_is_mailed_if_hr_asks_for_it(
    cast: Cast, today: date, mailoutbox: list[Any]
) -> None:
    notify(cast.dana, kind=KIND, key="a", subject="Do this")
    go_live(on=today, by=by(cast.hana), mail_waiting=True)
    assert deliver_waiting() == 1


def test_once_live_alerts_are_sent(cast: Cast, live: None, today: date, mailoutbox: list[Any]) -> None:
    notify(cast.dana, kind=ALERT, key="a", subject="Runs out")
    go_live(on=today, by=by(cast.hana))
    assert deliver_waiting() == 1


# ---- leases -----------------------------------------------------------------------------------


def test_two_workers_never_have_the_same_message(
    cast: Cast, live: None, today: date, mailoutbox: list[Any]
) -> None:
    notify(cast.dana, kind=KIND, key="a", subject="a")
    pk = planned(today).pk
    assert lease(pk, timezone.now())
    assert lease(pk, timezone.now()) is None
    assert deliver_waiting() == 0
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert deliver_waiting() == 1
    assert len(mailoutbox) == 1


def test_a_worker_that_outlived_its_lease_changes_nothing(cast: Cast, live: None, today: date) -> None:
    notify(cast.dana, kind=KIND, key="a", subject="a")
    slow = lease(planned(today).pk, timezone.now())
    assert slow
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    deliver_waiting()
    fail(slow, OSError("too late"), timezone.now())
    assert states() == ["sent"]


def test_a_message_that_kills_its_workers_is_given_up(cast: Cast, live: None, today: date) -> None:
    notify(cast.dana, kind=KIND, key="a", subject="a")
    planned(today)
    past = timezone.now() - timedelta(seconds=1)
    Message.objects.update(state=Message.State.SENDING, lease_until=past, attempts=Message.MAX_ATTEMPTS)
    assert deliver_waiting() == 0
    assert states() == ["failed"]


def test_one_that_cannot_be_sent_keeps_nobody_waiting(cast: Cast, live: None, mailoutbox: list[Any]) -> None:
    def broken(_notice: Notice) -> bool:
        raise RuntimeError("the rule is broken")

    register_kind(KIND, "A thing to do", broken)
    notify(cast.dana, kind=KIND, key="a", subject="a")
    notify(cast.marcus, kind=ALERT, key="b", subject="b")
    assert deliver_waiting() == 1
    assert states() == ["pending", "sent"]
    assert "broken" in Message.objects.earliest("id").last_error


def test_who_may_not_sign_in_any_more_gets_no_mail(cast: Cast, live: None, mailoutbox: list[Any]) -> None:
    notify(cast.dana, kind=KIND, key="a", subject="a")
    Person.objects.filter(pk=cast.dana.pk).update(is_active=False)
    assert deliver_waiting() == 0
    assert (states(), mailoutbox) == (["cancelled"], [])


def test_the_reason_is_asked_again_right_before_sending(
    cast: Cast, live: None, mailoutbox: list[Any]
) -> None:
    register_kind(KIND, "A thing to do", lambda notice: notice.key == "stays")
    notify(cast.dana, kind=KIND, key="stays", subject="Stays")
    notify(cast.dana, kind=KIND, key="goes", subject="Goes")
    deliver_waiting()
    assert [mail.subject for mail in mailoutbox] == ["Stays"]
    assert Notice.objects.open().get().key == "stays"


# ---- what a mail server answers -----------------------------------------------------------------


def answering(monkeypatch: pytest.MonkeyPatch, *errors: Exception | None) -> list[str]:
    """The server gives these answers, one a mail; returns who was tried."""
    answers, tried = iter(errors), list[str]()

    def answer(mail: Any) -> None:
        tried.append(mail.to[0])
        if (error := next(answers, None)) is not None:
            raise error

    monkeypatch.setattr("portal.notices.deliver.send", answer)
    return tried


def test_what_is_refused_for_good_is_not_tried_again_and_hr_is_told_what_to_do(
    cast: Cast, live: None, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = smtplib.SMTPRecipientsRefused({"dana@example.org": (550, b"no such user")})
    tried = answering(monkeypatch, refused)
    notify(cast.dana, kind=KIND, key="a", subject="a")
    notify(cast.marcus, kind=KIND, key="a", subject="a")
    assert deliver_waiting() == 1
    Message.objects.update(not_before=timezone.now())
    assert deliver_waiting() == 0
    assert (states(), len(tried)) == (["failed", "sent"], 2)
    page = sign_in(cast.hana).get(reverse("notices:delivery")).content.decode()
    assert "One message did not leave" in page
    assert "Correct the address" in page


def test_a_mailbox_that_is_full_is_tried_again(
    cast: Cast, live: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, smtplib.SMTPRecipientsRefused({"dana@example.org": (452, b"full")}))
    notify(cast.dana, kind=KIND, key="a", subject="a")
    deliver_waiting()
    assert states() == ["pending"]
    Message.objects.update(not_before=timezone.now())
    assert deliver_waiting() == 1


@pytest.mark.parametrize(
    "error",
    [TimeoutError("no answer"), ConnectionRefusedError(), smtplib.SMTPAuthenticationError(535, b"no")],
)
def test_a_dead_server_ends_the_batch_and_wears_no_message_out(
    cast: Cast, live: None, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    tried = answering(monkeypatch, *[error] * 20)
    for person in (cast.dana, cast.marcus, cast.sol):
        notify(person, kind=KIND, key="a", subject="a")
    for _ring in range(10):
        deliver_waiting()
        Message.objects.update(not_before=timezone.now())
    assert len(tried) == 10, "one a ring"
    assert set(Message.objects.values_list("state", "attempts")) == {("pending", 0)}


def test_a_slow_server_ends_the_batch_in_time(
    cast: Cast, live: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = answering(monkeypatch)
    seconds = iter(range(0, 1000, 45))
    monkeypatch.setattr("portal.notices.sending.time.monotonic", lambda: next(seconds))
    for person in (cast.dana, cast.marcus, cast.sol):
        notify(person, kind=KIND, key="a", subject="a")
    deliver_waiting()
    assert len(tried) == 1


# ---- one digest a day -------------------------------------------------------------------------


def test_urgent_things_go_at_once_and_the_rest_once_a_day(
    cast: Cast, live: None, mailoutbox: list[Any]
) -> None:
    notify(cast.dana, kind=KIND, key="a", subject="First")
    deliver_waiting()
    notify(cast.dana, kind=KIND, key="b", subject="Second")
    deliver_waiting()
    notify(cast.dana, kind=KIND, key="c", subject="Now", urgent=True)
    deliver_waiting()
    assert [mail.subject for mail in mailoutbox] == ["First", "Now"]


def test_what_missed_the_digest_is_in_that_of_the_next_day(
    cast: Cast, live: None, today: date, mailoutbox: list[Any]
) -> None:
    notify(cast.dana, kind=KIND, key="a", subject="First")
    deliver_waiting()
    notify(cast.dana, kind=KIND, key="b", subject="Second")
    deliver_waiting()
    plan_messages(timezone.now(), today + timedelta(days=1))
    deliver_waiting()
    assert [mail.subject for mail in mailoutbox] == ["First", "Second"]


def test_before_the_hour_only_what_is_urgent_goes(
    cast: Cast, live: None, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.DIGEST_HOUR = 24
    notify(cast.dana, kind=KIND, key="a", subject="Later")
    notify(cast.marcus, kind=KIND, key="a", subject="Now", urgent=True)
    deliver_waiting()
    assert [mail.subject for mail in mailoutbox] == ["Now"]
    settings.DIGEST_HOUR = 0
    deliver_waiting()
    assert [mail.subject for mail in mailoutbox] == ["Now", "Later"]


# ---- the mail ---------------------------------------------------------------------------------


def test_a_mail_says_what_to_do_in_text_and_html(cast: Cast, live: None, mailoutbox: list[Any]) -> None:
    notify(
        cast.dana,
        kind=KIND,
        key="a",
        subject="Your BLS card expires on Dec 12",
        body="Upload the renewed <card>.",
        url="/certifications/",
        action="Upload card",
        told_also="Sent to you only. If nothing changes, Renata Okafor is told on Dec 5.",
    )
    deliver_waiting()
    [mail] = mailoutbox
    html = mail.alternatives[0][0]
    assert mail.subject == "Your BLS card expires on Dec 12"
    for part in (mail.body, html):
        assert "Harbor Valley Care Network" in part
        assert "/certifications/" in part
        assert "Renata Okafor is told on Dec 5." in part
    assert "Upload card: http" in mail.body
    assert "&lt;card&gt;" in html
    assert "<card>" in mail.body
    assert mail.extra_headers["Message-ID"] == Message.objects.get().message_id


def test_the_subject_names_nobody_else(cast: Cast, live: None, mailoutbox: list[Any]) -> None:
    notify(cast.renata, kind=KIND, key="a", subject="Dana Whitfield: License is overdue", about=cast.dana)
    deliver_waiting()
    [mail] = mailoutbox
    assert mail.subject == "A thing to do"
    assert "Dana Whitfield: License is overdue" in mail.body


def test_many_things_are_one_mail(cast: Cast, live: None, mailoutbox: list[Any]) -> None:
    for key in "abc":
        notify(cast.dana, kind=KIND, key=key, subject=f"Thing {key}", url=f"/{key}/", action="Do it")
    deliver_waiting()
    [mail] = mailoutbox
    assert mail.subject == "3 things that need you"
    for key in "abc":
        assert f"Thing {key}" in mail.body
        assert f"/{key}/" in mail.alternatives[0][0]


@pytest.mark.parametrize("keys", ["a", "ab"])
def test_a_mail_is_read_without_marks_of_its_template(
    cast: Cast, live: None, mailoutbox: list[Any], keys: str
) -> None:
    for key in keys:
        notify(
            cast.dana, kind=KIND, key=key, subject=f"Thing {key}", body="Text.", url="/a/", about=cast.dana
        )
    deliver_waiting()
    [mail] = mailoutbox
    for part in (mail.subject, mail.body, mail.alternatives[0][0]):
        assert not re.search(r"{[#%{]|[#%}]}", part), part
    assert "\n\n\n" not in mail.body


def test_very_many_things_are_shown_in_the_inbox_not_in_the_mail(
    cast: Cast, live: None, mailoutbox: list[Any]
) -> None:
    for key in range(45):
        notify(cast.dana, kind=KIND, key=str(key), subject=f"Thing {key}.")
    deliver_waiting()
    [mail] = mailoutbox
    assert mail.subject == "45 things that need you"
    assert "Thing 39." in mail.body
    assert "Thing 40." not in mail.body
    for part in (mail.body, mail.alternatives[0][0]):
        assert "5 more are in your inbox." in part
        assert "/inbox/" in part


# ---- HR's page --------------------------------------------------------------------------------


def test_the_page_tells_kinds_and_never_the_text(cast: Cast, today: date, sign_in: SignIn) -> None:
    notify(cast.dana, kind=KIND, key="a", subject="Something private")
    switch()
    planned(today)
    client = sign_in(cast.hana)
    page = client.get(reverse("notices:delivery")).content.decode()
    assert "One notice waits" in page
    assert "A thing to do" in page
    assert "Something private" not in page


def test_hr_goes_live_and_tries_a_failed_message_again(
    cast: Cast, sign_in: SignIn, mailoutbox: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    client = sign_in(cast.hana)
    client.post(reverse("notices:change_mode"), {"mode": "live"})
    notice = notify(cast.dana, kind=KIND, key="a", subject="a", send=False)
    failed = Message.objects.create(recipient=cast.dana, state=Message.State.FAILED, attempts=8)
    Told.objects.create(notice=notice, person=cast.dana, message=failed)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("notices:again", args=[failed.pk]))
    assert len(mailoutbox) == 1


def test_the_page_costs_the_same_for_many(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.hana)

    def cost(keys: range) -> int:
        for key, person in zip(keys, [cast.dana, cast.marcus] * len(keys), strict=False):
            notice = notify(person, kind=KIND, key=str(key), subject="x")
            message = Message.objects.create(recipient=person)
            Told.objects.create(notice=notice, person=person, message=message)
        return cost_of_page(client, reverse("notices:delivery"))

    assert cost(range(2)) == cost(range(2, 14))
