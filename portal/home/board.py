"""The team board: people by requirements on a day, exceptions first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.home.board_sums import Sums, cells_of, in_order, marks_on, sums_of
from portal.home.compliance import barred
from portal.people.models import Person
from portal.people.organization.primary import primary_positions
from portal.standing.engine.status import Word
from portal.standing.items import Item, items_on
from portal.standing.labels import NBSP, days_text, label, short_date
from portal.standing.models import Requirement
from portal.ui.notation import amount

PAGE = 50


@dataclass(frozen=True)
class Cell:
    """One person and one column: the most pressing of its items (one per requirement and state served)."""

    items: tuple[Item, ...]

    @property
    def requirement(self) -> Requirement:
        return self.worst.requirement

    @property
    def is_required(self) -> bool:
        return bool(self.items)

    @cached_property
    def worst(self) -> Item:
        return min(self.items, key=lambda item: item.word.rank)

    @property
    def word(self) -> Word:
        return self.worst.word if self.items else Word.NOT_REQUIRED

    @property
    def detail_address(self) -> str:
        """Where the row that opens below the cell comes from, as of the same day."""
        item = self.worst
        query = {"part": "row", "scope": item.scope, "as_of": item.on.isoformat()}
        address = reverse("standing:item", args=[item.person.pk, item.requirement.code])
        return f"{address}?{urlencode(query)}"

    @property
    def headline(self) -> str:
        """What stands large in the cell: a date where all is well, the word where it is not."""
        item = self.worst
        match item.word:
            case Word.MET:
                return _month(item.last_good_day) if item.last_good_day else _("Met")
            case Word.EXPIRING:
                return days_text(item.facts.days_left or 0)
        return item.phrase

    @property
    def small(self) -> str:
        """The second line: the date behind the word, and how many states are well."""
        item, on = self.worst, self.worst.on
        parts = []
        if item.word is Word.EXPIRING and item.deadline:
            parts.append(short_date(item.deadline, on))
        elif item.word in (Word.OVERDUE, Word.MISSING) and item.late_since:
            near = item.late_since.year == on.year
            day = short_date(item.late_since, on) if near else _month(item.late_since)
            parts.append(_("since %(day)s") % {"day": day})
        elif item.word is Word.UNVERIFIED and item.span.because:
            sent = timezone.localtime(item.span.because.recorded_at).date()
            parts.append(_("sent %(day)s") % {"day": short_date(sent, on)})
        if len(self.items) > 1:
            well = sum(item.span.state == "met" for item in self.items)
            parts.append(_("%(met)d of %(all)d states") % {"met": well, "all": len(self.items)})
        elif item.scope:
            parts.append(item.scope)
        return ", ".join(parts)


def _month(day: date) -> str:
    return date_format(day, "M Y").replace(" ", NBSP)


@dataclass(frozen=True)
class Row:
    """One person on the board."""

    person: Person
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Column:
    """Requirements that share a heading stand in one column: a license is a license."""

    group: str
    group_name: str
    heading: str
    name: str
    requirements: frozenset[int]


@dataclass(frozen=True)
class ColumnGroup:
    name: str
    width: int


@dataclass(frozen=True)
class Board:
    """Everything the page, its CSV and its print show: counts of everybody, rows of one page."""

    on: date
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    sums: Sums
    not_cleared: QuerySet[Person]
    page: Page[int] | None = None

    @cached_property
    def groups(self) -> list[ColumnGroup]:
        found = groupby(self.columns, key=lambda column: column.group_name)
        return [ColumnGroup(name, len(list(rows))) for name, rows in found]

    @property
    def width_query(self) -> str:
        """For the address of a detail row, which spans the person and every column."""
        return f"&columns={len(self.columns) + 1}"

    @cached_property
    def tally(self) -> list[tuple[Word, int, str]]:
        """How many cells there are of each word, most pressing first; the legend too."""
        return [(word, self.sums.words[word], label(word)) for word in Word if self.sums.words[word]]

    @property
    def met_words(self) -> list[str]:
        """For each column: how many are met (expiring counts as met), of how many asked."""
        return [_("%(met)d of %(all)d") % {"met": met, "all": asked} for met, asked in self.sums.met]

    @property
    def people_words(self) -> str:
        return people_words(self.sums.people)

    @cached_property
    def not_cleared_count(self) -> int:
        return self._not_cleared[0].of_all if self._not_cleared else 0

    @property
    def first_not_cleared(self) -> list[Person]:
        return self._not_cleared

    @cached_property
    def _not_cleared(self) -> list[Any]:
        """The first by name, each with how many there are of all."""
        counted = self.not_cleared.annotate(of_all=Window(Count("*")))
        return list(counted.order_by("last_name", "first_name", "pk")[:NAMED])

    @property
    def not_cleared_words(self) -> str:
        return not_cleared_words(self.not_cleared_count)

    @property
    def reasons_words(self) -> str:
        """The link from the names to the list that says why."""
        count = self.not_cleared_count
        return ngettext("Show the reasons", "Show all %(count)s, with the reasons", count) % {
            "count": amount(count)
        }

    def lead(self) -> str:
        """The one sentence: is there anything to do?"""
        if not self.sums.people:
            return _("Nothing is asked of anybody here.")
        if not self.sums.late and not self.sums.soon:
            return _("No exceptions on %(day)s.") % {"day": short_date(self.on, date.min)}
        parts = [_late_sentence(self.sums.late)] if self.sums.late else []
        if self.sums.soon:
            text = ngettext("One item runs out soon.", "%(count)s items run out soon.", self.sums.soon)
            parts.append(text % {"count": amount(self.sums.soon)})
        return " ".join(parts)


# Of how many people the board says the names where they are not cleared.
NAMED = 12


def people_words(count: int) -> str:
    return ngettext("One person", "%(count)s people", count) % {"count": amount(count)}


def not_cleared_words(count: int) -> str:
    """The one sentence about clearance; nobody: everyone is."""
    if not count:
        return _("Everyone is cleared to work with patients.")
    return ngettext(
        "One person is not cleared to work with patients.",
        "%(count)s people are not cleared to work with patients.",
        count,
    ) % {"count": amount(count)}


def _late_sentence(late: Mapping[int, int]) -> str:
    """`late`: how many overdue or missing cells each person has."""
    if len(late) > 1:
        return _("%(count)s people are overdue.") % {"count": amount(len(late))}
    [(pk, count)] = late.items()
    name = Person.objects.get(pk=pk).get_full_name()
    if count == 1:
        return _("%(name)s is overdue on one item.") % {"name": name}
    return _("%(name)s is overdue on %(count)d items.") % {"name": name, "count": count}


def make_board(
    on: date,
    people: QuerySet[Person],
    *,
    group: str = "",
    only_exceptions: bool = False,
    by_name: bool = False,
    page: str | int | None = None,
) -> Board:
    """The board of these people on a day. Five queries, however many they are.

    `page`: its number, as in an address; None puts everybody on the board, for a file.
    """
    marks = marks_on(on, people)
    columns = _columns(Requirement.objects.filter(pk__in={mark.requirement for mark in marks}), group)
    cells = cells_of(marks, [column.requirements for column in columns])
    names = {mark.person: (mark.last_name, mark.first_name) for mark in marks}
    ordered = in_order(cells, names, by_name=by_name, only_exceptions=only_exceptions)
    shown = Paginator(ordered, PAGE).get_page(page) if page is not None else None
    ids = list(shown.object_list) if shown else ordered
    return Board(
        on,
        tuple(columns),
        tuple(_rows(on, ids, columns)),
        sums_of(cells, len(columns)),
        barred(on, people),
        shown,
    )


def _rows(on: date, ids: Sequence[int], columns: Sequence[Column]) -> Iterator[Row]:
    items: dict[int, list[Item]] = {}
    for item in items_on(on, ids):
        items.setdefault(item.person.pk, []).append(item)
    positions = primary_positions(on, ids)
    for pk in ids:
        own = sorted(items[pk], key=lambda item: item.order)
        title = positions[pk].title if pk in positions else ""
        yield Row(own[0].person, title, tuple(_cell(column, own) for column in columns))


def _columns(requirements: Iterable[Requirement], group: str) -> list[Column]:
    """The columns of these requirements, by group and place."""
    found: dict[tuple[str, str], list[Requirement]] = {}
    for requirement in requirements:
        if not group or requirement.group == group:
            found.setdefault((requirement.group, requirement.heading), []).append(requirement)
    order = {value: index for index, value in enumerate(Requirement.Group.values)}
    ordered = sorted(found.items(), key=lambda pair: (order[pair[0][0]], min(r.position for r in pair[1])))
    return [
        Column(group, str(rows[0].get_group_display()), heading, rows[0].name, frozenset(r.pk for r in rows))
        for (group, heading), rows in ordered
    ]


def _cell(column: Column, items: Sequence[Item]) -> Cell:
    return Cell(tuple(item for item in items if item.requirement.pk in column.requirements))
