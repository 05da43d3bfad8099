"""The runner: what it prints, what it does not let pass, and what it leaves behind."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pypdf import PdfReader
from weasyprint import HTML

from portal.people.models import Person
from portal.people.organization import teams
from tests.database import ROOT
from tests.scenarios.expectations.words import outside
from tests.scenarios.language import ACTS, Verb
from tests.scenarios.runner import run_data
from tests.scenarios.test_language import STORY, changed


@pytest.fixture
def run(django_db_setup: None, django_db_blocker: Any) -> Any:
    def run(data: Any) -> dict[str, Any]:
        with django_db_blocker.unblock():
            return run_data(data).as_json()

    return run


def test_a_story_that_fails_says_at_which_step_what_was_expected_and_what_was_got(run: Any) -> None:
    assert run(changed("steps", 2, "is", to=False)) == {
        "name": "a leave",
        "ok": False,
        "failed": [{"step": 3, "expected": "is: false", "got": "is: true (no reason)"}],
    }


def test_a_story_that_holds(run: Any) -> None:
    assert run(STORY) == {"name": "a leave", "ok": True, "failed": []}


def test_a_wrong_story_fails_and_is_not_begun(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.scenarios.runner.run", None)
    [failed] = run(changed("steps", 0, "do", to="fly"))["failed"]
    assert failed == {"step": 1, "expected": "a story in the language", "got": "do: unknown act 'fly'"}


def test_an_act_that_is_refused_unasked_ends_the_story(run: Any) -> None:
    [failed] = run(changed("steps", 1, "reason", to=""))["failed"]
    assert failed["step"] == 2
    assert failed["got"].startswith("refused: ")


def test_an_act_that_is_done_and_should_be_refused_fails(run: Any) -> None:
    [failed] = run(changed("steps", 0, "refused", to=True))["failed"]
    assert failed["got"] == "done, and should be refused"


def test_an_act_that_is_refused_too_late_fails(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused, and the half of it stays."""

    def half(world: Any, step: Any) -> None:
        Person.objects.filter(pk=world.people["dana"]).update(time_zone="UTC")
        teams.set_lead(
            world.team("west"), world.person("hana"), starts_on=step.on, by=world.viewer_of("hana", step.on)
        )

    monkeypatch.setitem(ACTS, "leave", Verb("leave", ACTS["leave"].keys, half))
    [failed] = run(changed("steps", 0, "refused", to=True))["failed"]
    assert failed["got"] == "refused, but changed people_person"


def test_a_story_leaves_the_suites_database_alone(run: Any, django_db_blocker: Any) -> None:
    before = connection.settings_dict["NAME"]
    run(STORY)
    assert connection.settings_dict["NAME"] == before
    with django_db_blocker.unblock():
        assert not Person.objects.exists()


def test_the_command_prints_the_list_and_nothing_else(tmp_path: Path) -> None:
    """On its own SQLite file, whatever the suite runs on."""
    file = tmp_path / "stories.json"
    file.write_text(json.dumps([STORY, changed("steps", 0, "do", to="fly")]))
    environment = {name: value for name, value in os.environ.items() if name != "PRECEPTOR_TEST_SERVICES"}
    command = [sys.executable, "-m", "tests.scenarios", str(file)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 1, done.stderr
    first, second = json.loads(done.stdout)
    assert first == {"name": "a leave", "ok": True, "failed": []}
    assert second["failed"][0]["step"] == 1


def test_words_outside_of_the_page_are_found() -> None:
    page = "<style>@page {size: 200pt 200pt; margin: 20pt}</style><p>Inside<p style='margin-left: -60pt'>Left"
    pdf = HTML(string=f"{page}<p>{'W' * 60}").write_pdf()
    [shown] = PdfReader(io.BytesIO(pdf)).pages
    assert outside(shown) == ["Left", "W" * 60]
