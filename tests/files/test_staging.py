"""Files on their way: staged for their sender, claimed once, never chosen twice."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from portal.files import staging
from portal.files.errors import BadFile
from portal.files.models import StagedFile, StoredFile, private_storage
from portal.files.staging import claim, clear, find_staged, stage_upload
from portal.people.models import Person
from tests.cast import Cast
from tests.certifications.acts import upload
from tests.files.hostile.pdfs import form, pdf
from tests.files.hostile.pictures import drawn, gray16, saved

SignIn = Callable[[Person], Client]
CARD = "credential-card"


@pytest.fixture
def card(cast: Cast) -> StagedFile:
    return stage_upload(upload(), sender=cast.dana)


def on_disk(path: str) -> bool:
    return private_storage().exists(path)


# ---- staged ---------------------------------------------------------------------------------------


def test_a_staged_file_is_there_and_belongs_to_nothing(cast: Cast, card: StagedFile) -> None:
    assert on_disk(card.path)
    assert card.arrived_at
    assert not card.claimed_at
    assert not StoredFile.objects.exists()
    assert "card" not in card.path
    assert card.code not in card.path
    assert find_staged(card.code.lower(), sender=cast.dana) == card


def test_a_refused_file_leaves_nothing(cast: Cast) -> None:
    before = set(private_storage().listdir("")[0])
    with pytest.raises(BadFile):
        stage_upload(SimpleUploadedFile("x.pdf", b"MZ"), sender=cast.dana)
    assert not StagedFile.objects.exists()
    assert set(private_storage().listdir("")[0]) == before


def test_nothing_is_opened_inside_a_transaction(cast: Cast) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        stage_upload(upload(), sender=cast.dana)


def test_of_many_files_of_one_person_the_oldest_go(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "AT_MOST", 2)
    sent = [stage_upload(upload(), sender=cast.dana) for _each in range(3)]
    other = stage_upload(upload(), sender=cast.marcus)
    assert set(StagedFile.objects.all()) == {sent[1], sent[2], other}
    assert not on_disk(sent[0].path)


# ---- claimed --------------------------------------------------------------------------------------


def test_a_claimed_file_is_stored_without_moving_a_byte(cast: Cast, card: StagedFile) -> None:
    stored = claim(card, kind=CARD, person=cast.dana, actor=cast.dana)
    assert stored.content.name == card.path
    assert (stored.sha256, stored.size, stored.name) == (card.sha256, card.size, card.name)
    assert stored.code != card.code
    assert stored.original is None


def test_it_is_claimed_once(cast: Cast, card: StagedFile) -> None:
    claim(card, kind=CARD, person=cast.dana, actor=cast.dana)
    with pytest.raises(BadFile, match="sent already"):
        claim(card, kind=CARD, person=cast.dana, actor=cast.dana)
    with pytest.raises(BadFile, match="sent already"):
        find_staged(card.code, sender=cast.dana)
    assert not clear(card), "a claimed file is not removed"
    assert on_disk(card.path)
    assert StoredFile.objects.count() == 1


def test_nobody_claims_what_another_sent(cast: Cast, card: StagedFile) -> None:
    for other in (cast.renata, cast.hana, cast.sol):
        with pytest.raises(BadFile, match="not kept"):
            find_staged(card.code, sender=other)
        with pytest.raises(BadFile, match="not kept"):
            claim(card, kind=CARD, person=cast.dana, actor=other)


@pytest.mark.parametrize("column", ["cleared_at", "arrived_at"])
def test_what_is_being_removed_or_never_arrived_is_not_claimed(
    cast: Cast, card: StagedFile, column: str
) -> None:
    StagedFile.objects.update(**{column: card.arrived_at if column == "cleared_at" else None})
    with pytest.raises(BadFile, match="not kept"):
        find_staged(card.code, sender=cast.dana)
    with pytest.raises(BadFile, match="not kept"):
        claim(card, kind=CARD, person=cast.dana, actor=cast.dana)


def test_after_a_rollback_it_can_be_claimed_again(cast: Cast, card: StagedFile) -> None:
    with transaction.atomic():
        claim(card, kind=CARD, person=cast.dana, actor=cast.dana)
        transaction.set_rollback(True)
    assert not StoredFile.objects.exists()
    assert claim(card, kind=CARD, person=cast.dana, actor=cast.dana)


# ---- the original beside the copy -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("scan.png", gray16()),
        ("print.jpg", saved(drawn("CMYK"), "JPEG")),
        ("signed.pdf", pdf(form(SigFlags=3))),
    ],
)
def test_an_original_that_shows_or_proves_more_is_kept_for_hr(
    cast: Cast, sign_in: SignIn, name: str, content: bytes
) -> None:
    staged = stage_upload(SimpleUploadedFile(name, content), sender=cast.dana)
    stored = claim(staged, kind=CARD, person=cast.dana, actor=cast.dana)
    original = stored.original
    assert original is not None
    assert original.content.open("rb").read() == content
    assert original.size == len(content)
    address = reverse("files:download", args=[original.code])
    answer = sign_in(cast.hana).get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    for person, status in ((cast.dana, 403), (cast.renata, 403), (cast.ada, 403), (cast.sol, 404)):
        assert sign_in(person).get(address).status_code == status, person


def test_of_an_everyday_photo_no_original_is_kept(card: StagedFile) -> None:
    assert card.original == {}


# ---- sent while the form is filled in -------------------------------------------------------------


def test_a_file_is_sent_before_its_form(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.dana).post("/files/stage/", {"file": upload("card.jpg")})
    staged = StagedFile.objects.get(sender=cast.dana)
    assert answer.json()["code"] == staged.code
    assert answer.json()["file"] == "card.jpg"
    assert "JPEG" in answer.json()["meta"]


def test_what_was_left_out_is_said(cast: Cast, sign_in: SignIn) -> None:
    from tests.files.hostile.pdfs import attach

    file = SimpleUploadedFile("x.pdf", pdf(attach))
    assert "attached files" in sign_in(cast.dana).post("/files/stage/", {"file": file}).json()["note"]


def test_a_refusal_is_said_in_words(cast: Cast, sign_in: SignIn, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 2**20
    client = sign_in(cast.dana)
    for sent, part in (
        ({"file": SimpleUploadedFile("x.pdf", b"MZ")}, "not a PDF"),
        ({"file": SimpleUploadedFile("x.pdf", b"%PDF-" + b"x" * 2**21)}, "larger than 1 MB"),
        ({"file": ""}, "Choose a file"),
        ({"other": io.BytesIO(b"x")}, "Choose a file"),
    ):
        answer = client.post("/files/stage/", sent)
        assert answer.status_code == 422
        assert part in answer.json()["error"]
    assert not StagedFile.objects.exists()


def test_a_visitor_sends_nothing(client: Client, db: None) -> None:
    assert client.post("/files/stage/", {"file": upload()}).status_code == 302
    assert not StagedFile.objects.exists()
