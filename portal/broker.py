"""The embedded broker: one folder of small files, through Celery's filesystem transport made hardy.

A message only says that a row waits, and the beat says it again: one that cannot be read is
dropped with a line in the log. As kombu ships it, an empty or half-written file, or a folder that
somebody deleted, ends the worker.
"""

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem, virtual
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)

# What reading a message of a wrong shape raises, in kombu and in Celery.
_WRONG_SHAPE = (LookupError, TypeError, ValueError, AttributeError)
# What a process killed in the middle of writing or reading leaves behind is removed after this long.
_LEFTOVER_SECONDS = 3600


class FolderChannel(filesystem.Channel):
    """Reads and writes message files; makes its folders again whenever they are gone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._remove_leftovers()

    @property
    def folder(self) -> Path:
        return Path(self.data_folder_in)

    # ---- messages -----------------------------------------------------------------------------

    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]
        name = f"{time.time_ns() // 1_000_000}_{uuid4()}.{queue}.msg"
        self._write(self.folder / name, payload)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The oldest message of the queue that can be read. Raises Empty."""
        for path in self._waiting(queue):
            payload = self._take(path)
            if payload is not None:
                return payload
        raise Empty

    def _get_and_deliver(self, queue: str, callback: Callable[[Any, str], None]) -> None:
        """Hands on one message. One that Celery stumbles over is dropped: it must not come again."""
        payload = self._get(queue)
        try:
            callback(payload, queue)
        except _WRONG_SHAPE:
            log.warning("Dropped a message in %s that nobody understands.", queue, exc_info=True)
            self.qos.reject(payload["properties"]["delivery_tag"], requeue=False)

    def _size(self, queue: str) -> int:
        return len(self._waiting(queue))

    def _purge(self, queue: str) -> int:
        waiting = self._waiting(queue)
        for path in waiting:
            path.unlink(missing_ok=True)
        return len(waiting)

    def _waiting(self, queue: str) -> list[Path]:
        """Message files, oldest first. Hidden files are being written or read by somebody."""
        ending = f"{queue}.msg"
        try:
            with os.scandir(self.folder) as entries:
                names = [e.name for e in entries if e.name.partition(".")[2] == ending and e.is_file()]
        except FileNotFoundError:
            self._make_folders()
            return []
        return [self.folder / name for name in sorted(names)]

    def _take(self, path: Path) -> Any:
        """What the file says, or None: taken by another worker, or not a message. The file is gone then."""
        mine = path.with_name(f".{path.name}")
        try:
            path.rename(mine)
        except OSError:
            return None
        try:
            payload = loads(mine.read_bytes().decode())
            self._check(payload)
        except Exception as error:  # Whatever the bytes are, they are not worth a worker.
            log.warning("Dropped the unreadable message %s: %s", path.name, type(error).__name__)
            return None
        finally:
            with suppress(OSError):
                mine.unlink()
        return payload

    def _check(self, payload: Any) -> None:
        """Raises an error for what is not a message of kombu's."""
        message = self.Message(payload, channel=self)
        texts = (message.delivery_tag, *(message.delivery_info[key] for key in ("exchange", "routing_key")))
        if not all(isinstance(text, str) for text in texts) or not isinstance(message.headers, dict):
            raise TypeError("not a message")

    # ---- which queues an exchange serves ------------------------------------------------------

    def get_table(self, exchange: str) -> list[Any]:
        file = self._table_file(exchange)
        try:
            return [filesystem.exchange_queue_t(*row) for row in loads(file.read_bytes().decode())]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise ChannelError(f"Cannot read {file}") from error
        except (ValueError, TypeError):
            log.warning("Ignored the unreadable %s; it is written anew.", file.name)
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._table_lock():
            rows = self.get_table(exchange)
            if row not in rows:
                self._write(self._table_file(exchange), [row, *rows])

    def _delete(
        self, queue: str, exchange: str, routing_key: str, pattern: str, *_args: Any, **_kwargs: Any
    ) -> None:
        self._purge(queue)
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._table_lock():
            rows = self.get_table(exchange)
            if row in rows:
                self._write(self._table_file(exchange), [each for each in rows if each != row])

    def _table_file(self, exchange: str) -> Path:
        """Raises ChannelError for a name that would lead out of the folder."""
        file: Path = self._exchange_file(exchange)  # type: ignore[attr-defined]
        return file

    @contextmanager
    def _table_lock(self) -> Iterator[None]:
        """One writer of tables at a time: web, worker and beat start together."""
        self._make_folders()
        with (self.control_folder / ".lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)

    # ---- files --------------------------------------------------------------------------------

    def _write(self, path: Path, content: Any) -> None:
        """The whole file or none: written under a hidden name, then renamed. Raises ChannelError."""
        hidden = path.with_name(f".{uuid4()}.part")
        for last_try in (False, True):
            try:
                hidden.write_bytes(dumps(content).encode())
                hidden.replace(path)
                return
            except FileNotFoundError as error:
                if last_try:
                    raise ChannelError(f"Cannot write into {path.parent}") from error
                self._make_folders()
            except OSError as error:
                raise ChannelError(f"Cannot write into {path.parent}") from error

    def _make_folders(self) -> None:
        for folder in (self.folder, self.control_folder):
            folder.mkdir(parents=True, exist_ok=True)

    def _remove_leftovers(self) -> None:
        too_old = time.time() - _LEFTOVER_SECONDS
        with suppress(OSError):
            for path in self.folder.glob(".*.*"):
                if path.stat().st_mtime < too_old:
                    path.unlink()


class FolderTransport(filesystem.Transport):
    """For Celery's `broker_transport`; takes the options of kombu's filesystem transport."""

    Channel = FolderChannel
    # Which queues are declared, for all connections of the process.
    global_state = virtual.BrokerState()
