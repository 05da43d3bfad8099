"""No file without a record: neither after a rollback nor after a kill."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from portal.files import staging, sweeping
from portal.files.intake import store_bytes
from portal.files.models import StagedFile, StoredFile, Sweep, private_storage
from portal.files.staging import claim, clear, stage_upload
from portal.files.sweeping import sweep
from portal.files.tasks import sweep_files
from tests.cast import Cast
from tests.certifications.acts import upload
from tests.database import ROOT, migrated_sqlite
from tests.files.hostile.pictures import gray16


class Killed(BaseException):
    """What a process that is killed here leaves behind."""


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A private storage that nothing else has written to."""
    private: dict[str, Any] = {**settings.STORAGES["private"], "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    monkeypatch.setattr(StoredFile._meta.get_field("content"), "storage", private_storage())


def files() -> set[str]:
    return set(sweeping._listed(private_storage(), ""))


def aged(*, hours: int = 49) -> None:
    """As if so long ago, files and rows."""
    then = timezone.now() - timedelta(hours=hours)
    StagedFile.objects.update(sent_at=then)
    StagedFile.objects.exclude(claimed_at=None).update(claimed_at=then)
    for path in files():
        os.utime(private_storage().path(path), (then.timestamp(), then.timestamp()))


def test_what_nobody_claimed_goes_and_what_was_claimed_stays(cast: Cast) -> None:
    kept = claim(
        stage_upload(upload(), sender=cast.dana), kind="credential-card", person=None, actor=cast.dana
    )
    lost = stage_upload(_sixteen_bits(), sender=cast.dana)
    assert (sweep().unclaimed, len(files())) == (0, 3), "not yet"
    aged()
    done = sweep()
    assert files() == {kept.content.name}
    assert not StagedFile.objects.exists(), "the claimed row has done its work"
    assert (done.unclaimed, done.without_row) == (1, 0)
    assert set(done.removed) == set(lost.paths)
    again = sweep()
    assert (again.unclaimed, again.without_row) == (0, 0)


def _sixteen_bits() -> Any:
    return upload("scan.png", gray16())


def test_a_file_whose_transaction_was_rolled_back_goes(cast: Cast) -> None:
    with transaction.atomic():
        store_bytes(b"x", name="x.pdf", content_type="", kind="certificate", person=cast.dana, actor=None)
        transaction.set_rollback(True)
    assert len(files()) == 1
    aged()
    assert sweep().without_row == 1
    assert files() == set()
    assert ModelLogEntry.objects.filter(action="files.sweep.done").exists()


def test_where_suspiciously_many_have_no_row_none_goes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sweeping, "SUSPICIOUS", 3)
    for number in range(4):
        private_storage().save(f"evaluation/{number}.pdf", ContentFile(b"x"))
    aged()
    assert sweep().suspicious == 4
    assert len(files()) == 4
    assert sweep_files() == 0
    call_command("sweep_files", "--all")
    assert "evaluation/3.pdf" in capsys.readouterr().out
    assert files() == set()


@pytest.mark.parametrize("step", ["before the row", "row", "file", "original", "arrived"])
def test_killed_at_any_step_nothing_is_left(cast: Cast, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    with monkeypatch.context() as patched:
        _kill_at(step, patched)
        with pytest.raises(Killed):
            stage_upload(_sixteen_bits(), sender=cast.dana)
    names = set(StagedFile.objects.values_list("path", flat=True))
    names |= {row.original["path"] for row in StagedFile.objects.all()}
    assert files() <= names, "no file without a row, at no moment"
    aged()
    sweep()
    assert files() == set()
    assert not StagedFile.objects.exists()


def _kill_at(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    save, count = staging._save, []

    def kill(*_args: Any, **_kwargs: Any) -> None:
        raise Killed

    def killing_save(path: str, content: Any) -> None:
        save(path, content)
        count.append(path)
        if len(count) == (1 if step == "file" else 2):
            raise Killed

    if step == "before the row":
        monkeypatch.setattr(staging, "_announce", kill)
    elif step == "row":
        monkeypatch.setattr(staging, "_save", kill)
    elif step == "arrived":
        monkeypatch.setattr(StagedFile, "save", _killing_update(StagedFile.save))
    else:
        monkeypatch.setattr(staging, "_save", killing_save)


def _killing_update(save: Callable[..., None]) -> Callable[..., None]:
    def killing(row: StagedFile, *args: Any, **kwargs: Any) -> None:
        if kwargs.get("update_fields"):
            raise Killed
        save(row, *args, **kwargs)

    return killing


def test_a_removal_that_was_killed_is_finished(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    staged = stage_upload(_sixteen_bits(), sender=cast.dana)

    class Dying:
        def delete(self, path: str) -> None:
            private_storage().delete(path)
            raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(staging, "private_storage", Dying)
        with pytest.raises(Killed):
            clear(staged)
    sweep()
    assert files() == set()
    assert not StagedFile.objects.exists()


def test_old_sweeps_are_forgotten(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "_ROWS", 2)
    for _each in range(4):
        sweep()
    assert Sweep.objects.count() == 2


# ---- kill -9 --------------------------------------------------------------------------------------

SENDING = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
import django; django.setup()
from django.db import transaction
from django.core.files.uploadedfile import SimpleUploadedFile
from portal.files.models import StagedFile
from portal.files.staging import claim, stage_upload
from portal.files.intake import store_bytes
from portal.people.models import Person
from tests.files.hostile.pictures import gray16
dana, _made = Person.objects.get_or_create(employee_number="d")
print("begins", flush=True)
while True:
    staged = stage_upload(SimpleUploadedFile("scan.png", gray16()), sender=dana)
    with transaction.atomic():
        claim(staged, kind="credential-card", person=dana, actor=dana)
        store_bytes(b"x", name="x.pdf", content_type="", kind="certificate", person=dana, actor=None)
    stage_upload(SimpleUploadedFile("scan.png", gray16()), sender=dana)
"""


@pytest.mark.long
def test_a_process_killed_at_any_moment_leaves_no_file_behind(tmp_path: Path) -> None:
    database, private = tmp_path / "db.sqlite3", tmp_path / "private"
    shutil.copyfile(migrated_sqlite(), database)
    environment = {
        **os.environ,
        "PRECEPTOR_ENV": "test",
        "PRECEPTOR_VAR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{database}",
        "STAGED_HOURS": "0",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    chance = random.Random(9)
    for _time in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", SENDING], cwd=ROOT, env=environment, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"begins\n"
        time.sleep(chance.uniform(0.2, 2.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    sweeping_now = [sys.executable, "manage.py", "sweep_files"]
    done = subprocess.run(
        sweeping_now, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    with sqlite3.connect(database) as rows:
        stored = {name for (name,) in rows.execute("SELECT content FROM files_storedfile")}
        assert rows.execute("SELECT COUNT(*) FROM files_stagedfile").fetchone() == (0,)
    kept = {str(path.relative_to(private)) for path in private.rglob("*") if path.is_file()}
    assert kept == stored
    assert len(kept) > 10
