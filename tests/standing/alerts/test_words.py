"""An alert says of an item what the board says of it, with the same day."""

import re
from datetime import date, timedelta

import pytest

from portal.notices.models import Notice
from portal.people.employment.clock import make_absence_kind
from portal.people.employment.leave import record_absence
from portal.people.models import Person
from portal.standing.alerts import returning
from portal.standing.alerts.scan import run_alerts
from portal.standing.evidence import NewPiece, record_piece, register_source
from portal.standing.items import items_on
from portal.standing.models import Qualification
from tests.cast import Cast, by
from tests.standing.alerts.who import inbox
from tests.standing.rules import make_qualification, make_requirement

register_source("test", "a test")


def hold(person: Person, what: Qualification, last: date) -> None:
    piece = NewPiece(
        person_id=person.pk,
        qualification=what,
        subject="s",
        effective_on=last - timedelta(700),
        last_good_day=last,
        level="verified",
        source_kind="test",
        source_id=f"{person.pk}",
    )
    record_piece(piece, actor=None)


@pytest.mark.parametrize(
    ("ended", "grace", "word", "says"),
    [
        (3, 30, "grace", "ran out; it is in its grace days since"),
        (3, 0, "overdue", "is overdue since"),
        (None, 0, "missing", "is missing since"),
        (-20, 0, "expiring", "runs out on"),
    ],
)
def test_the_subject_has_the_word_and_the_day_of_the_board(
    cast: Cast, today: date, ended: int | None, grace: int, word: str, says: str
) -> None:
    license_ = make_qualification("license:RN:CA")
    make_requirement(
        "license",
        license_,
        recurrence="own_validity",
        due_days=-1,
        grace_days=grace,
        audience={"people": [cast.dana.pk]},
    )
    if ended is not None:
        hold(cast.dana, license_, today - timedelta(ended))
    run_alerts(today)
    [item] = items_on(today, [cast.dana.pk])
    assert item.word == word
    [subject] = inbox(cast.dana, today)
    assert says in subject
    day = item.late_since or item.deadline
    assert day is not None
    assert day.strftime("%b ") + str(day.day) in subject.replace("\xa0", " ")


def test_no_notice_counts_days_that_are_fewer_when_it_is_read(cast: Cast, today: date) -> None:
    """Texts are written when they are owed and read for days: they name days."""
    license_ = make_qualification("license:RN:CA")
    make_requirement("license", license_, recurrence="own_validity", due_days=-1)
    hold(cast.dana, license_, today + timedelta(20))
    hold(cast.marcus, license_, today - timedelta(100))
    kind = make_absence_kind(code="l", name="Leave", stops_clock=True, by=None)
    for person, first, last in ((cast.dana, -40, 9), (cast.marcus, -40, -1)):
        record_absence(
            person,
            kind=kind,
            starts_on=today + timedelta(first),
            last_day=today + timedelta(last),
            by=by(cast.hana),
        )
    run_alerts(today)
    assert Notice.objects.filter(kind=returning.KIND).count() == 4
    for notice in Notice.objects.all():
        text = f"{notice.subject} {notice.body} {notice.told_also}".replace("\xa0", " ")
        assert not re.search(r"\d+ d\b|\d+ days?\b", text), text


@pytest.mark.parametrize(
    ("last", "says"), [(5, "no patient work in CA from"), (-5, "No patient work in CA until")]
)
def test_an_item_of_one_state_blocks_that_state_alone(cast: Cast, today: date, last: int, says: str) -> None:
    license_ = make_qualification("license:RN:CA", "CA")
    values = {"per_state": True, "recurrence": "own_validity", "severity": "blocks", "due_days": -1}
    make_requirement("license", license_, audience={"people": [cast.dana.pk]}, **values)
    hold(cast.dana, license_, today + timedelta(last))
    run_alerts(today)
    assert says in Notice.objects.get(recipient=cast.dana).body
