"""The language: verbs with their keys, and a reader that lets nothing unknown pass."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.scenarios import kinds
from tests.scenarios.errors import WrongStory
from tests.scenarios.kinds import Kind, Names, Wrong

# A key that ends with a question mark may be left out.
type Keys = Mapping[str, Kind]


@dataclass(frozen=True)
class Verb:
    """An act or an expectation: its own keys, and the one function that does it.

    `also`: further keys that depend on what the step says.
    """

    name: str
    keys: Keys
    do: Callable[..., Any]
    also: Callable[[Mapping[str, Any], Names], Keys] | None = None

    def keys_in(self, row: Mapping[str, Any], names: Names) -> Keys:
        return {**self.keys, **self.also(row, names)} if self.also else self.keys


ACTS: dict[str, Verb] = {}
EXPECTATIONS: dict[str, Verb] = {}

_OF_ACTS: Keys = {
    "on": kinds.day,
    "by": kinds.person,
    "do": kinds.word,
    "label?": kinds.word,
    "batch?": kinds.word,
    "reason?": kinds.text,
    "refused?": kinds.flag,
}
_CARRIED = ("by", "label", "batch", "reason", "refused")
_OF_EXPECTATIONS: Keys = {"on": kinds.day, "expect": kinds.word}


def _register(table: dict[str, Verb], name: str, keys: Keys, also: Any = None) -> Callable[..., Any]:
    def keep[Do: Callable[..., Any]](do: Do) -> Do:
        if name in table:
            raise ValueError(f"{name} is there twice.")
        table[name] = Verb(name, keys, do, also)
        return do

    return keep


def act(name: str, keys: Keys, *, also: Any = None) -> Callable[..., Any]:
    """The function does the act: (world, step) -> the row that it made, or None."""
    return _register(ACTS, name, keys, also)


def expectation(name: str, keys: Keys) -> Callable[..., Any]:
    """The function looks: (world, step) -> each difference as (expected, got); it changes nothing."""
    return _register(EXPECTATIONS, name, keys)


@dataclass(frozen=True)
class Step:
    """One step: `values` are its verb's own keys, read."""

    number: int
    verb: Verb
    is_act: bool
    on: date
    values: Mapping[str, Any]
    by: str = ""
    label: str = ""
    batch: str = ""
    reason: str = ""
    refused: bool = False

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def get(self, key: str, default: Any = None) -> Any:
        return self.values.get(key, default)

    @property
    def starts(self) -> date:
        """The day the act holds from."""
        day: date = self.get("from", self.on)
        return day

    @property
    def words(self) -> str:
        return f"{self.by} does {self.verb.name}" if self.is_act else self.verb.name


def read(given: Any, keys: Keys, names: Names, *, step: int = 0, where: str = "") -> dict[str, Any]:
    """The values of an object that has these keys and no others. Raises WrongStory naming the key."""
    prefix = f"{where}: " if where else ""
    if not isinstance(given, dict):
        raise WrongStory(f"{prefix}{given!r} is not an object", step=step)
    table = {name.rstrip("?"): kind for name, kind in keys.items()}
    for name in given:
        if name not in table:
            raise WrongStory(f"{prefix}unknown key {name!r}", step=step)
    for name in keys:
        if not name.endswith("?") and name not in given:
            raise WrongStory(f"{prefix}the key {name!r} is missing", step=step)
    found = {}
    for name, value in given.items():
        try:
            found[name] = table[name](value, names)
        except Wrong as error:
            raise WrongStory(f"{prefix}{name}: {error}", step=step) from error
    return found


def read_steps(given: Any, names: Names) -> Iterator[Step]:
    """The steps, in order; each sees the labels and requirements that those before it made."""
    if not isinstance(given, list) or not given:
        raise WrongStory("steps: a story has at least one step")
    last = date.min
    for number, row in enumerate(given, start=1):
        step = _step(number, row, names)
        if step.on < last:
            raise WrongStory(f"on: {step.on} lies before the step before, {last}", step=number)
        last = step.on
        if step.label:
            names.labels[step.label] = _kind_of(step, names)
        if step.batch:
            names.batches.add(step.batch)
        if step.verb.name == "add_requirement" and not step.refused:
            names.requirements.add(step["code"])
        if step.verb.name == "add_leave_kind" and not step.refused:
            names.leave_kinds.add(step["code"])
        yield step


def _kind_of(step: Step, names: Names) -> str:
    """The act that made a thing; a correction is of the kind of what it corrects."""
    corrected = step.get("what") if step.verb.name == "correct" else None
    return names.labels[corrected] if corrected else step.verb.name


def _step(number: int, row: Any, names: Names) -> Step:
    if not isinstance(row, dict) or ("do" in row) == ("expect" in row):
        raise WrongStory("a step says either do or expect", step=number)
    is_act = "do" in row
    table, common, said = (ACTS, _OF_ACTS, "do") if is_act else (EXPECTATIONS, _OF_EXPECTATIONS, "expect")
    verb = table.get(row[said]) if isinstance(row[said], str) else None
    if verb is None:
        raise WrongStory(f"{said}: unknown {'act' if is_act else 'expectation'} {row[said]!r}", step=number)
    own = verb.keys_in(row, names)
    found = read(row, {**common, **own}, names, step=number, where=verb.name)
    if is_act and "label" in found and found["label"] in {*names.labels, *names.people}:
        raise WrongStory(f"label: {found['label']!r} is taken", step=number)
    own_names = {name.rstrip("?") for name in own}
    values = {name: value for name, value in found.items() if name in own_names}
    # The batch that is undone is not the one that the undoing is put into.
    of_act = {name: found[name] for name in _CARRIED if name in found and name not in own_names}
    return Step(number, verb, is_act, found["on"], values, **of_act)
