"""Claims: what somebody says about a term, with or without a card."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from certifications.catalog.compacts import compact_states
from certifications.catalog.load import load_catalogue
from certifications.credentials.waiting import TO_VERIFY
from certifications.errors import NumberTaken
from certifications.models import Credential, CredentialType, Period
from certifications.verification.verify import verify
from portal.dates import LATEST
from portal.errors import Refused
from portal.notices.inbox import open_notices
from portal.notices.models import Notice
from portal.standing.engine.status import Word
from portal.standing.models import Evidence
from tests.cast import Cast, by, make_hr
from tests.certifications.acts import claimed, finding, kind, rule, stored, word

DAY = timedelta(days=1)


def test_the_catalogue_loads_once_and_keeps_what_hr_changed(today: date) -> None:
    CredentialType.objects.filter(code="CCM").update(name="Ours")
    assert load_catalogue() == 0
    assert kind("CCM").name == "Ours"
    assert {"CCM", "BLS", "RN-CA", "LCSW-TX"} <= set(CredentialType.objects.values_list("code", flat=True))
    assert "CA" not in compact_states(today)
    assert "TX" in compact_states(today)


def test_a_claim_is_unverified_until_hr_checks_it(cast: Cast, today: date) -> None:
    rule()
    assert word(cast.dana, today) is Word.MISSING
    period = claimed(cast, today)
    assert word(cast.dana, today) is Word.UNVERIFIED
    verify(period, finding(today), by=by(cast.hana))
    assert word(cast.dana, today) is Word.MET


def test_hr_is_asked_and_never_the_holder(cast: Cast, today: date) -> None:
    claimed(cast, today)
    claimed(cast, today, person=cast.hana, by=by(cast.hana), number="9")
    other = make_hr()
    asked = {hr: {n.about for n in open_notices(by(hr)).filter(kind=TO_VERIFY)} for hr in (cast.hana, other)}
    assert asked == {cast.hana: {cast.dana}, other: {cast.dana, cast.hana}}
    for notice in Notice.objects.filter(kind=TO_VERIFY):
        assert "000123" not in notice.subject + notice.body, "no number in a mail"


def test_claiming_the_same_term_twice_is_one(cast: Cast, today: date) -> None:
    assert claimed(cast, today) == claimed(cast, today, number="rn 000123")
    assert Evidence.objects.count() == Credential.objects.count() == Period.objects.count() == 1
    assert Notice.objects.filter(kind=TO_VERIFY).count() == 1


def test_the_number_is_kept_as_it_was_written(cast: Cast, today: date) -> None:
    assert claimed(cast, today, number=" rn 000-123 ").credential.number == "rn 000-123"


def test_a_renewal_is_a_term_of_the_same_credential(cast: Cast, today: date) -> None:
    rule()
    first = claimed(cast, today, issued_on=today - 700 * DAY, expires_on=today + 20 * DAY)
    verify(first, finding(today, expires_on=today + 20 * DAY), by=by(cast.hana))
    second = claimed(cast, today, issued_on=today + 21 * DAY, expires_on=today + 750 * DAY)
    assert first.credential == second.credential
    assert word(cast.dana, today + 30 * DAY) is Word.UNVERIFIED
    verify(second, finding(today, expires_on=today + 750 * DAY), by=by(cast.hana))
    assert word(cast.dana, today + 30 * DAY) is Word.MET


def test_a_certification_without_a_number_has_its_terms_too(cast: Cast, today: date) -> None:
    first = claimed(cast, today, code="BLS", number="")
    second = claimed(cast, today, code="BLS", number="", issued_on=today, expires_on=today + 730 * DAY)
    assert first.credential == second.credential


@pytest.mark.parametrize("written", ["RN-000123", "rn000123", "RN 000 123", "rn.000.123"])
def test_somebody_elses_number_is_refused_however_it_is_written(
    cast: Cast, today: date, written: str
) -> None:
    claimed(cast, today)
    with pytest.raises(NumberTaken) as refused:
        claimed(cast, today, person=cast.marcus, by=by(cast.marcus), number=written)
    assert refused.value.field == "number"
    assert "Whitfield" not in refused.value.message


def test_the_same_number_in_another_state_is_another_license(cast: Cast, today: date) -> None:
    claimed(cast, today)
    claimed(cast, today, person=cast.marcus, by=by(cast.marcus), code="RN-TX")
    assert Credential.objects.count() == 2


def test_the_database_keeps_a_number_to_one_person_too(cast: Cast, today: date) -> None:
    credential = claimed(cast, today).credential
    with pytest.raises(IntegrityError), transaction.atomic():
        Credential.objects.create(
            person=cast.marcus,
            type=credential.type,
            jurisdiction="CA",
            number="rn/000123",
            created_by=cast.marcus,
        )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": " "}, "number"),
        ({"number": "--"}, "number"),
        ({"days": -11}, "expires_on"),
    ],
)
def test_a_license_needs_a_number_and_dates_in_order(
    cast: Cast, today: date, change: dict[str, Any], field: str
) -> None:
    if "days" in change:
        change = {"expires_on": today + change["days"] * DAY}
    with pytest.raises(Refused) as refused:
        claimed(cast, today, **change)
    assert refused.value.field == field
    assert not Evidence.objects.exists()


def test_the_last_day_that_may_be_entered_can_be_written(cast: Cast, today: date) -> None:
    rule()
    verify(claimed(cast, today, expires_on=LATEST), finding(today, expires_on=LATEST), by=by(cast.hana))
    assert word(cast.dana, today) is Word.MET


def test_the_end_of_time_is_no_expiration_date(cast: Cast, today: date) -> None:
    with pytest.raises(Refused, match="from 1900 to 2200") as refused:
        claimed(cast, today, expires_on=date.max)
    assert refused.value.field == "expires_on"


# ---- cards ------------------------------------------------------------------------------------


def test_a_card_shown_to_the_supervisor_counts_as_seen(cast: Cast, today: date) -> None:
    card = stored(cast.dana, actor=cast.renata)
    claimed(cast, today, code="BLS", number="", card=card, by=by(cast.renata))
    assert Evidence.objects.get().level == "seen"


def test_what_the_holder_sends_or_is_keyed_without_a_card_is_a_claim(cast: Cast, today: date) -> None:
    claimed(cast, today, card=stored(cast.dana, actor=cast.dana))
    claimed(cast, today, person=cast.marcus, number="8", by=by(cast.renata))
    assert set(Evidence.objects.values_list("level", flat=True)) == {"claimed"}


def test_a_card_sent_later_is_kept_with_the_term(cast: Cast, today: date) -> None:
    claimed(cast, today)
    card = stored(cast.dana, actor=cast.dana)
    assert claimed(cast, today, card=card).card == card
    other = stored(cast.dana, actor=cast.dana)
    assert claimed(cast, today, card=other).card == card, "the first stays"
    assert Period.objects.get().card == card


def test_a_card_shown_later_raises_the_claim_to_seen(cast: Cast, today: date) -> None:
    claimed(cast, today, code="BLS", number="")
    card = stored(cast.dana, actor=cast.renata)
    claimed(cast, today, code="BLS", number="", card=card, by=by(cast.renata))
    assert list(Evidence.objects.order_by("id").values_list("level", flat=True)) == ["claimed", "seen"]


def test_a_card_once_kept_cannot_be_exchanged(cast: Cast, today: date) -> None:
    claimed(cast, today, card=stored(cast.dana, actor=cast.dana))
    other = stored(cast.dana, actor=cast.dana)
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        Period.objects.update(card=other)


def test_what_the_source_did_not_know_is_a_term_of_its_own_when_sent_again(cast: Cast, today: date) -> None:
    rule()
    first = claimed(cast, today)
    verify(first, finding(today, result="not_found"), by=by(cast.hana))
    again = claimed(cast, today)
    assert again != first
    assert again.credential == first.credential
    assert claimed(cast, today) == again, "sent twice it is one"
    assert word(cast.dana, today) is Word.UNVERIFIED
    assert not Notice.objects.get(kind=TO_VERIFY, key=str(again.pk)).settled_at
    verify(again, finding(today), by=by(cast.hana))
    assert word(cast.dana, today) is Word.MET


@pytest.mark.parametrize(
    ("change", "field"), [({"expires_on": None}, "expires_on"), ({"never_expires": True}, "never_expires")]
)
def test_dates_that_contradict_each_other_are_refused_at_their_field(
    cast: Cast, today: date, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        claimed(cast, today, **change)
    assert refused.value.field == field
    assert not Credential.objects.exists()


def test_a_renamed_type_is_evidence_for_what_it_was(cast: Cast, today: date) -> None:
    rule()
    verify(claimed(cast, today), finding(today), by=by(cast.hana))
    renamed = kind()
    renamed.short_name = "Reg. Nurse"
    renamed.save()
    assert word(cast.dana, today) is Word.MET
    again = claimed(cast, today, issued_on=today + 701 * DAY, expires_on=today + 1400 * DAY)
    verify(again, finding(today, expires_on=today + 1400 * DAY), by=by(cast.hana))
    assert word(cast.dana, today + 800 * DAY) is Word.MET
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        CredentialType.objects.filter(code="RN-CA").update(qualification_code="license:R.N.:CA")


def test_the_state_of_a_qualification_is_fixed() -> None:
    from certifications.catalog.qualifications import qualification_of

    fixed = qualification_of(kind())
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        type(fixed).objects.filter(pk=fixed.pk).update(jurisdiction="TX")
