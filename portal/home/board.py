"""The team board: people by requirements on a day, exceptions first."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.people.models import Person
from portal.people.organization.primary import primary_positions
from portal.standing.engine.status import Group, Word
from portal.standing.items import Item, Standing, standings_on
from portal.standing.labels import NBSP, days_text, label, short_date
from portal.standing.models import Requirement


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
    def is_exception(self) -> bool:
        return self.is_required and self.worst.group is not Group.FINE

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
    standing: Standing
    cells: tuple[Cell, ...]

    @property
    def rank(self) -> tuple[int, int, str]:
        """Most urgent first: the worst word, how many there are of it, then the name."""
        ranks = sorted(cell.word.rank for cell in self.cells if cell.is_exception)
        worst = ranks[0] if ranks else len(Word)
        return worst, -ranks.count(worst) if ranks else 0, self.person.sort_name

    @property
    def has_exception(self) -> bool:
        return any(cell.is_exception for cell in self.cells)


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
    """Everything the page, its CSV and its print show."""

    on: date
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

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
        counts = Counter(cell.word for row in self.rows for cell in row.cells)
        return [(word, counts[word], label(word)) for word in Word if counts[word]]

    @cached_property
    def met(self) -> list[tuple[int, int]]:
        """For each column: how many are met (expiring counts as met), of how many asked."""
        totals = []
        for index in range(len(self.columns)):
            asked = [row.cells[index] for row in self.rows if row.cells[index].is_required]
            totals.append((sum(c.worst.span.state == "met" for c in asked), len(asked)))
        return totals

    @property
    def met_words(self) -> list[str]:
        return [_("%(met)d of %(all)d") % {"met": met, "all": asked} for met, asked in self.met]

    @property
    def people_words(self) -> str:
        return people_words(len(self.rows))

    @property
    def not_cleared(self) -> list[Row]:
        return [row for row in self.rows if not row.standing.clearance]

    @property
    def not_cleared_words(self) -> str:
        return not_cleared_words(len(self.not_cleared))

    def lead(self) -> str:
        """The one sentence: is there anything to do?"""
        late = [
            row
            for row in self.rows
            if any(c.word.rank <= Word.MISSING.rank for c in row.cells if c.is_exception)
        ]
        soon = sum(cell.word in (Word.EXPIRING, Word.GRACE) for row in self.rows for cell in row.cells)
        if not self.rows:
            return _("Nobody is on this board.")
        if not late and not soon:
            return _("No exceptions on %(day)s.") % {"day": short_date(self.on, date.min)}
        parts = [_late_sentence(late)] if late else []
        if soon:
            text = ngettext("One item runs out soon.", "%(count)d items run out soon.", soon)
            parts.append(text % {"count": soon})
        return " ".join(parts)


def people_words(count: int) -> str:
    return ngettext("One person", "%(count)d people", count) % {"count": count}


def not_cleared_words(count: int) -> str:
    """The one sentence about clearance; nobody: everyone is."""
    if not count:
        return _("Everyone is cleared to work with patients.")
    return ngettext(
        "One person is not cleared to work with patients.",
        "%(count)d people are not cleared to work with patients.",
        count,
    ) % {"count": count}


def _late_sentence(rows: list[Row]) -> str:
    if len(rows) == 1:
        late = sum(c.word in (Word.OVERDUE, Word.MISSING) for c in rows[0].cells)
        name = rows[0].person.get_full_name()
        if late == 1:
            return _("%(name)s is overdue on one item.") % {"name": name}
        return _("%(name)s is overdue on %(count)d items.") % {"name": name, "count": late}
    return _("%(count)d people are overdue.") % {"count": len(rows)}


def make_board(
    on: date,
    people: QuerySet[Person],
    *,
    group: str = "",
    only_exceptions: bool = False,
    by_name: bool = False,
) -> Board:
    """The board of these people on a day. Seven queries, however many they are."""
    standings = {pk: s for pk, s in standings_on(on, people).items() if s.items}
    columns = _columns(standings.values(), group)
    positions = primary_positions(on, list(standings))
    rows = [
        Row(
            s.person,
            positions[pk].title if pk in positions else "",
            s,
            tuple(_cell(column, s.items) for column in columns),
        )
        for pk, s in standings.items()
    ]
    if only_exceptions:
        rows = [row for row in rows if row.has_exception]
    rows.sort(key=(lambda r: r.person.sort_name) if by_name else (lambda r: r.rank))
    return Board(on, tuple(columns), tuple(rows))


def _columns(standings: Iterable[Standing], group: str) -> list[Column]:
    found: dict[tuple[str, str], list[Requirement]] = {}
    for standing in standings:
        for item in standing.items:
            requirement = item.requirement
            if not group or requirement.group == group:
                rows = found.setdefault((requirement.group, requirement.heading), [])
                if requirement not in rows:
                    rows.append(requirement)
    order = {value: index for index, value in enumerate(Requirement.Group.values)}
    ordered = sorted(found.items(), key=lambda pair: (order[pair[0][0]], min(r.position for r in pair[1])))
    return [
        Column(group, str(rows[0].get_group_display()), heading, rows[0].name, frozenset(r.pk for r in rows))
        for (group, heading), rows in ordered
    ]


def _cell(column: Column, items: Sequence[Item]) -> Cell:
    return Cell(tuple(item for item in items if item.requirement.pk in column.requirements))
