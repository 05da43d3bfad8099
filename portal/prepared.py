"""Queries that every page asks: built and compiled once, and asked with other values from then on.

Django builds and compiles a query anew each time, which for those of the line and the org chart takes
ten times as long as the database needs to answer.
"""

from collections.abc import Callable, Collection
from copy import copy
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

type Argument = date | int | Collection[int]
# For each argument None, or how many ids a collection of them has room for.
type Shape = tuple[int | None, ...]

# More ids at once are seldom, and answered slowly anyway.
ROOM = 1024
# They stand for the arguments while the query is compiled: nobody asks for such a day or id.
_A_DAY, _AN_ID = date(1066, 10, 14), -(10**15)


class Prepared:
    """Called with days, ids and collections of ids: the list of what the query set of `build` yields.

    The query set depends on nothing but these arguments, and holds each of them as it was given.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self.build = build
        self._statements: dict[tuple[str, Shape], _Statement] = {}

    def __call__(self, *arguments: Argument) -> list[Any]:
        shape = tuple(_room(argument) for argument in arguments)
        if any(room is not None and room > ROOM for room in shape):
            return list(self.build(*arguments))
        key = connection.vendor, shape
        if key not in self._statements:
            self._statements[key] = _Statement(self.build, arguments, shape)
        return self._statements[key].ask(arguments)


def prepared(build: Callable[..., QuerySet[Any, Any]]) -> Prepared:
    return Prepared(build)


class _Statement:
    def __init__(self, build: Callable[..., Any], arguments: tuple[Argument, ...], shape: Shape) -> None:
        self._shape = shape
        markers = _markers(arguments, shape)
        self._rows = build(*markers)
        self._compiler = self._rows.query.get_compiler(connection=connection)
        self._sql, self._parameters = self._compiler.as_sql()
        numbers = {_adapted(marker): n for n, marker in enumerate(_flat(markers, shape))}
        # Where in the statement each value goes.
        self._places = [(at, numbers[given]) for at, given in enumerate(self._parameters) if given in numbers]
        if {number for _at, number in self._places} != set(numbers.values()):
            raise TypeError("A value is not in the query as it was given.")

    def ask(self, arguments: tuple[Argument, ...]) -> list[Any]:
        values = _flat(arguments, self._shape)
        parameters = list(self._parameters)
        for at, number in self._places:
            parameters[at] = _adapted(values[number])
        # Threads share the statement, not what asks it nor the connection.
        compiler: Any = copy(self._compiler)
        compiler.connection = connection
        compiler.as_sql = lambda: (self._sql, tuple(parameters))
        rows = self._rows.all()
        rows.query.get_compiler = lambda *_args, **_named: compiler
        return list(rows)


def _room(argument: Argument) -> int | None:
    """A power of two, so that few statements serve all sizes."""
    return None if isinstance(argument, date | int) else 1 << max(len(argument) - 1, 0).bit_length()


def _markers(arguments: tuple[Argument, ...], shape: Shape) -> list[Any]:
    """One of a kind for each value."""
    found: list[Any] = []
    for number, (argument, room) in enumerate(zip(arguments, shape, strict=True)):
        first = _AN_ID - number * 2 * ROOM
        if room is not None:
            found.append([first - n for n in range(room)])
        else:
            found.append(_A_DAY + timedelta(days=number) if isinstance(argument, date) else first)
    return found


def _flat(arguments: Any, shape: Shape) -> list[Any]:
    """The values one after another; what a collection leaves free is filled with its last, or with no id."""
    found: list[Any] = []
    for argument, room in zip(arguments, shape, strict=True):
        if room is None:
            found.append(argument)
        else:
            ids = list(argument) or [_AN_ID]
            found += ids + ids[-1:] * (room - len(ids))
    return found


def _adapted(value: Any) -> Any:
    """As the database takes it."""
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
