"""The pages of credentials: nothing typed is lost, strangers learn nothing."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format
from PIL import Image

from certifications.credentials.withdraw import withdraw_credential
from certifications.models import Credential, Period, Verification
from certifications.verification.verify import verify
from portal.audit.models import AccessLog
from portal.files.models import StoredFile
from portal.people.facts.taking_back import withdraw
from portal.people.models import Person
from portal.standing.engine.status import Word
from portal.standing.models import Evidence
from portal.ui.notation import day_year
from tests.cast import Cast, by, make_hr
from tests.certifications.acts import claimed, finding, kind, photo, rule, scan, stored, upload, word
from tests.people.directory.pages import confirmed, shown

DAY = timedelta(days=1)
SignIn = Callable[[Person], Client]
ADD = "/credentials/add/"


def typed(today: date, **changes: Any) -> dict[str, Any]:
    values = {
        "type": kind().pk,
        "number": "RN-77",
        "issued_on": today,
        "expires_on": today + 30 * DAY,
        "name_on_it": "D. Whitfield-Moss",
    }
    return {**values, **changes}


def looked_up(today: date, **changes: Any) -> dict[str, Any]:
    values = {
        "result": "confirmed",
        "method": "web",
        "source_name": "The board",
        "license_status": "active",
        "effective_on": today - 10 * DAY,
        "expires_on": today + 700 * DAY,
        "verified_on": today,
        "seen": "0",
    }
    return {**values, **changes}


# ---- entering ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("license.pdf", scan(), "application/pdf"),
        ("license.jpg", photo("JPEG"), "image/jpeg"),
        ("license.png", photo("PNG"), "image/png"),
        ("IMG_0001.HEIC", photo("HEIC"), "image/jpeg"),
    ],
)
def test_a_card_is_sent_with_the_claim_and_tells_no_place(
    cast: Cast, today: date, sign_in: SignIn, name: str, content: bytes, content_type: str
) -> None:
    answer = sign_in(cast.dana).post(ADD, typed(today, file=SimpleUploadedFile(name, content)))
    period = Period.objects.get()
    assert answer["Location"] == reverse("certifications:detail", args=[period.credential_id])
    assert period.card is not None
    assert (period.card.content_type, period.card.person) == (content_type, cast.dana)
    kept = period.card.content.open("rb").read()
    assert b"Camera" not in kept
    if content_type != "application/pdf":
        with Image.open(io.BytesIO(kept)) as image:
            assert not image.getexif()
            assert not image.getexif().get_ifd(0x8825), "no place"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("card.pdf", b"MZ this is a program", b"not a PDF, JPEG, PNG or HEIC"),
        ("card.html", b"<html><script>alert(1)</script>", b"not a PDF, JPEG, PNG or HEIC"),
        ("card.jpg", b"\xff\xd8\xff broken", b"cannot be read"),
        ("card.pdf", b"", b"empty"),
    ],
)
def test_a_bad_file_is_refused_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, today: date, sign_in: SignIn, name: str, content: bytes, words: bytes
) -> None:
    page = sign_in(cast.dana).post(ADD, typed(today, file=SimpleUploadedFile(name, content)))
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"file"}
    for kept in (words, b"RN-77", b"D. Whitfield-Moss", today.isoformat().encode()):
        assert kept in page.content
    assert Credential.objects.count() == StoredFile.objects.count() == 0


def test_a_file_beyond_the_limit_is_refused_while_it_arrives(
    cast: Cast, today: date, sign_in: SignIn, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 100_000
    big = SimpleUploadedFile("big.pdf", b"%PDF-" + b"x" * 300_000)
    page = sign_in(cast.dana).post(ADD, typed(today, file=big))
    assert page.context["form"].errors.keys() == {"file"}
    assert b"larger than" in page.content
    assert b"RN-77" in page.content
    assert StoredFile.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"expires_on": -1}, "expires_on"),
        ({"expires_on": ""}, "expires_on"),
        ({"never_expires": "on"}, "never_expires"),
        ({"number": ""}, "number"),
        ({"issued_on": "the tenth"}, "issued_on"),
        ({"type": ""}, "type"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    cast: Cast, today: date, sign_in: SignIn, change: dict[str, Any], field: str
) -> None:
    change = {k: today + v * DAY if type(v) is int else v for k, v in change.items()}
    page = sign_in(cast.dana).post(ADD, typed(today, file=upload(), **change))
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {field}
    assert b"D. Whitfield-Moss" in page.content
    assert not Credential.objects.exists()
    assert not StoredFile.objects.exists(), "card and submit are kept together or not at all"


def test_somebody_elses_number_is_refused_at_its_field(cast: Cast, today: date, sign_in: SignIn) -> None:
    claimed(cast, today, person=cast.marcus, by=by(cast.marcus), number="rn 77")
    page = sign_in(cast.dana).post(ADD, typed(today, file=upload()))
    assert page.context["form"].errors.keys() == {"number"}
    assert b"Thiele" not in page.content
    assert not StoredFile.objects.exists()


def test_a_renewal_asks_only_for_the_new_term(cast: Cast, today: date, sign_in: SignIn) -> None:
    credential = claimed(cast, today).credential
    client, address = sign_in(cast.dana), reverse("certifications:renew", args=[credential.pk])
    assert b'name="number"' not in client.get(address).content
    values = {"issued_on": today + 701 * DAY, "expires_on": today + 1400 * DAY, "file": upload()}
    assert client.post(address, values).status_code == 302
    assert credential.periods.count() == 2


def test_what_was_withdrawn_is_not_renewed(cast: Cast, today: date, sign_in: SignIn) -> None:
    credential = claimed(cast, today).credential
    withdraw_credential(credential, reason="x", by=by(cast.hana))
    address = reverse("certifications:renew", args=[credential.pk])
    values = {"issued_on": today + 701 * DAY, "expires_on": today + 1400 * DAY}
    assert sign_in(cast.dana).post(address, values).status_code == 404
    assert Credential.objects.count() == 1


def test_the_supervisor_and_hr_enter_what_they_saw_and_nobody_else(
    cast: Cast, today: date, sign_in: SignIn
) -> None:
    address = reverse("certifications:add_for", args=[cast.dana.pk])
    for person, status in (
        (cast.sol, 404),
        (cast.sam, 404),
        (cast.arthur, 404),
        (cast.ada, 403),
        (cast.renata, 302),
        (cast.hana, 302),
    ):
        values = typed(today, number=f"N{person.pk}", file=upload())
        assert sign_in(person).post(address, values).status_code == status, person
    assert set(Evidence.objects.values_list("level", flat=True)) == {"seen"}
    assert set(Credential.objects.values_list("person", flat=True)) == {cast.dana.pk}


# ---- verifying --------------------------------------------------------------------------------


def test_hr_verifies_from_the_queue(cast: Cast, today: date, sign_in: SignIn) -> None:
    rule()
    period = claimed(cast, today)
    client, address = sign_in(cast.hana), reverse("certifications:verify", args=[period.pk])
    page = client.get(address)
    assert b"RN-000123" in page.content
    answer = client.post(address, looked_up(today, file=upload("answer.png", photo("PNG"))))
    assert answer["Location"] == reverse("certifications:queue")
    assert word(cast.dana, today) is Word.MET
    proof = Verification.objects.get().proof
    assert proof is not None
    assert proof.kind == "verification-proof"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"verified_on": 1}, "verified_on"),
        ({"license_status": "suspended"}, "last_good_day"),
        ({"method": "phone"}, "spoken_to"),
        ({"expires_on": ""}, "expires_on"),
        ({"never_expires": "on"}, "never_expires"),
        ({"source_name": ""}, "source_name"),
        ({"result": "not_found"}, "license_status"),
        ({"license_status": ""}, "license_status"),
    ],
)
def test_what_the_finding_lacks_is_said_at_its_field(
    cast: Cast, today: date, sign_in: SignIn, change: dict[str, Any], field: str
) -> None:
    change = {k: today + v * DAY if type(v) is int else v for k, v in change.items()}
    address = reverse("certifications:verify", args=[claimed(cast, today).pk])
    page = sign_in(cast.hana).post(address, looked_up(today, note="Asked twice", **change))
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {field}
    assert b"Asked twice" in page.content
    assert not Verification.objects.exists()


def test_who_comes_second_is_told_and_nothing_is_overwritten(
    cast: Cast, today: date, sign_in: SignIn
) -> None:
    period = claimed(cast, today)
    address = reverse("certifications:verify", args=[period.pk])
    verify(period, finding(today), by=by(make_hr()))
    page = sign_in(cast.hana).post(address, looked_up(today, result="not_found", license_status=""))
    assert b"Somebody verified this meanwhile" in page.content
    assert Verification.objects.count() == 1


def test_who_keyed_it_is_asked_for_the_proof_at_its_field(cast: Cast, today: date, sign_in: SignIn) -> None:
    period = claimed(cast, today, by=by(cast.hana))
    address = reverse("certifications:verify", args=[period.pk])
    page = sign_in(cast.hana).post(address, looked_up(today))
    assert page.context["form"].errors.keys() == {"file"}
    assert sign_in(cast.hana).post(address, looked_up(today, file=upload())).status_code == 302


def test_who_may_verify(cast: Cast, today: date, sign_in: SignIn) -> None:
    address = reverse("certifications:verify", args=[claimed(cast, today).pk])
    for person, status in (
        (cast.dana, 403),
        (cast.renata, 403),
        (cast.ada, 403),
        (cast.sol, 404),
        (cast.sam, 404),
        (cast.ilse, 404),
        (cast.hana, 200),
    ):
        assert sign_in(person).get(address).status_code == status, person
    own = claimed(cast, today, person=cast.hana, by=by(cast.hana), number="9")
    assert sign_in(cast.hana).get(reverse("certifications:verify", args=[own.pk])).status_code == 403


def test_hr_enters_and_verifies_in_one_step_with_a_proof(cast: Cast, today: date, sign_in: SignIn) -> None:
    address = reverse("certifications:add_verified", args=[cast.dana.pk])
    values = typed(today, source_name="The board", method="web", verified_on=today)
    client = sign_in(cast.hana)
    page = client.post(address, values)
    assert page.context["form"].errors.keys() == {"file"}
    assert Credential.objects.count() == 0, "no proof, no verification"
    page = client.post(address, {**values, "file": upload(), "verified_on": today + DAY})
    assert page.context["form"].errors.keys() == {"verified_on"}
    page = client.post(address, {**values, "file": upload(), "method": "phone"})
    assert page.context["form"].errors.keys() == {"spoken_to"}
    assert Credential.objects.count() == StoredFile.objects.count() == 0, "all or nothing"
    assert client.post(address, {**values, "file": upload()}).status_code == 302
    assert Evidence.objects.latest("id").level == "verified"
    for person, status in ((cast.renata, 403), (cast.dana, 403), (cast.ada, 403), (cast.sol, 404)):
        assert sign_in(person).get(address).status_code == status


# ---- looking ----------------------------------------------------------------------------------


def test_who_sees_a_credential(cast: Cast, today: date, sign_in: SignIn) -> None:
    credential = claimed(cast, today).credential
    address = reverse("certifications:detail", args=[credential.pk])
    withdrawing = reverse("certifications:withdraw", args=[credential.pk])
    for person, looks, withdraws in (
        (cast.dana, 200, 403),
        (cast.renata, 200, 403),
        (cast.ada, 200, 403),
        (cast.sol, 404, 404),
        (cast.sam, 404, 404),
        (cast.arthur, 404, 404),
    ):
        assert sign_in(person).get(address).status_code == looks, person
        assert sign_in(person).post(withdrawing, {"reason": "x"}).status_code == withdraws, person
    credential.refresh_from_db()
    assert credential.withdrawn_at is None
    readers = set(AccessLog.objects.filter(what="credential").values_list("reader", flat=True))
    assert readers == {cast.renata.pk, cast.ada.pk}, "reading one's own is not logged"


def test_the_card_is_read_by_the_standing_circle(cast: Cast, today: date, sign_in: SignIn) -> None:
    card = stored(cast.dana, actor=cast.dana)
    claimed(cast, today, card=card)
    address = reverse("files:download", args=[card.code])
    statuses = [sign_in(p).get(address).status_code for p in (cast.dana, cast.renata, cast.hana, cast.sol)]
    assert statuses == [200, 200, 200, 404]


def test_hr_withdraws_for_a_reason(cast: Cast, today: date, sign_in: SignIn) -> None:
    credential = claimed(cast, today).credential
    address = reverse("certifications:withdraw", args=[credential.pk])
    client = sign_in(cast.hana)
    client.post(address, {"reason": " "})
    credential.refresh_from_db()
    assert credential.withdrawn_at is None
    reason = {"reason": "Keyed for the wrong person"}
    assert confirmed(client, address, reason).status_code == 302
    credential.refresh_from_db()
    assert credential.withdrawn_at is not None
    again = client.post(address, reason, follow=True).content.decode()
    assert "It was withdrawn before." in again
    assert b"RN-000123" not in sign_in(cast.dana).get(reverse("certifications:mine")).content


def test_withdrawing_shows_what_follows_before_it_is_done(cast: Cast, today: date, sign_in: SignIn) -> None:
    rule()
    period = claimed(cast, today)
    verify(period, finding(today), by=by(cast.hana))
    ahead = claimed(cast, today, issued_on=today + 701 * DAY, expires_on=today + 1400 * DAY)
    verify(ahead, finding(today, expires_on=today + 1400 * DAY), by=by(cast.hana))
    client, address = sign_in(cast.hana), reverse("certifications:withdraw", args=[period.credential_id])
    before = Evidence.objects.count()
    asked = shown(client, address, {"reason": "Keyed for the wrong person"}).content.decode()
    for words in (
        "RN CA, RN-000123 is withdrawn, with all its terms",
        f"Dana Whitfield, from {date_format(today, 'M j, Y')}",
        f"Dana Whitfield, from {date_format(today + 701 * DAY, 'M j, Y')}",
        "No longer on record",
        f"good through {date_format(today + 1400 * DAY, 'M j, Y')}",
    ):
        assert words in asked, words
    assert "never was" not in asked
    assert Evidence.objects.count() == before, "looking writes nothing"
    assert Credential.objects.get().withdrawn_at is None


def test_taking_a_look_back_shows_what_follows(cast: Cast, today: date, sign_in: SignIn) -> None:
    rule()
    look = verify(claimed(cast, today), finding(today), by=by(cast.hana))
    address = reverse("people:change", args=[look.inserted_in_id])
    asked = shown(sign_in(cast.hana), address, {"reason": "The wrong number"}).content.decode()
    assert "No longer on record" in asked
    assert f"Dana Whitfield, from {date_format(today, 'M j, Y')}" in asked
    assert f"RN CA: the look at the source of {day_year(today)} never was" in asked


def test_my_page_says_what_i_hold(cast: Cast, today: date, sign_in: SignIn) -> None:
    address = reverse("certifications:mine")
    assert sign_in(cast.dana).get(address).status_code == 200, "with nothing on record"
    claimed(cast, today)
    claimed(cast, today, person=cast.marcus, by=by(cast.marcus), number="RN-999999")
    page = sign_in(cast.dana).get(address)
    assert b"RN-000123" in page.content or b"Registered Nurse, California" in page.content
    assert b"999999" not in page.content


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ([{}], "Verified"),
        ([{"method": "card"}], "Card seen"),
        ([{"result": "not_found"}], "Not confirmed"),
        ([{}, {"license_status": "suspended", "last_good_day": date(2026, 1, 1)}], "Suspended"),
    ],
)
def test_the_pages_say_what_the_last_look_at_the_source_said(
    cast: Cast, today: date, sign_in: SignIn, changes: list[dict[str, Any]], says: str
) -> None:
    period = claimed(cast, today)
    for change in changes:
        verify(period, finding(today, **change), by=by(cast.hana))
    own = sign_in(cast.dana).get(reverse("certifications:mine")).content.decode()
    others = sign_in(cast.renata).get(reverse("people:detail", args=[cast.dana.pk])).content.decode()
    for page in (own, others):
        assert [word for word in ("Verified", "Card seen", "Not confirmed", "Suspended") if word in page] == [
            says
        ]


def test_a_verified_term_stays_in_sight_beside_its_renewal(cast: Cast, today: date, sign_in: SignIn) -> None:
    first = claimed(cast, today, expires_on=today + 30 * DAY)
    verify(first, finding(today, expires_on=today + 30 * DAY), by=by(cast.hana))
    claimed(cast, today, issued_on=today + 31 * DAY, expires_on=today + 760 * DAY)
    for person, address in (
        (cast.dana, reverse("certifications:mine")),
        (cast.dana, reverse("my_work")),
        (cast.renata, reverse("people:detail", args=[cast.dana.pk])),
    ):
        page = sign_in(person).get(address).content.decode()
        assert day_year(today + 30 * DAY) in page, address
        assert day_year(today + 760 * DAY) in page, address
        assert page.count("Card missing") == 1, "of the renewal, not of what is verified"
    lead = sign_in(cast.dana).get(reverse("certifications:mine")).content.decode()
    assert "One license or certification is on your record." in lead


def test_what_a_status_ended_is_shown_so_on_every_term(cast: Cast, today: date, sign_in: SignIn) -> None:
    first = claimed(cast, today, expires_on=today + 30 * DAY)
    verify(first, finding(today, expires_on=today + 30 * DAY), by=by(cast.hana))
    claimed(cast, today, issued_on=today + 31 * DAY, expires_on=today + 760 * DAY)
    ended = finding(today, license_status="suspended", last_good_day=today - DAY)
    verify(first, ended, by=by(cast.hana))
    page = sign_in(cast.dana).get(reverse("certifications:mine")).content.decode()
    assert "Suspended" in page
    assert "Verified" not in page


def test_what_was_ended_is_prefilled_from_the_day_after(cast: Cast, today: date, sign_in: SignIn) -> None:
    period = claimed(cast, today)
    verify(period, finding(today), by=by(cast.hana))
    verify(
        period,
        finding(today, license_status="suspended", last_good_day=today - 3 * DAY),
        by=by(cast.hana),
    )
    page = sign_in(cast.hana).get(reverse("certifications:verify", args=[period.pk]))
    assert page.context["form"].initial["effective_on"] == today - 2 * DAY
    address = reverse("certifications:renew", args=[period.credential_id])
    assert sign_in(cast.dana).get(address).context["form"].initial["issued_on"] == today - 2 * DAY
    answer = sign_in(cast.hana).post(
        reverse("certifications:verify", args=[period.pk]),
        looked_up(today, seen="2", effective_on=today - 3 * DAY),
    )
    assert answer.context["form"].errors.keys() == {"effective_on"}


def test_a_submit_that_was_taken_back_is_on_no_page(cast: Cast, today: date, sign_in: SignIn) -> None:
    period = claimed(cast, today)
    withdraw(period.inserted_in, reason="x", by=by(cast.hana))
    assert b"RN-000123" not in sign_in(cast.dana).get(reverse("certifications:mine")).content
    assert sign_in(cast.hana).get(reverse("certifications:verify", args=[period.pk])).status_code == 404
    assert (
        sign_in(cast.hana).get(reverse("certifications:detail", args=[period.credential_id])).status_code
        == 200
    )


def test_a_visitor_is_led_to_the_sign_in(cast: Cast, today: date, client: Client) -> None:
    period = claimed(cast, today)
    for name, given in (
        ("mine", []),
        ("add", []),
        ("queue", []),
        ("verify", [period.pk]),
        ("detail", [period.credential_id]),
    ):
        assert client.get(reverse(f"certifications:{name}", args=given)).status_code == 302


def test_a_look_is_taken_back_from_its_credential(cast: Cast, today: date, sign_in: SignIn) -> None:
    rule()
    look = verify(claimed(cast, today), finding(today), by=by(cast.hana))
    address = reverse("people:change", args=[look.inserted_in_id])
    detail = reverse("certifications:detail", args=[look.period.credential_id])
    assert address in sign_in(cast.hana).get(detail).content.decode()
    assert address not in sign_in(cast.dana).get(detail).content.decode()
    client = sign_in(cast.hana)
    shown = client.post(address, {"reason": "The wrong number"})
    assert shown.status_code == 200
    found = re.search(r'name="seen" value="([^"]+)"', shown.content.decode())
    assert found, "what follows is shown first"
    assert client.post(address, {"reason": "The wrong number", "seen": found[1]}).status_code == 302
    assert word(cast.dana, today) is Word.UNVERIFIED
