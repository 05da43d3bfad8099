"""Kinds of values: each reads one value of a story, or says what is wrong with it."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from certifications.catalog.qualifications import _rows
from portal.demo.people import PROFESSIONS
from portal.standing.models import Qualification

# Who and what is there in every story.
ALWAYS = ("hana", "root")
OFFICE = "office"
# What people are called who are given no title.
TITLE = "Case manager"


@dataclass
class Names:
    """What a story may name where a value stands. Codes of requirements and labels grow by step."""

    people: set[str] = field(default_factory=set)
    teams: set[str] = field(default_factory=set)
    requirements: set[str] = field(default_factory=set)
    courses: set[str] = field(default_factory=set)
    leave_kinds: set[str] = field(default_factory=lambda: {"vacation", "fmla"})
    batches: set[str] = field(default_factory=set)
    # Label -> the act that made it.
    labels: dict[str, str] = field(default_factory=dict)


type Kind = Callable[[Any, Names], Any]


class Wrong(ValueError):
    """The value is not of its kind; the words say what it should be."""


def text(value: Any, _names: Names) -> str:
    if not isinstance(value, str):
        raise Wrong(f"{value!r} is not a text")
    return value


def word(value: Any, names: Names) -> str:
    if not text(value, names).strip():
        raise Wrong("an empty text says nothing")
    return str(value)


def flag(value: Any, _names: Names) -> bool:
    if not isinstance(value, bool):
        raise Wrong(f"{value!r} is neither true nor false")
    return value


def yes(value: Any, names: Names) -> bool:
    if flag(value, names) is not True:
        raise Wrong("only true can be said here; leave it out otherwise")
    return True


def number(value: Any, _names: Names) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Wrong(f"{value!r} is not a whole number")
    return value


def count(value: Any, names: Names) -> int:
    if number(value, names) < 0:
        raise Wrong(f"{value} is less than nothing")
    return int(value)


def day(value: Any, _names: Names) -> date:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise Wrong(f"{value!r} is not a day such as 2026-03-31")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Wrong(f"there is no day {value}") from None


def one_of(*allowed: str) -> Kind:
    def read(value: Any, _names: Names) -> str:
        if value not in allowed:
            raise Wrong(f"{value!r} is none of {', '.join(allowed)}")
        return str(value)

    return read


def or_null(kind: Kind) -> Kind:
    return lambda value, names: None if value is None else kind(value, names)


def list_of(kind: Kind) -> Kind:
    def read(value: Any, names: Names) -> list[Any]:
        if not isinstance(value, list):
            raise Wrong(f"{value!r} is not a list")
        return [kind(item, names) for item in value]

    return read


def anything(value: Any, _names: Names) -> Any:
    return value


# ---- names ------------------------------------------------------------------------------------


def _named(value: Any, known: Iterable[str], what: str) -> str:
    if not isinstance(value, str) or value not in set(known):
        raise Wrong(f"no {what} {value!r} in this story")
    return value


def person(value: Any, names: Names) -> str:
    return _named(value, names.people, "person")


def team(value: Any, names: Names) -> str:
    return _named(value, names.teams, "team")


def requirement(value: Any, names: Names) -> str:
    return _named(value, names.requirements, "requirement")


def new_code(value: Any, names: Names) -> str:
    if word(value, names) in names.requirements:
        raise Wrong(f"there is a requirement {value!r} already")
    return str(value)


def leave_kind(value: Any, names: Names) -> str:
    return _named(value, names.leave_kinds, "kind of absence")


def course(value: Any, names: Names) -> str:
    return _named(value, names.courses, "course")


def batch(value: Any, names: Names) -> str:
    return _named(value, names.batches, "batch by then")


def made_by(*acts: str) -> Kind:
    """The label of something that one of these acts made earlier in the story (none named: any act)."""

    def read(value: Any, names: Names) -> str:
        _named(value, names.labels, "label by then")
        if acts and names.labels[value] not in acts:
            raise Wrong(f"{value!r} was made by {names.labels[value]}, not by {' or '.join(acts)}")
        return str(value)

    return read


def label_or_person(value: Any, names: Names) -> str:
    return _named(value, {*names.labels, *names.people}, "label or person")


# ---- codes ------------------------------------------------------------------------------------


def state(value: Any, _names: Names) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{2}", value):
        raise Wrong(f"{value!r} is not a state such as CA")
    return value


def scope(value: Any, names: Names) -> tuple[str, str]:
    """all, team:CODE or state:XX, as (all | team | state, which)."""
    kind, _colon, which = text(value, names).partition(":")
    if value == "all":
        return "all", ""
    if kind == "team":
        return kind, team(which, names)
    if kind == "state":
        return kind, state(which, names)
    raise Wrong(f"{value!r} is none of all, team:CODE, state:XX")


@cache
def _catalogue() -> tuple[frozenset[str], frozenset[str]]:
    """The codes of the catalogue, and the short names of its licenses."""
    rows = list(_rows("credentials.csv"))
    licenses = {row["short_name"] for row in rows if row["kind"] == "license"}
    return frozenset(row["code"] for row in rows), frozenset(licenses)


def credential_type(value: Any, _names: Names) -> str:
    if value not in _catalogue()[0]:
        raise Wrong(f"the catalogue has no {value!r}")
    return str(value)


def discipline(value: Any, _names: Names) -> str:
    known = {code.upper() for code, *_rest in PROFESSIONS} | _catalogue()[1]
    if value not in known:
        raise Wrong(f"{value!r} is none of the disciplines {', '.join(sorted(known))}")
    return str(value)


def qualification(value: Any, names: Names) -> str:
    kind, colon, _rest = text(value, names).partition(":")
    if not colon or kind not in Qualification.Kind.values:
        raise Wrong(f"{value!r} is not a qualification such as license:RN:CA")
    return str(value)


def own_file(value: Any, _names: Names) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Wrong(f"{value!r} is not an object")
    return value
