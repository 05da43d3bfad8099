"""What ends on days off: one mail, which reads as one list."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import time_machine
from django.core import mail

from portal.notices.deliver import deliver_waiting
from portal.notices.going_live import set_mode
from portal.people.models import Person
from portal.standing.alerts.scan import run_alerts
from portal.standing.evidence import NewPiece, record_piece, register_source
from portal.standing.models import Qualification
from tests.cast import Cast
from tests.standing.rules import make_qualification, make_requirement

register_source("test", "a test")
# Before Memorial Day: Sunday and Monday are no stages of the ladder, Saturday is one.
FRIDAY = date(2027, 5, 28)
DAY = timedelta(days=1)


def hold(person: Person, what: Qualification, last: date) -> None:
    piece = NewPiece(
        person_id=person.pk,
        qualification=what,
        subject="s",
        effective_on=last - 700 * DAY,
        last_good_day=last,
        level="verified",
        source_kind="test",
        source_id=f"{person.pk}:{what.pk}",
    )
    record_piece(piece, actor=None)


def mail_of_friday(to: Person) -> Any:
    """What is mailed on the Friday, but for the ladder: that was told the day before."""
    for day in (FRIDAY - DAY, FRIDAY):
        with time_machine.travel(datetime.combine(day, time(20), UTC), tick=False):
            mail.outbox.clear()
            run_alerts(day)
            deliver_waiting()
    [found] = [sent for sent in mail.outbox if sent.to == [to.email]]
    return found


def test_what_ends_on_days_off_is_mailed_as_one_list(cast: Cast) -> None:
    set_mode("live", on=FRIDAY - DAY, by=None)
    card, course = make_qualification("card:bls"), make_qualification("course:hipaa")
    for code, what, days in (("bls", card, 2), ("hipaa", course, 3)):
        audience = {"people": [cast.dana.pk, cast.marcus.pk]}
        make_requirement(code, what, recurrence="own_validity", due_days=-1, audience=audience)
        for person in (cast.dana, cast.marcus):
            hold(person, what, FRIDAY + days * DAY)
    sent = mail_of_friday(cast.renata)
    assert sent.subject == "Ends before the next working day"
    lines = [line for line in sent.body.splitlines() if line.startswith("- ")]
    assert [line.split(": ")[0] for line in lines] == [
        "- Marcus Thiele", "- Marcus Thiele", "- Dana Whitfield", "- Dana Whitfield",
    ]  # fmt: skip
    assert [line.rsplit(", ", 2)[1:] for line in lines] == [["Sunday", "May 30"], ["Monday", "May 31"]] * 2
    for part in (sent.body, sent.alternatives[0][0]):
        assert part.count("before the next working day") <= 2, "said once, not for each"
        assert part.count("Open person") == 0
        assert "/inbox/" in part
    assert sent.alternatives[0][0].count("<li") == 4


def test_one_alone_is_a_sentence(cast: Cast) -> None:
    set_mode("live", on=FRIDAY - DAY, by=None)
    card = make_qualification("card:bls")
    make_requirement("bls", card, recurrence="own_validity", due_days=-1, audience={"people": [cast.dana.pk]})
    hold(cast.dana, card, FRIDAY + 2 * DAY)
    sent = mail_of_friday(cast.renata)
    assert "Dana Whitfield: ends before the next working day" in sent.body
    assert "Sunday, May 30" in sent.body
    assert "Open person: http" in sent.body
