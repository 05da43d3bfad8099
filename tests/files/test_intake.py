"""Files on the way in and out: judged by content, cleaned, never found by guessing."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter

from portal.audit.models import AccessLog
from portal.files import words
from portal.files.decoding.worker import examine
from portal.files.errors import BadFile
from portal.files.intake import clean, safe_name, store_bytes, store_upload
from portal.people.models import Person
from tests.cast import Cast


def picture(kind: str, *, exif: bool = False) -> bytes:
    image, out = Image.new("RGB", (40, 20), "red"), io.BytesIO()
    marks = Image.Exif()
    marks[0x010F] = "Camera of somebody"
    marks[0x0112] = 6  # turned by a quarter
    marks.get_ifd(0x8825)[1] = "N"
    image.save(out, kind, **({"exif": marks} if exif else {}))
    return out.getvalue()


def pdf(*, password: str = "") -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    if password:
        writer.encrypt(password)
    writer.write(out)
    return out.getvalue()


def heic() -> bytes:
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 64), "blue")).save(out)
    return out.getvalue()


def test_a_photo_is_turned_upright_and_tells_nothing_of_its_maker() -> None:
    cleaned = clean(picture("JPEG", exif=True))
    with Image.open(io.BytesIO(cleaned.content)) as image:
        assert image.size == (20, 40)
        assert not image.getexif()
    assert b"Camera" not in cleaned.content


def test_heic_becomes_jpeg() -> None:
    cleaned = clean(heic())
    assert (cleaned.content_type, cleaned.extension) == ("image/jpeg", ".jpg")
    assert cleaned.content.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("content", [pdf(), picture("PNG"), picture("JPEG")])
def test_what_is_accepted(content: bytes) -> None:
    assert clean(content).content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"%PDF-1.7 nothing more",
        pdf(password="x"),
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n broken",
        b"PK\x03\x04",
    ],
)
def test_what_is_refused(content: bytes) -> None:
    with pytest.raises(BadFile):
        clean(content)


def test_the_name_is_kept_without_path_and_with_the_true_extension(cast: Cast) -> None:
    assert safe_name("../../etc/pass wd.exe", ".pdf") == "pass wd.pdf"
    upload = SimpleUploadedFile("C:\\x\\my card.exe", picture("PNG"))
    stored = store_upload(upload, kind="credential-card", person=cast.dana, actor=cast.dana)
    assert stored.name == "my card.png"
    assert "card" not in stored.content.name.partition("/")[2]
    assert not storages["content"].exists(stored.content.name), "private files are not content"


def test_a_kind_without_a_rule_cannot_be_stored(cast: Cast) -> None:
    with pytest.raises(KeyError):
        store_bytes(
            b"x", name="x", content_type="text/plain", kind="unknown", person=cast.dana, about="", actor=None
        )


def test_reading_anothers_file_is_logged_and_ones_own_is_not(
    cast: Cast, sign_in: Callable[[Person], Client]
) -> None:
    upload = SimpleUploadedFile("x.png", picture("PNG"))
    stored = store_upload(upload, kind="credential-card", person=cast.dana, actor=cast.dana)
    address = reverse("files:download", args=[stored.code])
    answer = sign_in(cast.dana).get(address)
    assert b"".join(answer.streaming_content) == stored.content.open("rb").read()  # type: ignore[attr-defined]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert AccessLog.objects.count() == 0
    assert sign_in(cast.renata).get(address).status_code == 200
    assert AccessLog.objects.get().person == cast.dana
    assert sign_in(cast.sol).get(address).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "length"),
    [
        ("bytes=0-9", 206, 10),
        ("bytes=95-", 206, 5),
        ("bytes=-3", 206, 3),
        ("bytes=200-", 416, 0),
        ("", 200, 100),
    ],
)
def test_content_is_sent_in_ranges_to_signed_in_people(
    cast: Cast, sign_in: Callable[[Person], Client], client: Client, asked: str, status: int, length: int
) -> None:
    from django.core.files.base import ContentFile

    name = storages["content"].save("film.webm", ContentFile(b"0123456789" * 10))
    address = storages["content"].url(name)
    assert client.get(address).status_code == 302
    answer: Any = sign_in(cast.dana).get(address, headers={"Range": asked} if asked else {})
    assert answer.status_code == status
    if status != 416:
        assert len(b"".join(answer.streaming_content)) == length


@pytest.mark.parametrize("name", ["../db.sqlite3", "..%2fdb.sqlite3", "/etc/passwd"])
def test_content_never_leaves_its_folder(cast: Cast, sign_in: Callable[[Person], Client], name: str) -> None:
    assert sign_in(cast.dana).get(f"/content/{name}").status_code in (301, 302, 400, 404)


GOOD = {"pdf": pdf(), "JPEG": picture("JPEG"), "PNG": picture("PNG"), "heic": heic()}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["pdf", "JPEG", "PNG", "heic"]), st.data())
def test_a_damaged_file_is_refused_in_words_or_taken_never_an_error(kind: str, data: st.DataObject) -> None:
    content = bytearray(GOOD[kind])
    for _blow in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=20))
        if not content:
            break
    answer = examine(io.BytesIO(bytes(content)), io.BytesIO())
    assert "content_type" in answer or words.refused(answer["refused"])


def test_a_heic_photo_is_turned_upright_once() -> None:
    import pillow_heif

    marks, out = Image.Exif(), io.BytesIO()
    marks[0x0112] = 6
    pillow_heif.from_pillow(Image.new("RGB", (80, 40), "blue")).save(out, exif=marks.tobytes())
    with Image.open(io.BytesIO(clean(out.getvalue()).content)) as image:
        assert image.size == (40, 80)


@pytest.mark.django_db
def test_a_film_comes_from_where_ranges_are_answered() -> None:
    from portal.files.models import ContentDocument

    film = ContentDocument(pk=1, title="Handover", file="documents/handover.webm")
    assert film.url == "/content/documents/handover.webm"
    handout = ContentDocument(pk=2, title="Handout", file="documents/handout.pdf")
    assert handout.url.startswith("/documents/2/")


def test_content_in_a_bucket_has_our_address() -> None:
    from portal.files.storage import BucketContent

    assert BucketContent(bucket_name="x").url("images/a b.png") == "/content/images/a%20b.png"
