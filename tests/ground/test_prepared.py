"""A prepared query answers as the query set that it was made of."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from portal.people.models import Person, Position
from portal.prepared import ROOM, Prepared, prepared
from tests.cast import Cast

DAY = timedelta(days=1)


def held(on: date, people: Collection[int], person_id: int) -> Any:
    rows = Position.objects.current().on(on).filter(Q(person_id__in=people) | Q(person_id=person_id))
    return rows.order_by("id")


def test_rows_tuples_and_values_are_those_of_the_query_set(cast: Cast, today: date) -> None:
    ways = [
        held,
        lambda *asked: held(*asked).select_related("person", "team"),
        lambda *asked: held(*asked).values_list("starts_on", "team__name", "states_served"),
        lambda *asked: held(*asked).values_list("title", flat=True),
    ]
    ids = list(Person.objects.values_list("pk", flat=True))
    for way in ways:
        query = Prepared(way)
        for day in (today, today - 10_000 * DAY, today):
            for people in ([], ids[:1], ids[:2], set(ids[:3]), ids):
                expected = list(way(day, people, cast.dana.pk))
                assert query(day, people, cast.dana.pk) == expected
                assert all(map(same_columns, query(day, people, cast.dana.pk), expected))


def same_columns(one: Any, other: Any) -> bool:
    if not isinstance(one, Position):
        return bool(one == other)
    return {k: v for k, v in vars(one).items() if k != "_state"} == {
        k: v for k, v in vars(other).items() if k != "_state"
    }


def test_what_comes_along_is_loaded_by_the_one_query(cast: Cast, today: date) -> None:
    query = Prepared(lambda on, people: held(on, people, 0).select_related("person"))
    with CaptureQueriesContext(connection) as seen:
        assert [row.person for row in query(today, [cast.dana.pk])] == [cast.dana]
    assert len(seen) == 1


def test_it_is_built_once_for_sizes_that_are_alike(cast: Cast, today: date) -> None:
    built: list[int] = []

    @prepared
    def query(people: Collection[int]) -> Any:
        built.append(len(people))
        return Person.objects.filter(pk__in=people).order_by("pk")

    for size in (5, 6, 7, 8, 9, 16):
        query([cast.dana.pk] * size)
    assert built == [8, 16]
    assert query([cast.dana.pk] * (ROOM + 1)) == [cast.dana]
    assert built == [8, 16, ROOM + 1]


def test_a_value_that_the_query_changes_or_leaves_out_is_refused_at_once(cast: Cast, today: date) -> None:
    for build in (
        lambda on: Position.objects.filter(starts_on=on + DAY),
        lambda on: Position.objects.all(),
    ):
        with pytest.raises(TypeError, match="not in the query"):
            Prepared(build)(today)
