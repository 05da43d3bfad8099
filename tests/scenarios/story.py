"""A story as read from a file: what is given, and the steps."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tests.scenarios.acts
import tests.scenarios.expectations  # noqa: F401 - the words of the language
from tests.scenarios import kinds
from tests.scenarios.errors import WrongStory
from tests.scenarios.kinds import ALWAYS, OFFICE, Names, Wrong
from tests.scenarios.language import Keys, Step, read, read_steps
from tests.scenarios.rule_fields import FIELDS

_STORY: Keys = {"name": kinds.word, "since?": kinds.number, "given?": kinds.anything, "steps": kinds.anything}
_GIVEN: Keys = {
    "delivery?": kinds.one_of("live", "held"),
    "teams?": kinds.own_file,
    "people?": kinds.own_file,
    "roles?": kinds.list_of(kinds.own_file),
    "requirements?": kinds.own_file,
    "courses?": kinds.own_file,
    "evaluation_form?": kinds.own_file,
}
_TEAM: Keys = {"parent?": kinds.or_null(kinds.team), "lead?": kinds.or_null(kinds.person)}
_ROLE: Keys = {
    "who": kinds.person,
    "role": kinds.one_of("hr", "author", "auditor", "site_admin"),
    "scope?": kinds.scope,
    "from?": kinds.day,
    "last_day?": kinds.or_null(kinds.day),
}
# `tries`: the course ends with a question that may be tried so often (0: as often as needed).
_COURSE: Keys = {"title": kinds.word, "valid_months?": kinds.or_null(kinds.count), "tries?": kinds.count}
_REQUIREMENT: Keys = {
    "name": kinds.word,
    "accepts": kinds.list_of(kinds.qualification),
    "from?": kinds.day,
    **{key: kind for key, kind in FIELDS.items() if key not in ("name?", "accepts?")},
}


def _full_name(value: Any, names: Names) -> tuple[str, str]:
    first, _blank, last = kinds.text(value, names).strip().partition(" ")
    if not last:
        raise Wrong(f"{value!r} is not a first and a last name")
    return first, last.strip()


_PERSON: Keys = {
    "name": _full_name,
    "team?": kinds.team,
    "title?": kinds.word,
    "discipline?": kinds.or_null(kinds.discipline),
    "states?": kinds.list_of(kinds.state),
    "home_state?": kinds.or_null(kinds.state),
    "hired?": kinds.or_null(kinds.day),
    "email?": kinds.flag,
}


@dataclass(frozen=True)
class Given:
    """What is there when a story begins, by code or key."""

    delivery: str = "live"
    teams: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    people: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    roles: tuple[dict[str, Any], ...] = ()
    requirements: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    courses: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    evaluation_form: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Story:
    """`since`: the step of the project from which it must hold."""

    name: str
    since: int
    given: Given
    steps: tuple[Step, ...]


def parse(data: Any) -> Story:
    """The story of plain JSON. Raises WrongStory naming the step and the key at fault."""
    found = read(data, _STORY, Names())
    given = read(found.get("given", {}), _GIVEN, Names(), where="given")
    names = Names(
        people={*ALWAYS, *given.get("people", {})},
        teams={OFFICE, *given.get("teams", {})},
        requirements=set(given.get("requirements", {})),
        courses=set(given.get("courses", {})),
    )
    made = Given(
        delivery=given.get("delivery", "live"),
        teams=_each(given, "teams", _TEAM, names),
        people=_each(given, "people", _PERSON, names),
        roles=tuple(read(row, _ROLE, names, where="roles") for row in given.get("roles", [])),
        requirements=_each(given, "requirements", _REQUIREMENT, names),
        courses=_each(given, "courses", _COURSE, names),
        evaluation_form=given.get("evaluation_form"),
    )
    return Story(found["name"], found.get("since", 0), made, tuple(read_steps(found["steps"], names)))


def _each(given: Mapping[str, Any], what: str, keys: Keys, names: Names) -> dict[str, dict[str, Any]]:
    rows = given.get(what, {})
    return {code: read(row, keys, names, where=f"{what}.{code}") for code, row in rows.items()}


def load(path: Path) -> list[Any]:
    """The stories of a file, which holds one or a list, as plain JSON. Raises WrongStory for another file."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WrongStory(f"{path}: {error}") from error
    return data if isinstance(data, list) else [data]


def name_of(data: Any) -> str:
    """What to call a story that may not be readable."""
    found = data.get("name") if isinstance(data, dict) else None
    return found if isinstance(found, str) else "a story without a name"
