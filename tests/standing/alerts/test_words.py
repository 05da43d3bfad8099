"""An alert says of an item what the board says of it, with the same day."""

from datetime import date, timedelta

import pytest

from portal.standing.alerts.scan import run_alerts
from portal.standing.evidence import NewPiece, record_piece, register_source
from portal.standing.items import items_on
from tests.cast import Cast
from tests.standing.alerts.who import inbox
from tests.standing.rules import make_qualification, make_requirement

register_source("test", "a test")


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
        piece = NewPiece(
            person_id=cast.dana.pk,
            qualification=license_,
            subject="s",
            effective_on=today - timedelta(700),
            last_good_day=today - timedelta(ended),
            level="verified",
            source_kind="test",
            source_id="1",
        )
        record_piece(piece, actor=cast.hana)
    run_alerts(today)
    [item] = items_on(today, [cast.dana.pk])
    assert item.word == word
    [subject] = inbox(cast.dana, today)
    assert says in subject
    day = item.late_since or item.deadline
    assert day is not None
    assert day.strftime("%b ") + str(day.day) in subject.replace("\xa0", " ")
