"""Stored spans made equal to what facts and rules say, in the transaction of the change."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import batched

from portal.people.models import Person
from portal.standing.models import Span
from portal.standing.projection.compute import CHUNK, Computed, compute
from portal.standing.projection.rules import Rule, load_rules


def stored(people: Sequence[int]) -> dict[Computed, int]:
    """The stored spans of these people, with their ids."""
    columns = list(Computed._fields)
    rows = Span.objects.filter(person_id__in=people).values_list("pk", *columns)
    return {Computed(*values): pk for pk, *values in rows}


def rebuild(people: Iterable[int], *, rules: list[Rule] | None = None) -> int:
    """Make the stored spans of these people equal to what their facts say; returns rows changed.

    Must run inside the transaction that changed the facts, with the people locked.
    """
    rules = load_rules() if rules is None else rules
    changes = 0
    for chunk in batched(sorted(set(people)), CHUNK):
        was, now = stored(chunk), set(compute(chunk, rules=rules))
        gone = [pk for row, pk in was.items() if row not in now]
        new = [Span(**row._asdict()) for row in sorted(now - was.keys(), key=lambda c: c[:4])]
        for part in batched(gone, CHUNK):
            Span.objects.filter(pk__in=part).delete()
        Span.objects.bulk_create(new, batch_size=CHUNK)
        changes += len(gone) + len(new)
    return changes


def everybody() -> list[int]:
    """Everyone who was ever employed."""
    return list(Person.objects.filter(employments__isnull=False).distinct().values_list("pk", flat=True))


def differences(people: Iterable[int]) -> Iterator[str]:
    """Every difference between the stored spans and a fresh computation, in words: none, ever."""
    for chunk in batched(sorted(set(people)), CHUNK):
        was, now = set(stored(chunk)), set(compute(chunk))
        for row in sorted(was - now, key=lambda c: c[:4]):
            yield f"stored, but not computed: {row}"
        for row in sorted(now - was, key=lambda c: c[:4]):
            yield f"computed, but not stored: {row}"
