"""Checks at the source, and what standing makes of them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from certifications.catalog.compacts import compact_states, join_compact
from certifications.credentials.waiting import TO_VERIFY
from certifications.credentials.withdraw import withdraw_credential
from certifications.errors import NeedsProof
from certifications.models import Compact, Period, Verification
from certifications.verification.queue import waiting_for_verification
from certifications.verification.verify import verify
from portal.errors import NotAllowed, Refused, Stale
from portal.notices.inbox import open_notices
from portal.notices.models import Notice
from portal.people.access.viewer import Viewer
from portal.people.errors import OwnRecord
from portal.people.facts.taking_back import withdraw_fact
from portal.standing.engine.status import Word
from portal.standing.items import items_on
from portal.standing.models import Evidence
from tests.cast import Cast, by, make_hr
from tests.certifications.acts import claimed, finding, rule, stored, word

DAY = timedelta(days=1)


def test_the_holder_is_told_without_number_or_status(cast: Cast, today: date) -> None:
    verify(claimed(cast, today), finding(today), by=by(cast.hana))
    [notice] = Notice.objects.filter(recipient=cast.dana)
    assert notice.kind == "certifications-verified"
    assert "000123" not in notice.subject + notice.body
    assert not Notice.objects.filter(kind=TO_VERIFY, settled_at__isnull=True).exists(), "HR is done"


def test_nobody_verifies_their_own_not_even_with_proof(cast: Cast, today: date) -> None:
    own = claimed(cast, today, person=cast.hana, by=by(cast.hana), number="9")
    proof = stored(cast.hana, kind="verification-proof", actor=cast.hana)
    for kept in (None, proof):
        with pytest.raises(OwnRecord):
            verify(own, finding(today), by=by(cast.hana), proof=kept)
    keyed = claimed(cast, today, person=cast.hana, by=by(make_hr()), number="9", issued_on=today)
    with pytest.raises(OwnRecord):
        verify(keyed, finding(today), by=by(cast.hana))


def test_who_keyed_it_needs_a_proof(cast: Cast, today: date) -> None:
    keyed = claimed(cast, today, by=by(cast.hana))
    with pytest.raises(NeedsProof) as refused:
        verify(keyed, finding(today), by=by(cast.hana))
    assert refused.value.field == "proof"
    proof = stored(cast.dana, kind="verification-proof", actor=cast.hana)
    assert verify(keyed, finding(today), by=by(cast.hana), proof=proof).proof == proof


def test_a_colleague_needs_none(cast: Cast, today: date) -> None:
    assert verify(claimed(cast, today, by=by(cast.hana)), finding(today), by=by(make_hr())).proof is None


def test_the_boards_date_corrects_the_typed_one(cast: Cast, today: date) -> None:
    rule()
    period = claimed(cast, today, expires_on=today.replace(year=2062, day=1))
    verify(period, finding(today, result="different", expires_on=today + 3 * DAY), by=by(cast.hana))
    [item] = items_on(today, [cast.dana.pk])
    assert item.deadline == today + 3 * DAY


def test_a_claim_the_board_does_not_know_ends_the_day_before(cast: Cast, today: date) -> None:
    rule()
    verify(claimed(cast, today), finding(today, result="not_found", expires_on=None), by=by(cast.hana))
    assert word(cast.dana, today) is Word.OVERDUE
    assert word(cast.dana, today - DAY) is Word.UNVERIFIED
    assert Notice.objects.get(recipient=cast.dana, kind="certifications-not-confirmed").urgent


def test_what_the_board_knows_no_longer_fails_closed_and_stays_in_the_queue(cast: Cast, today: date) -> None:
    rule()
    period = claimed(cast, today, issued_on=today - 50 * DAY)
    verify(period, finding(today - 20 * DAY), by=by(cast.hana))
    verify(period, finding(today, result="not_found", expires_on=None), by=by(cast.hana))
    assert word(cast.dana, today) is Word.OVERDUE
    assert word(cast.dana, today - DAY) is not Word.OVERDUE
    assert list(waiting_for_verification(Viewer(cast.hana, today))) == [period]
    [task] = open_notices(Viewer(cast.hana, today)).filter(kind=TO_VERIFY)
    assert "not found" in task.subject
    verify(period, finding(today, effective_on=today), by=by(cast.hana))
    assert list(waiting_for_verification(Viewer(cast.hana, today))) == []
    task.refresh_from_db()
    assert task.settled_at


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"expires_on": None}, "expires_on"),
        ({"expires_on": -11}, "expires_on"),
        ({"effective_on": 701}, "expires_on"),
        ({"method": "phone"}, "spoken_to"),
        ({"license_status": "suspended"}, "last_good_day"),
        ({"never_expires": True}, "never_expires"),
        ({"result": "not_found", "never_expires": True}, "never_expires"),
        ({"result": "not_found", "license_status": "active"}, "license_status"),
        ({"license_status": ""}, "license_status"),
        ({"verified_on": 1}, "verified_on"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    cast: Cast, today: date, change: dict[str, Any], field: str
) -> None:
    period = claimed(cast, today)
    change = {k: today + v * DAY if type(v) is int else v for k, v in change.items()}
    with pytest.raises(Refused) as refused:
        verify(period, finding(today, **change), by=by(cast.hana))
    assert refused.value.field == field
    assert not Verification.objects.exists()


def test_an_award_with_a_date_is_good_until_then(cast: Cast, today: date) -> None:
    rule("FCM")
    period = claimed(cast, today, code="FCM", number="")
    verify(period, finding(today), by=by(cast.hana))
    assert word(cast.dana, today) is Word.MET
    assert word(cast.dana, today + 701 * DAY) is Word.OVERDUE


def test_an_award_without_a_date_does_not_expire(cast: Cast, today: date) -> None:
    rule("FCM")
    period = claimed(cast, today, code="FCM", number="", expires_on=None)
    verify(period, finding(today, expires_on=None), by=by(cast.hana))
    assert word(cast.dana, today + 9000 * DAY) is Word.MET


# ---- suspended and given back -----------------------------------------------------------------


def suspended(today: date, last_good_day: date) -> Any:
    return finding(today, license_status="suspended", last_good_day=last_good_day)


def test_a_suspension_ends_what_was_good(cast: Cast, today: date) -> None:
    rule()
    period = claimed(cast, today)
    verify(period, finding(today), by=by(cast.hana))
    verify(period, suspended(today, today - DAY), by=by(cast.hana))
    assert word(cast.dana, today) is Word.OVERDUE
    assert word(cast.dana, today - DAY) is Word.EXPIRING


def test_a_suspended_license_does_not_come_back_by_itself(cast: Cast, today: date) -> None:
    period = claimed(cast, today)
    verify(period, finding(today), by=by(cast.hana))
    verify(period, suspended(today, today - 5 * DAY), by=by(cast.hana))
    for first in (None, period.issued_on, today - 5 * DAY):
        with pytest.raises(Refused) as refused:
            verify(period, finding(today, effective_on=first), by=by(cast.hana))
        assert refused.value.field == "effective_on"


def test_given_back_it_is_good_again_and_the_suspension_stays_on_record(cast: Cast, today: date) -> None:
    rule()
    period = claimed(cast, today, issued_on=today - 100 * DAY)
    verify(period, finding(today), by=by(cast.hana))
    verify(period, suspended(today, today - 50 * DAY), by=by(cast.hana))
    verify(period, finding(today, effective_on=today - 20 * DAY), by=by(cast.hana))
    good = {n: word(cast.dana, today - n * DAY) is not Word.OVERDUE for n in (100, 50, 49, 21, 20, 0)}
    assert good == {100: True, 50: True, 49: False, 21: False, 20: True, 0: True}


def test_a_later_look_keeps_the_day_it_was_given_back(cast: Cast, today: date) -> None:
    rule()
    period = claimed(cast, today, issued_on=today - 100 * DAY)
    verify(period, suspended(today, today - 50 * DAY), by=by(cast.hana))
    verify(period, finding(today, effective_on=today - 20 * DAY), by=by(cast.hana))
    verify(
        period, finding(today, effective_on=period.issued_on, expires_on=today + 9 * DAY), by=by(cast.hana)
    )
    assert word(cast.dana, today - 21 * DAY) is Word.OVERDUE
    [item] = items_on(today, [cast.dana.pk])
    assert item.deadline == today + 9 * DAY


def test_suspended_again_it_ends_again(cast: Cast, today: date) -> None:
    rule()
    period = claimed(cast, today, issued_on=today - 100 * DAY)
    verify(period, finding(today), by=by(cast.hana))
    verify(period, suspended(today, today - 50 * DAY), by=by(cast.hana))
    verify(period, finding(today, effective_on=today - 20 * DAY), by=by(cast.hana))
    verify(period, suspended(today, today - 3 * DAY), by=by(cast.hana))
    good = {n: word(cast.dana, today - n * DAY) is not Word.OVERDUE for n in (60, 30, 10, 3, 2, 0)}
    assert good == {60: True, 30: False, 10: True, 3: True, 2: False, 0: False}


# ---- two at once ------------------------------------------------------------------------------


def test_two_who_verify_at_once_do_not_overwrite_each_other(cast: Cast, today: date) -> None:
    period = claimed(cast, today)
    verify(period, finding(today), by=by(cast.hana), seen=0)
    with pytest.raises(Stale):
        verify(period, finding(today), by=by(make_hr()), seen=0)
    assert Verification.objects.count() == 1


# ---- the nurse compact ------------------------------------------------------------------------


def test_a_multistate_license_gives_the_privilege_and_losing_it_ends_it(cast: Cast, today: date) -> None:
    period = claimed(cast, today, code="RN-TX", number="77")
    verify(period, finding(today, multistate=True), by=by(cast.hana))
    privileges = Evidence.objects.filter(qualification__kind="privilege", kind="piece")
    assert set(privileges.values_list("qualification__jurisdiction", flat=True)) == compact_states(today) - {
        "TX"
    }
    verify(period, finding(today, multistate=False), by=by(cast.hana))
    endings = Evidence.objects.filter(kind="ending")
    assert endings.count() == privileges.count()
    assert set(endings.values_list("last_good_day", flat=True)) == {today - DAY}
    verify(period, finding(today, multistate=False), by=by(cast.hana))
    assert endings.count() == privileges.count(), "they end once"


def test_the_privilege_counts_where_the_state_asks(cast: Cast, today: date) -> None:
    from certifications.catalog.qualifications import privilege_of
    from tests.certifications.acts import kind
    from tests.standing.rules import make_requirement

    make_requirement("wa-license", privilege_of(kind("RN-TX"), "WA"), recurrence="own_validity", due_days=-1)
    period = claimed(cast, today, code="RN-TX", number="77", issued_on=today - 100 * DAY)
    verify(period, finding(today - 50 * DAY, multistate=True), by=by(cast.hana))
    assert word(cast.dana, today) is Word.MET
    verify(period, finding(today - 20 * DAY, multistate=False), by=by(cast.hana))
    assert word(cast.dana, today) is Word.OVERDUE
    verify(period, finding(today, multistate=True), by=by(cast.hana))
    assert word(cast.dana, today) is Word.MET
    assert word(cast.dana, today - DAY) is Word.OVERDUE, "the days without stay without"
    assert word(cast.dana, today - 30 * DAY) is not Word.OVERDUE


def test_a_suspension_takes_the_privileges_along(cast: Cast, today: date) -> None:
    period = claimed(cast, today, code="RN-TX", number="77")
    verify(period, finding(today, multistate=True), by=by(cast.hana))
    verify(period, suspended(today, today - DAY), by=by(cast.hana))
    ended = set(Evidence.objects.filter(kind="ending").values_list("target", flat=True))
    assert ended == set(Evidence.objects.filter(kind="piece").values_list("pk", flat=True))


@pytest.mark.parametrize("code", ["RN-CA", "LCSW-TX"])
def test_no_privilege_comes_from_outside_the_nurse_compact(cast: Cast, today: date, code: str) -> None:
    verify(claimed(cast, today, code=code), finding(today, multistate=True), by=by(cast.hana))
    assert not Evidence.objects.filter(qualification__kind="privilege").exists()


def test_a_status_ends_every_term_and_what_was_only_claimed(cast: Cast, today: date) -> None:
    rule()
    first = claimed(cast, today, issued_on=today - 700 * DAY, expires_on=today + 20 * DAY)
    verify(first, finding(today, expires_on=today + 20 * DAY), by=by(cast.hana))
    second = claimed(cast, today, issued_on=today + 21 * DAY, expires_on=today + 750 * DAY)
    verify(second, suspended(today, today - DAY), by=by(cast.hana))
    for day in (today, today + 30 * DAY):
        assert word(cast.dana, day) is Word.OVERDUE


def test_a_gap_in_what_the_source_shows_is_a_stretch_of_its_own(cast: Cast, today: date) -> None:
    rule()
    period = claimed(cast, today, issued_on=today - 100 * DAY, expires_on=today - 50 * DAY)
    verify(period, finding(today - 60 * DAY, expires_on=today - 50 * DAY), by=by(cast.hana))
    verify(period, finding(today, effective_on=today - 20 * DAY), by=by(cast.hana))
    good = {n: word(cast.dana, today - n * DAY) is not Word.OVERDUE for n in (90, 50, 49, 21, 20, 0)}
    assert good == {90: True, 50: True, 49: False, 21: False, 20: True, 0: True}


# ---- withdrawing ------------------------------------------------------------------------------


def test_withdrawing_what_was_entered_by_mistake(cast: Cast, today: date) -> None:
    rule()
    period = claimed(cast, today)
    verify(period, finding(today), by=by(cast.hana))
    withdraw_credential(period.credential, reason="Wrong person", by=by(cast.hana))
    assert word(cast.dana, today) is Word.MISSING
    claimed(cast, today, person=cast.marcus, by=by(cast.marcus))


def test_withdrawing_needs_a_reason_and_somebody_else(cast: Cast, today: date) -> None:
    credential = claimed(cast, today).credential
    with pytest.raises(Refused) as refused:
        withdraw_credential(credential, reason=" ", by=by(cast.hana))
    assert refused.value.field == "reason"
    with pytest.raises(OwnRecord):
        withdraw_credential(credential, reason="x", by=by(cast.dana))


def test_what_is_withdrawn_is_not_withdrawn_again_nor_verified(cast: Cast, today: date) -> None:
    rule()
    period = claimed(cast, today)
    withdraw_credential(period.credential, reason="Wrong person", by=by(cast.hana))
    with pytest.raises(Stale):
        verify(period, finding(today), by=by(make_hr()))
    with pytest.raises(Stale):
        withdraw_credential(period.credential, reason="Wrong person", by=by(make_hr()))
    assert word(cast.dana, today) is Word.MISSING


@pytest.mark.parametrize("model", [Verification, Period])
@pytest.mark.parametrize("act", ["update", "delete"])
def test_terms_and_checks_cannot_be_edited(cast: Cast, today: date, model: Any, act: str) -> None:
    verify(claimed(cast, today), finding(today), by=by(cast.hana))
    rows = model.objects.all()
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        rows.update(note="edited in a shell") if act == "update" else rows._raw_delete("default")


# ---- the queue --------------------------------------------------------------------------------


def test_the_queue_is_oldest_first_and_leaves_out_what_is_done(cast: Cast, today: date) -> None:
    first = claimed(cast, today)
    second = claimed(cast, today, person=cast.marcus, by=by(cast.marcus), number="2")
    claimed(cast, today, person=cast.hana, by=by(cast.hana), number="3")
    hr = Viewer(cast.hana, today)
    assert list(waiting_for_verification(hr)) == [first, second], "never one's own"
    verify(first, finding(today), by=by(cast.hana))
    assert list(waiting_for_verification(hr)) == [second]
    withdraw_credential(second.credential, reason="x", by=by(cast.hana))
    assert list(waiting_for_verification(hr)) == []
    assert list(waiting_for_verification(Viewer(cast.sam, today))) == []


def test_a_license_whose_card_was_seen_still_waits_a_course_card_does_not(cast: Cast, today: date) -> None:
    license_, course = claimed(cast, today), claimed(cast, today, code="BLS", number="")
    for period in (license_, course):
        verify(period, finding(today, method="card"), by=by(cast.hana))
    assert list(waiting_for_verification(Viewer(cast.hana, today))) == [license_]
    assert not Evidence.objects.filter(level="verified").exists()


def test_a_state_is_in_the_compact_from_its_day_and_earlier_looks_stay(cast: Cast, today: date) -> None:
    nursing = Compact.objects.get(code="nursing")
    period = claimed(cast, today, code="RN-TX", number="77")
    verify(period, finding(today, multistate=True), by=by(cast.hana))
    joined = join_compact(nursing, "CA", starts_on=today + DAY, by=by(cast.hana))
    assert "CA" not in compact_states(today)
    assert "CA" in compact_states(today + DAY)
    privileges = Evidence.objects.filter(qualification__kind="privilege", kind="piece")
    assert not privileges.filter(qualification__jurisdiction="CA").exists(), "what a look established stays"
    withdraw_fact(joined, reason="Not yet", by=by(cast.hana))
    assert "CA" not in compact_states(today + DAY)
    with pytest.raises(NotAllowed):
        join_compact(nursing, "NV", starts_on=today, by=by(cast.renata))
