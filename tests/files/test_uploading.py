"""Uploads while they arrive: stopped at the limit, nothing kept of a visitor's, more room in the back office."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.files.models import ContentDocument, ContentImage
from portal.files.uploading import TooLargeFile
from portal.people.models import Person
from tests.cast import Cast

MB = 2**20
Post = Callable[..., HttpRequest]


@pytest.fixture(autouse=True)
def _limits(settings: Any, tmp_path: Any) -> None:
    settings.UPLOAD_MAX_BYTES, settings.CONTENT_MAX_BYTES = MB, 3 * MB
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path


@pytest.fixture
def post(rf: RequestFactory) -> Post:
    def posted(user: Person | AnonymousUser, *sizes: int, path: str = "/certifications/add/") -> HttpRequest:
        files = {f"file{n}": SimpleUploadedFile("x.pdf", b"x" * size) for n, size in enumerate(sizes)}
        request = rf.post(path, files)
        request.user = user
        return request

    return posted


def test_a_file_within_the_limit_is_taken(cast: Cast, post: Post) -> None:
    assert post(cast.dana, MB).FILES["file0"].size == MB


def test_a_file_beyond_the_limit_is_dropped_and_named(cast: Cast, post: Post, tmp_path: Any) -> None:
    request = post(cast.dana, 5 * MB, 1000)
    assert set(request.FILES) == {"file1"}
    assert request.files_too_large == {"file0"}  # type: ignore[attr-defined]
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < MB


def test_many_files_at_once_have_a_limit_together(cast: Cast, post: Post) -> None:
    request = post(cast.dana, *[MB] * 6)
    assert len(request.FILES) == 4


def test_nothing_is_kept_of_what_a_visitor_sends(post: Post, tmp_path: Any) -> None:
    assert not post(AnonymousUser(), 1000).FILES
    assert not list(tmp_path.iterdir())


def test_the_back_office_takes_films(cast: Cast, post: Post) -> None:
    path = "/admin/documents/add/"
    assert post(cast.arthur, 2 * MB, path=path).FILES["file0"].size == 2 * MB


def test_beyond_its_limit_the_back_office_gets_name_and_size_and_no_content(
    cast: Cast, post: Post, tmp_path: Any
) -> None:
    files = post(cast.arthur, 4 * MB, 1000, path="/admin/documents/add/").FILES
    refused = files["file0"]
    assert isinstance(refused, TooLargeFile)
    assert (refused.name, refused.size) == ("x.pdf", 4 * MB)
    with pytest.raises(RequestDataTooBig):
        refused.read()
    with pytest.raises(RequestDataTooBig):
        list(refused.chunks())
    assert files["file1"].read() == b"x" * 1000
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < MB


def test_nothing_is_kept_of_what_a_visitor_sends_to_the_back_office(post: Post, tmp_path: Any) -> None:
    assert not post(AnonymousUser(), 1000, path="/admin/documents/add/").FILES
    assert not list(tmp_path.iterdir())


# ---- Wagtail's own views ----------------------------------------------------------------------


@pytest.fixture
def author(cast: Cast, settings: Any) -> Client:
    Person.objects.filter(pk=cast.arthur.pk).update(is_superuser=True)
    settings.SECOND_FACTOR_ROLES = frozenset()
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 3 * MB
    settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE = 2 * MB
    client = Client()
    client.force_login(cast.arthur, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
FILES = {
    "film beyond the limit": ("wagtaildocs", "film.mp4", b"x" * 4 * MB, "3.0\xa0MB", "MP4"),
    "document of another type": ("wagtaildocs", "game.exe", b"MZ", "3.0\xa0MB", "PDF"),
    "picture beyond every limit": ("wagtailimages", "big.png", PICTURE + b"x" * 4 * MB, "2.0\xa0MB", "PNG"),
    "picture beyond its own limit": ("wagtailimages", "big.png", PICTURE + b"x" * (5 * MB // 2), "2.0\xa0MB", "PNG"),
    "no picture": ("wagtailimages", "text.png", b"text", "2.0\xa0MB", "PNG"),
    "picture of another type": ("wagtailimages", "icon.bmp", b"BM", "2.0\xa0MB", "PNG"),
}  # fmt: skip


@pytest.mark.parametrize("view", ["add", "add_multiple"])
@pytest.mark.parametrize("what", FILES)
def test_a_refused_upload_names_limit_and_types_at_its_field(author: Client, what: str, view: str) -> None:
    app, name, content, limit, kind = FILES[what]
    field = "file" if view == "add" else "files[]"
    upload = SimpleUploadedFile(name, content)
    answer = author.post(reverse(f"{app}:{view}"), {"title": "A title typed", field: upload})
    assert answer.status_code == 200
    if view == "add":
        errors = answer.context["form"].errors["file"]
        assert "A title typed" in answer.content.decode()
    else:
        assert answer.json()["success"] is False
        errors = answer.json()["error_message"].split("\n")
    assert limit in errors[-1]
    assert kind in errors[-1]
    assert len(errors) == 2
    assert ContentDocument.objects.count() + ContentImage.objects.count() == 0


def test_the_chooser_says_it_too(author: Client) -> None:
    film = SimpleUploadedFile("film.mp4", b"x" * 4 * MB)
    address = reverse("wagtaildocs_chooser:create")
    answer = author.post(
        address, {"document-chooser-upload-title": "x", "document-chooser-upload-file": film}
    )
    assert answer.status_code == 200
    assert "too large" in json.dumps(answer.json())
    assert "MP4" in json.dumps(answer.json())


def test_a_document_keeps_its_file_when_the_new_one_is_refused(author: Client) -> None:
    author.post(reverse("wagtaildocs:add"), {"title": "x", "file": SimpleUploadedFile("a.pdf", b"%PDF-1")})
    document = ContentDocument.objects.get()
    address = reverse("wagtaildocs:edit", args=[document.pk])
    answer = author.post(address, {"title": "y", "file": SimpleUploadedFile("b.pdf", b"x" * 4 * MB)})
    assert "too large" in answer.context["form"].errors["file"][0]
    document.refresh_from_db()
    assert (document.title, document.filename) == ("x", "a.pdf")


@pytest.mark.parametrize("view", ["wagtaildocs:add", "wagtaildocs:add_multiple", "wagtailimages:add"])
def test_the_page_says_beforehand_what_is_taken(author: Client, view: str) -> None:
    assert "Accepted: " in author.get(reverse(view)).content.decode()
