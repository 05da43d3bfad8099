"""Files as nobody should send them: each accepted rightly or refused in words, and never an error."""

import io
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from portal.files import words
from portal.files.decoding.worker import examine
from tests.database import ROOT, migrated_sqlite
from tests.files.hostile import COUNT, SEED, Sample, heics, made, others, pdfs, pictures
from tests.files.hostile.checks import flaws

LIMIT_MB = 300


def wrong(samples: Iterable[Sample]) -> list[str]:
    """Which samples did not become what they should, opened in this process."""
    found = []
    for each in samples:
        out = io.BytesIO()
        answer = examine(io.BytesIO(each.content), out)
        became = answer.get("refused", "ok")
        if became not in each.expected:
            found.append(f"{each.name}: {answer}")
        elif became == "ok":
            found += [f"{each.name}: {flaw}" for flaw in flaws(out.getvalue(), answer["content_type"])]
    return found


def test_pictures_that_people_send_are_taken_and_clean() -> None:
    assert wrong(pictures.as_people_send_them()) == []


def test_pdfs_that_people_send_are_taken_and_clean() -> None:
    assert wrong(pdfs.as_people_send_them()) == []


def test_what_can_act_in_a_pdf_does_not_come_along() -> None:
    assert wrong(pdfs.acting()) == []


def test_of_two_files_in_one_only_what_is_shown_stays() -> None:
    assert wrong(pdfs.two_things()) == []


def test_heic_photos_are_taken_or_refused() -> None:
    assert wrong(heics.samples()) == []


def test_what_is_no_card_is_refused() -> None:
    assert wrong(others.samples(random.Random(SEED))) == []


# ---- the whole folder, against a portal ---------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sample]:
    """The samples by the name of their file."""
    return {f"{number:03}-{each.name}": each for number, each in enumerate(made())}


@pytest.mark.long
def test_the_folder_is_the_same_every_time(folder: dict[str, Sample]) -> None:
    assert len(folder) == COUNT
    again = list(pictures.samples(random.Random(SEED)))
    assert [each.content for each in again] == [each.content for each in list(folder.values())[: len(again)]]


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_hostile_folder_is_accepted_rightly_or_refused_in_words(
    folder: dict[str, Sample], tmp_path: Path
) -> None:
    answered, data = send(folder, tmp_path)
    found, refusals = [], {words.refused(code): code for code in words.CODES}
    for name, each in folder.items():
        answer = answered["answers"][name]
        became = "ok" if answer["status"] == 200 else refusals.get(answer.get("error", ""), str(answer))
        if became not in each.expected:
            found.append(f"{name}: {answer}")
        elif became == "ok" and (kept := data / "private" / answer["path"]).exists():
            found += [f"{name}: {flaw}" for flaw in flaws(kept.read_bytes(), answer["type"])]
    assert found == []
    assert answered["peak"] < LIMIT_MB


def send(folder: dict[str, Sample], tmp_path: Path) -> tuple[dict[str, Any], Path]:
    """What a portal in a process of its own answered to each file, and where it keeps them."""
    sent, data = tmp_path / "sent", tmp_path / "var"
    sent.mkdir()
    data.mkdir()
    for name, each in folder.items():
        (sent / name).write_bytes(each.content)
    shutil.copyfile(migrated_sqlite(), data / "db.sqlite3")
    environment = {
        **os.environ,
        "PRECEPTOR_ENV": "test",
        "PRECEPTOR_VAR": str(data),
        "DATABASE_URL": f"sqlite:///{data / 'db.sqlite3'}",
    }
    command = [sys.executable, "-m", "tests.files.hostile.send", str(sent)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout), data
