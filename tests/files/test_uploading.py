"""Uploads while they arrive: stopped at the limit, nothing kept of a visitor's, more room in the back office."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory

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
    with pytest.raises(RequestDataTooBig):
        _ = post(cast.arthur, 4 * MB, path=path).FILES
