"""Every story of this folder, through the use cases, on the database that the suite runs on."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.scenarios.known_failures import CURRENT_STEP, KNOWN_FAILURES
from tests.scenarios.runner import run_data
from tests.scenarios.story import load

FOLDER = Path(__file__).parent
FILES = [FOLDER / "stories.json", *sorted((FOLDER / "own").glob("*.json"))]
STORIES = [data for path in FILES for data in load(path)]


def _case(data: Any) -> Any:
    known = KNOWN_FAILURES.get(data["name"])
    if known is None or connection.vendor not in known.vendors:
        return pytest.param(data, id=data["name"])
    since = data.get("since", 0)
    when = f"owed since step {since}" if since <= CURRENT_STEP else f"asked from step {since} on"
    return pytest.param(
        data, id=data["name"], marks=pytest.mark.xfail(strict=True, reason=f"{known.reason} ({when})")
    )


@pytest.mark.parametrize("data", [_case(data) for data in STORIES])
def test_the_story_holds(data: Any, django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        outcome = run_data(data)
    assert outcome.failures == ()


def test_no_two_stories_have_one_name_and_the_table_names_stories() -> None:
    names = [data["name"] for data in STORIES]
    assert len(names) == len(set(names))
    assert set(KNOWN_FAILURES) <= set(names)
