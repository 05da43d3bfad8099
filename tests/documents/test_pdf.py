"""What a document may read: our own static files and data in its text. Nothing else, however written."""

import base64
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.documents import pdf

SECRET = b"the secret"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    file = tmp_path / "outside" / "secret.txt"
    file.parent.mkdir()
    file.write_bytes(SECRET)
    return file


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "static"
    (folder / "img").mkdir(parents=True)
    (folder / "img" / "mark.txt").write_bytes(b"ours")
    monkeypatch.setattr(pdf, "_static_roots", lambda: (folder.resolve(),))
    return folder


@pytest.fixture
def listener() -> Iterator[tuple[int, list[Any]]]:
    """A server that notes who calls."""
    calls: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, who = server.accept()
                except OSError:
                    return
                calls.append(who)
                connection.close()

        threading.Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1], calls
        server.shutdown(socket.SHUT_RDWR)


def read(url: str) -> bytes:
    answer = pdf._fetcher().fetch(url)
    content: bytes = answer.read()
    return content


def test_our_own_files_and_data_are_read(static: Path) -> None:
    for url in (
        (static / "img" / "mark.txt").as_uri(),
        f"FILE://{static}/img/mark.txt",
        f"file://localhost{static}/img/mark.txt",
        f"file:{static}/img/mark.txt?version=2",
        f"file://{static}/css/../img/%6dark.txt",
    ):
        assert read(url) == b"ours", url
    assert read("data:text/plain;base64," + base64.b64encode(b"ours").decode()) == b"ours"
    assert read("DATA:text/plain,ours") == b"ours"


@pytest.mark.parametrize(
    "pattern",
    [
        "file://{outside}",
        "FILE://{outside}",
        "File:{outside}",
        "fIlE://localhost{outside}",
        "file://LOCALHOST{outside}",
        "file://127.0.0.1{outside}",
        "file://elsewhere{static}/img/mark.txt",
        "file://{static}/../outside/secret.txt",
        "file://{static}/img/../../outside/secret.txt",
        "file://{static}/%2e%2e/outside/secret.txt",
        "FILE://{static}/%2E%2E/outside/secret.txt",
        "file://{static}/..%2foutside%2fsecret.txt",
        "file://{static}/%252e%252e/outside/secret.txt",
        "file://{static}/link.txt",
        "file://{static}/folder/secret.txt",
        "file://{static}/img/mark.txt%00",
        "file://{static}/img",
        " file://{outside}",
        "\tFILE://{outside}",
        "fi\nle://{outside}",
        "{outside}",
        "//localhost{outside}",
        "file:/etc/passwd",
        "FILE:///etc/passwd",
        "file:etc/passwd",
        "url:file://{outside}",
        "local_file://{outside}",
        "jar:file://{outside}!/",
        "ftp://127.0.0.1:{port}/secret.txt",
        "http://127.0.0.1:{port}/",
        "HTTP://127.0.0.1:{port}/",
        "HtTpS://127.0.0.1:{port}/",
        "hTTp:127.0.0.1:{port}",
        "//127.0.0.1:{port}/",
        "",
    ],
)
def test_nothing_else_is_read_and_nobody_is_called(
    pattern: str, static: Path, outside: Path, listener: tuple[int, list[Any]]
) -> None:
    (static / "link.txt").symlink_to(outside)
    (static / "folder").symlink_to(outside.parent)
    port, calls = listener
    with pytest.raises((ValueError, OSError)):
        read(pattern.format(outside=outside, static=static, port=port))
    assert calls == []


@pytest.mark.parametrize(
    "html",
    [
        "<img src='{url}'>",
        "<p style='background: url({url})'>x</p>",
        "<link rel=stylesheet href='{url}'>",
        "<link rel=attachment href='{url}'>",
        "<style>@import url({url});</style>",
        "<style>@font-face {{ font-family: f; src: url({url}) }} p {{ font-family: f }}</style><p>x</p>",
    ],
)
@pytest.mark.parametrize("url", ["FILE:///etc/hostname", "HTTP://127.0.0.1:9/"])
def test_a_document_that_asks_for_more_is_not_made(html: str, url: str) -> None:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError):
        HTML(string=html.format(url=url), url_fetcher=pdf._fetcher()).write_pdf()
