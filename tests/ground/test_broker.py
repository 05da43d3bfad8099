"""The embedded broker: whatever lies in its folder, the worker goes on, and a message gets through."""

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection, Consumer, Producer, Queue

from portal.broker import FolderTransport

QUEUE = "celery"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    FolderTransport.global_state.clear()
    return tmp_path / "broker"


@pytest.fixture
def connection(folder: Path) -> Iterator[Connection]:
    with connect(folder) as opened:
        yield opened


def connect(folder: Path) -> Connection:
    return Connection(
        "filesystem://localhost",
        transport=FolderTransport,
        transport_options={
            "data_folder_in": str(folder / "queue"),
            "data_folder_out": str(folder / "queue"),
            "control_folder": str(folder / "control"),
            "polling_interval": 0.01,
        },
    )


def send(connection: Connection, content: Any) -> None:
    Producer(connection).publish(content, routing_key=QUEUE, declare=[Queue(QUEUE)], retry=False)


def received(connection: Connection, seconds: float = 0.3) -> list[Any]:
    """What a consumer hears until nothing has come for some time."""
    heard: list[Any] = []

    def hear(body: Any, message: Any) -> None:
        message.ack()
        heard.append(body)

    with Consumer(connection, queues=[Queue(QUEUE)], callbacks=[hear]):
        try:
            while True:
                connection.drain_events(timeout=seconds)
        except TimeoutError:
            return heard


GOOD = {
    "body": "WzFd",
    "content-type": "application/json",
    "content-encoding": "utf-8",
    "headers": {},
    "properties": {
        "body_encoding": "base64",
        "delivery_tag": "a",
        "delivery_info": {"exchange": "", "routing_key": QUEUE},
    },
}


def without(*path: str) -> str:
    message = json.loads(json.dumps(GOOD))
    inner = message
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return json.dumps(message)


UNREADABLE = {
    "empty": b"",
    "half-written": json.dumps(GOOD)[:40].encode(),
    "bytes": b"\xff\xfe\x00",
    "NUL": b"\0" * 100,
    "a number": b"42",
    "a list": b"[1]",
    "null": b"null",
    "too deep": b"[" * 100_000,
    "body not base64": json.dumps({**GOOD, "body": "W"}).encode(),
    "headers a list": json.dumps({**GOOD, "headers": [1]}).encode(),
    **{f"without {path[-1]}": without(*path).encode() for path in [
        ("properties",),
        ("properties", "delivery_tag"),
        ("properties", "delivery_info"),
        ("properties", "delivery_info", "exchange"),
    ]},
}  # fmt: skip


@pytest.mark.parametrize("what", UNREADABLE)
def test_an_unreadable_message_is_dropped_and_the_next_one_arrives(
    connection: Connection, folder: Path, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    send(connection, "first")
    (folder / "queue" / f"1_bad.{QUEUE}.msg").write_bytes(UNREADABLE[what])
    assert received(connection) == ["first"]
    assert "unreadable message 1_bad" in caplog.text
    assert list((folder / "queue").iterdir()) == []


def test_what_is_no_file_is_left_alone(connection: Connection, folder: Path) -> None:
    send(connection, "first")
    (folder / "queue" / f"1_folder.{QUEUE}.msg").mkdir()
    (folder / "queue" / f"1_nowhere.{QUEUE}.msg").symlink_to("/nowhere")
    os.mkfifo(folder / "queue" / f"1_pipe.{QUEUE}.msg")
    assert received(connection) == ["first"]


def test_a_message_that_its_reader_stumbles_over_is_dropped_for_good(
    connection: Connection, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    send(connection, "first")
    with Consumer(connection, queues=[Queue(QUEUE)], callbacks=[lambda _body, _message: {}["missing"]]):
        connection.drain_events(timeout=1)
    assert "nobody understands" in caplog.text
    connection.close()
    assert received(connection) == []


@pytest.mark.parametrize("gone", ["queue", "control", "."])
def test_a_deleted_folder_is_made_again(connection: Connection, folder: Path, gone: str) -> None:
    send(connection, "before")
    assert received(connection) == ["before"]
    shutil.rmtree(folder / gone)
    assert received(connection) == []
    shutil.rmtree(folder, ignore_errors=True)
    send(connection, "after")
    assert received(connection) == ["after"]
    with connect(folder) as another:
        shutil.rmtree(folder)
        send(another, "from elsewhere")
    assert received(connection) == ["from elsewhere"]


@pytest.mark.parametrize("content", [b"", b"[[", b"42", b'[["a"]]', b"\xff"])
def test_an_unreadable_table_of_queues_is_written_anew(
    connection: Connection, folder: Path, content: bytes
) -> None:
    control = folder / "control"
    control.mkdir(parents=True)
    (control / "news.exchange").write_bytes(content)
    channel = connection.default_channel
    channel.exchange_declare("news", "fanout")
    channel.queue_declare(QUEUE)
    channel.queue_bind(QUEUE, "news", "")
    channel.queue_bind("other", "news", "")
    assert {row.queue for row in channel.get_table("news")} == {QUEUE, "other"}
    channel.queue_delete("other")
    assert {row.queue for row in channel.get_table("news")} == {QUEUE}


def test_a_message_is_never_seen_half_written(folder: Path) -> None:
    """A reader beside a writer of long messages drops none."""
    texts = [f"{number}-" + "x" * 200_000 for number in range(30)]

    def write() -> None:
        with connect(folder) as connection:
            for text in texts:
                send(connection, text)

    writer = threading.Thread(target=write)
    writer.start()
    with connect(folder) as connection:
        heard: list[str] = []
        until = time.monotonic() + 20
        while len(heard) < len(texts) and time.monotonic() < until:
            heard += received(connection, 0.1)
    writer.join()
    assert sorted(heard) == sorted(texts)


def test_what_a_killed_process_left_behind_is_removed_later(folder: Path) -> None:
    (folder / "queue").mkdir(parents=True)
    old, new = folder / "queue" / ".old.part", folder / "queue" / ".new.part"
    for path in (old, new):
        path.touch()
    os.utime(old, (1, 1))
    with connect(folder) as connection, pytest.raises(Empty):
        connection.default_channel._get(QUEUE)
    assert not old.exists()
    assert new.exists()
