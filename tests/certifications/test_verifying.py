"""Claims, checks at the source, and what standing makes of them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from certifications.catalogue import compact_states, load_catalogue, qualification_of
from certifications.claiming import claim
from certifications.errors import NumberTaken, SelfVerification
from certifications.models import Credential, CredentialType, Period, Verification
from certifications.queue import waiting_for_verification
from certifications.verifying import Finding, verify, withdraw_credential
from portal.demo.records import sample_card
from portal.errors import Refused, Stale
from portal.files.intake import store_upload
from portal.files.models import StoredFile
from portal.notices.models import Notice
from portal.people.access import Viewer
from portal.people.models import Person
from portal.standing.models import Evidence
from portal.standing.reading import items_on
from portal.standing.words import Word
from tests.cast import Cast
from tests.standing.rules import make_requirement


@pytest.fixture(autouse=True)
def catalogue(db: object) -> None:
    load_catalogue()


def kind(code: str = "RN-CA") -> CredentialType:
    return CredentialType.objects.get(code=code)


def claimed(cast: Cast, today: date, **changes: Any) -> Period:
    values = {
        "number": "RN-000123",
        "issued_on": today - timedelta(days=10),
        "expires_on": today + timedelta(days=700),
        "on": today,
        "actor": cast.dana,
    }
    code = changes.pop("code", "RN-CA")
    return claim(changes.pop("person", cast.dana), kind(code), **{**values, **changes})


def finding(today: date, **changes: Any) -> Finding:
    values: dict[str, Any] = {
        "result": "confirmed",
        "method": "web",
        "source_name": "The board",
        "expires_on": today + timedelta(days=700),
        "verified_on": today,
    }
    return Finding(**{**values, **changes})


def rule(code: str = "RN-CA") -> None:
    make_requirement("license", qualification_of(kind(code)), recurrence="own_validity", due_days=-1)


def word(person: Person, on: date) -> Word:
    [item] = items_on(on, [person.pk])
    return item.word


def test_the_catalogue_loads_once_and_keeps_what_hr_changed() -> None:
    CredentialType.objects.filter(code="CCM").update(name="Ours")
    assert load_catalogue() == 0
    assert kind("CCM").name == "Ours"
    assert {"CCM", "BLS", "RN-CA", "LCSW-TX"} <= set(CredentialType.objects.values_list("code", flat=True))
    assert "CA" not in compact_states()
    assert "TX" in compact_states()


def test_a_claim_is_unverified_until_hr_checks_it(cast: Cast, today: date) -> None:
    rule()
    period = claimed(cast, today)
    assert word(cast.dana, today) is Word.UNVERIFIED
    verify(period, finding(today), actor=cast.hana)
    assert word(cast.dana, today) is Word.MET
    assert Notice.objects.filter(recipient=cast.dana, kind="certifications-verified").exists()


def test_claiming_the_same_term_twice_is_one(cast: Cast, today: date) -> None:
    assert claimed(cast, today) == claimed(cast, today, number="rn 000123")
    assert Evidence.objects.count() == Credential.objects.count() == 1


def test_somebody_elses_number_is_refused_also_when_written_differently(cast: Cast, today: date) -> None:
    claimed(cast, today)
    with pytest.raises(NumberTaken) as refused:
        claimed(cast, today, person=cast.marcus, actor=cast.marcus, number="rn000123")
    assert refused.value.field == "number"


def test_a_license_needs_a_number_and_dates_in_order(cast: Cast, today: date) -> None:
    with pytest.raises(Refused) as refused:
        claimed(cast, today, number=" ")
    assert refused.value.field == "number"
    with pytest.raises(Refused) as refused:
        claimed(cast, today, expires_on=today - timedelta(days=11))
    assert refused.value.field == "expires_on"


def test_a_card_shown_to_the_supervisor_counts_as_seen(cast: Cast, today: date) -> None:
    upload = SimpleUploadedFile("x.jpg", sample_card("BLS", ["x"]))
    card = store_upload(upload, kind="credential-card", person=cast.dana, actor=cast.renata)
    claimed(cast, today, code="BLS", number="", card=card, actor=cast.renata)
    assert Evidence.objects.get().level == "seen"


def test_nobody_verifies_their_own_and_who_keyed_it_needs_a_proof(cast: Cast, today: date) -> None:
    own = claimed(cast, today, person=cast.hana, actor=cast.hana, number="9")
    with pytest.raises(SelfVerification):
        verify(own, finding(today), actor=cast.hana)
    keyed = claimed(cast, today, actor=cast.hana)
    with pytest.raises(SelfVerification):
        verify(keyed, finding(today), actor=cast.hana)
    upload = SimpleUploadedFile("x.jpg", sample_card("Board", ["active"]))
    proof = store_upload(upload, kind="verification-proof", person=cast.dana, actor=cast.hana)
    assert verify(keyed, finding(today), actor=cast.hana, proof=proof).proof == proof


def test_the_boards_date_corrects_the_typed_one(cast: Cast, today: date) -> None:
    rule()
    period = claimed(cast, today, expires_on=today.replace(year=2062, day=1))
    verify(period, finding(today, result="different", expires_on=today + timedelta(days=3)), actor=cast.hana)
    [item] = items_on(today, [cast.dana.pk])
    assert item.deadline == today + timedelta(days=3)


def test_a_claim_the_board_does_not_know_never_was(cast: Cast, today: date) -> None:
    rule()
    verify(claimed(cast, today), finding(today, result="not_found", expires_on=None), actor=cast.hana)
    assert word(cast.dana, today) is Word.MISSING
    assert Notice.objects.filter(recipient=cast.dana, kind="certifications-not-confirmed").exists()


def test_a_suspension_ends_what_was_good(cast: Cast, today: date) -> None:
    rule()
    period = claimed(cast, today)
    verify(period, finding(today), actor=cast.hana)
    with pytest.raises(Refused) as refused:
        verify(period, finding(today, license_status="suspended"), actor=cast.hana)
    assert refused.value.field == "last_good_day"
    gone = finding(today, license_status="suspended", last_good_day=today - timedelta(days=1))
    verify(period, gone, actor=cast.hana)
    assert word(cast.dana, today) is Word.OVERDUE
    assert word(cast.dana, today - timedelta(days=1)) is Word.EXPIRING


def test_two_who_verify_at_once_do_not_overwrite_each_other(cast: Cast, today: date) -> None:
    period = claimed(cast, today)
    verify(period, finding(today), actor=cast.hana, seen=0)
    with pytest.raises(Stale):
        verify(period, finding(today), actor=cast.ilse, seen=0)


def test_a_multistate_license_gives_the_privilege_and_losing_it_ends_it(cast: Cast, today: date) -> None:
    period = claimed(cast, today, code="RN-TX", number="77")
    verify(period, finding(today, multistate=True), actor=cast.hana)
    privileges = Evidence.objects.filter(qualification__kind="privilege", kind="piece")
    assert set(privileges.values_list("qualification__jurisdiction", flat=True)) == compact_states() - {"TX"}
    verify(period, finding(today, multistate=False), actor=cast.hana)
    assert Evidence.objects.filter(kind="ending").count() == privileges.count()


def test_a_california_license_gives_no_privilege_elsewhere(cast: Cast, today: date) -> None:
    verify(claimed(cast, today), finding(today, multistate=True), actor=cast.hana)
    assert not Evidence.objects.filter(qualification__kind="privilege").exists()


def test_withdrawing_what_was_entered_by_mistake(cast: Cast, today: date) -> None:
    rule()
    period = claimed(cast, today)
    withdraw_credential(period.credential, reason="Wrong person", actor=cast.hana)
    assert word(cast.dana, today) is Word.MISSING
    claimed(cast, today, person=cast.marcus, actor=cast.marcus)


@pytest.mark.parametrize("model", [Verification, Period])
def test_terms_and_checks_cannot_be_edited(cast: Cast, today: date, model: Any) -> None:
    verify(claimed(cast, today), finding(today), actor=cast.hana)
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        model.objects.update(note="edited in a shell")


def test_the_queue_is_oldest_first_and_leaves_out_what_is_done(cast: Cast, today: date) -> None:
    first, second = (
        claimed(cast, today),
        claimed(cast, today, person=cast.marcus, actor=cast.marcus, number="2"),
    )
    hr = Viewer(cast.hana, today)
    assert list(waiting_for_verification(hr)) == [first, second]
    verify(first, finding(today), actor=cast.hana)
    assert list(waiting_for_verification(hr)) == [second]
    assert list(waiting_for_verification(Viewer(cast.sam, today))) == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("card.pdf", b"MZ this is a program", b"not a PDF, JPEG, PNG or HEIC"),
        ("card.jpg", b"\xff\xd8\xff broken", b"cannot be read"),
        ("card.pdf", b"", b"empty"),
    ],
)
def test_a_bad_file_is_refused_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, today: date, sign_in: Callable[[Person], Client], name: str, content: bytes, words: bytes
) -> None:
    page = sign_in(cast.dana).post(
        reverse("certifications:add"),
        {
            "type": kind().pk,
            "number": "RN-77",
            "issued_on": today,
            "expires_on": today + timedelta(days=30),
            "file": SimpleUploadedFile(name, content),
        },
    )
    assert page.status_code == 200
    assert words in page.content
    assert b"RN-77" in page.content
    assert Credential.objects.count() == StoredFile.objects.count() == 0


def test_a_file_beyond_the_limit_is_refused_while_it_arrives(
    cast: Cast, today: date, sign_in: Callable[[Person], Client], settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 100_000
    page = sign_in(cast.dana).post(
        reverse("certifications:add"),
        {
            "type": kind().pk,
            "number": "RN-77",
            "issued_on": today,
            "expires_on": today + timedelta(days=30),
            "file": SimpleUploadedFile("big.pdf", b"%PDF-" + b"x" * 300_000),
        },
    )
    assert b"larger than" in page.content
    assert StoredFile.objects.count() == 0


def test_hr_enters_and_verifies_in_one_step_with_a_proof(
    cast: Cast, today: date, sign_in: Callable[[Person], Client]
) -> None:
    address = reverse("certifications:add_verified", args=[cast.dana.pk])
    values = {
        "type": kind().pk,
        "number": "RN-5",
        "issued_on": today,
        "expires_on": today + timedelta(days=30),
        "source_name": "The board",
        "method": "web",
        "verified_on": today,
    }
    client = sign_in(cast.hana)
    assert client.post(address, values).status_code == 200
    assert Verification.objects.count() == 0, "no proof, no verification"
    values["file"] = SimpleUploadedFile("answer.jpg", sample_card("Board", ["active"]))
    assert client.post(address, values).status_code == 302
    assert Evidence.objects.latest("id").level == "verified"
