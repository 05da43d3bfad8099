"""Files on the way out: only for whom they are, never run, in the pieces that were asked for."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.urls import reverse

from portal.audit.models import AccessLog
from portal.files.intake import store_bytes
from portal.files.models import StoredFile
from portal.people.models import Person
from tests.cast import Cast

SignIn = Callable[[Person], Client]


def keep(cast: Cast, content_type: str = "application/pdf", name: str = "card.pdf") -> StoredFile:
    return store_bytes(
        b"%PDF-1.7 x",
        name=name,
        content_type=content_type,
        kind="credential-card",
        person=cast.dana,
        actor=None,
    )


def address_of(stored: StoredFile) -> str:
    return reverse("files:download", args=[stored.code])


@pytest.fixture
def film(db: Any) -> str:
    """The address of a hundred bytes."""
    storage = storages["content"]
    return storage.url(storage.save("film.webm", ContentFile(bytes(range(100)))))


# ---- private files ----------------------------------------------------------------------------


def test_a_visitor_is_led_to_the_sign_in_and_a_guess_finds_nothing(
    cast: Cast, client: Client, sign_in: SignIn
) -> None:
    assert client.get(address_of(keep(cast))).status_code == 302
    assert sign_in(cast.hana).get(reverse("files:download", args=["0" * 16])).status_code == 404


def test_a_stranger_leaves_no_trace_of_reading(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.sol).get(address_of(keep(cast))).status_code == 404
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize(
    ("content_type", "query", "shown"),
    [
        ("application/pdf", "", "inline"),
        ("image/jpeg", "", "inline"),
        ("application/pdf", "?download=1", "attachment"),
        ("text/html", "", "attachment"),
        ("image/svg+xml", "", "attachment"),
    ],
)
def test_only_what_cannot_run_is_shown_in_the_browser(
    cast: Cast, sign_in: SignIn, content_type: str, query: str, shown: str
) -> None:
    answer = sign_in(cast.dana).get(address_of(keep(cast, content_type)) + query)
    assert answer["Content-Disposition"].startswith(shown)
    assert answer["Content-Type"] == content_type
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["Cache-Control"] == "private, no-store"


def test_the_name_cannot_break_out_of_its_header(cast: Cast, sign_in: SignIn) -> None:
    stored = keep(cast, name='x"; filename="evil.exe')
    answer = sign_in(cast.dana).get(address_of(stored))
    assert 'filename="evil.exe"' not in answer["Content-Disposition"].replace('\\"', "")


def test_a_file_whose_kind_nobody_owns_any_more_is_for_nobody(cast: Cast, sign_in: SignIn) -> None:
    stored = keep(cast)
    StoredFile.objects.bulk_create(
        [
            StoredFile(
                code="ABCDEFGHJKMNPQRS",
                kind="gone",
                name="x",
                person=cast.dana,
                content=stored.content.name,
                content_type="application/pdf",
                size=1,
                sha256="0" * 64,
            )
        ]
    )
    assert sign_in(cast.dana).get(reverse("files:download", args=["ABCDEFGHJKMNPQRS"])).status_code == 404


# ---- content, in ranges -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=0-9", 206, 0, 9),
        ("bytes=90-", 206, 90, 99),
        ("bytes=-3", 206, 97, 99),
        ("bytes=-500", 206, 0, 99),
        ("bytes=50-5000", 206, 50, 99),
        ("bytes=99-99", 206, 99, 99),
        ("bytes=100-", 416, 0, 0),
        ("bytes=9-3", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=-", 200, 0, 99),
        ("bytes=0-1,5-6", 200, 0, 99),
        ("lines=1-2", 200, 0, 99),
        ("bytes=0-" + "9" * 5000, 200, 0, 99),
    ],
)
def test_the_bytes_that_were_asked_for_are_sent(
    cast: Cast, sign_in: SignIn, film: str, asked: str, status: int, first: int, last: int
) -> None:
    answer: Any = sign_in(cast.dana).get(film, headers={"Range": asked})
    assert answer.status_code == status
    if status == 416:
        assert answer["Content-Range"] == "bytes */100"
        return
    assert b"".join(answer.streaming_content) == bytes(range(first, last + 1))
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Length"] == str(last - first + 1)
    if status == 206:
        assert answer["Content-Range"] == f"bytes {first}-{last}/100"


def test_content_is_for_signed_in_people(client: Client, film: str) -> None:
    assert client.get(film).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "../preceptor.sqlite3",
        "..%2fpreceptor.sqlite3",
        "..%252fpreceptor.sqlite3",
        "%2e%2e/preceptor.sqlite3",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "images/../../private/x",
        "film.webm%00.png",
        "",
        ".",
        "no-such-file.png",
    ],
)
def test_no_path_leads_out_of_the_content(cast: Cast, sign_in: SignIn, film: str, path: str) -> None:
    answer = sign_in(cast.dana).get(f"/content/{path}")
    assert answer.status_code in (301, 400, 404), answer.status_code


def test_private_files_are_not_among_the_content(cast: Cast, sign_in: SignIn) -> None:
    stored = keep(cast)
    for path in (stored.content.name, f"../private/{stored.content.name}"):
        assert sign_in(cast.hana).get(f"/content/{path}").status_code == 404
