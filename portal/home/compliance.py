"""Compliance: the organization's counts on a day; each count opens its list."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from portal.folding import fold
from portal.people.models import Person
from portal.standing.engine.status import Word
from portal.standing.items import Item, items_on
from portal.standing.labels import label
from portal.standing.models import Requirement
from portal.ui.charts import Chart, stacked_bars
from portal.ui.notation import day_long

LISTS = {
    "late": (_lazy("Overdue or missing"), frozenset({Word.OVERDUE, Word.MISSING})),
    "good": (_lazy("Met or expiring"), frozenset({Word.MET, Word.EXPIRING})),
}
"""What counts more than one word, as the figures do: its words on the page, and which words of standing."""

EXCEPTIONS = (Word.OVERDUE, Word.MISSING, Word.GRACE, Word.EXPIRING, Word.UNVERIFIED, Word.DUE)


@dataclass(frozen=True)
class Counts:
    """How many people, items, and items of each word."""

    people: int
    items: int
    words: Counter[Word]
    not_cleared: int

    @property
    def met(self) -> int:
        return self.words[Word.MET] + self.words[Word.EXPIRING]

    @property
    def late(self) -> int:
        return self.words[Word.OVERDUE] + self.words[Word.MISSING]


def count_items(items: Iterable[Item]) -> Counts:
    """One pass over the items of everybody."""
    words: Counter[Word] = Counter()
    people: set[int] = set()
    barred: set[int] = set()
    for item in items:
        words[item.word] += 1
        people.add(item.person.pk)
        waived = item.span.state == "waived" and item.version.waiver_clears
        if item.version.blocks_practice and item.span.state != "met" and not waived:
            barred.add(item.person.pk)
    return Counts(len(people), words.total(), words, len(barred))


MONTHS_AHEAD = 12


def expirations(items: Iterable[Item], on: date) -> Chart:
    """What is met today and expires in this month or the eleven after it, by the month of its last good day."""
    groups = dict.fromkeys(Requirement.Group.values[:2])
    names = [*(str(Requirement.Group(group).label) for group in groups), _("Everything else")]
    counts = {name: [0] * MONTHS_AHEAD for name in names}
    for item in items:
        if item.span.state != "met" or item.unmet_from is None:
            continue
        last = date.fromordinal(item.unmet_from.toordinal() - 1)
        month = (last.year - on.year) * 12 + last.month - on.month
        if 0 <= month < MONTHS_AHEAD:
            group = item.requirement.group
            counts[str(item.requirement.get_group_display()) if group in groups else names[-1]][month] += 1
    months = [
        date(on.year + (on.month - 1 + n) // 12, (on.month - 1 + n) % 12 + 1, 1) for n in range(MONTHS_AHEAD)
    ]
    totals = [sum(month) for month in zip(*counts.values(), strict=True)]
    top = totals.index(max(totals))
    finding = _("%(all)d items expire in twelve months; most in %(month)s, with %(most)d.")
    return stacked_bars(
        "expirations",
        title=_("Expirations by month, %(first)s to %(last)s")
        % {"first": date_format(months[0], "F Y"), "last": date_format(months[-1], "F Y")},
        finding=finding % {"all": sum(totals), "month": date_format(months[top], "F Y"), "most": totals[top]},
        labels=[date_format(month, "M") for month in months],
        series={name: values for name, values in counts.items() if any(values)}
        or {names[0]: counts[names[0]]},
        unit=_("Month"),
    )


def items_words(count: int, on: date) -> str:
    day = day_long(on)
    if not count:
        return _("No item as of %(day)s.") % {"day": day}
    return ngettext("One item as of %(day)s.", "%(count)d items as of %(day)s.", count) % {
        "count": count,
        "day": day,
    }


@dataclass(frozen=True)
class Filters:
    """What the exceptions list is narrowed to."""

    words: frozenset[Word] = frozenset(EXCEPTIONS)
    requirement: int | None = None
    text: str = ""

    @property
    def title(self) -> str:
        return _("Exceptions") if self.words <= set(EXCEPTIONS) else _("Items")

    def holds(self, item: Item) -> bool:
        if item.word not in self.words:
            return False
        return all(word in item.person.search_text for word in fold(self.text).split())


def exceptions(on: date, people: QuerySet[Person], filters: Filters) -> list[Item]:
    """Items that need somebody, most pressing first, then soonest."""
    narrowed = [filters.requirement] if filters.requirement else None
    found = [item for item in items_on(on, people, requirements=narrowed) if filters.holds(item)]
    return sorted(
        found, key=lambda i: (i.word.rank, i.deadline or i.late_since or date.max, i.person.sort_name)
    )


def word_choices() -> list[tuple[str, str]]:
    """What the list may be narrowed to: one word, or what a figure counts together."""
    single = [(word.value, label(word)) for word in Word if word is not Word.NOT_REQUIRED]
    return [(name, str(words)) for name, (words, _held) in LISTS.items()] + single


def words_named(chosen: str) -> frozenset[Word]:
    """The words behind a choice; for none, and for what is none, those of the exceptions."""
    if chosen in LISTS:
        return LISTS[chosen][1]
    return frozenset({Word(chosen)}) if chosen in set(Word) else frozenset(EXCEPTIONS)
