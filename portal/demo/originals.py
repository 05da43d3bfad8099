"""The rows that are copied, as the rules of single columns ask about them."""

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Max, Model

from portal.demo.content import parts_of_names
from portal.people.models import Person, Team

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # of portal.codes


def code_of(code: str, number: int) -> str:
    """The public code that stands for `code` in an organization: the same wherever it is asked."""
    bits = int.from_bytes(hashlib.sha256(f"{code}:{number}".encode()).digest()[:10])
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(16))


class Originals:
    """The one organization that is there. Its copies are numbered from 2."""

    def __init__(self, copied: Iterable[type[Model]]) -> None:
        self.last: dict[Any, int] = {
            model: model._base_manager.aggregate(last=Max("pk"))["last"] or 0 for model in copied
        }
        self.people: dict[int, Person] = Person.objects.in_bulk()
        self.top: Team | None = Team.objects.filter(places__parent=None).order_by("pk").first()
        self._place = {pk: place for place, pk in enumerate(sorted(self.people))}
        self._first, self._last = parts_of_names()
        self._named = {person.get_full_name(): pk for pk, person in self.people.items()}
        longest_first = sorted(self._named, key=len, reverse=True)
        self._names = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)")

    def shifted(self, model: type[Model], pk: int, number: int) -> int:
        return pk + (number - 1) * self.last[model]

    def name(self, pk: int, number: int) -> tuple[str, str]:
        """First and last name of a person's copy. No pair comes twice before all have come."""
        copy = (number - 2) * len(self.people) + self._place[pk]
        turn, first = divmod(copy, len(self._first))
        return self._first[first], self._last[(turn + first * 11) % len(self._last)]

    def full_name(self, pk: int, number: int) -> str:
        return " ".join(self.name(pk, number))

    def retold(self, text: str) -> str | Callable[[int], str]:
        """The text with the names of the originals replaced by those of their copies."""
        pieces = self._names.split(text)
        if len(pieces) == 1:
            return text
        people = [self._named[name] for name in pieces[1::2]]

        def told(number: int) -> str:
            names = [self.full_name(pk, number) for pk in people]
            pairs = zip(pieces[::2], [*names, ""], strict=True)
            return "".join(before + name for before, name in pairs)

        return told
