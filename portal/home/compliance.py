"""Compliance: the organization's counts on a day; each count opens its list."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from portal.dates import add_months, day_in
from portal.people.models import Person
from portal.standing.engine.status import Word
from portal.standing.items import spans_on
from portal.standing.labels import label
from portal.standing.models import ClearanceSpan, Requirement, SpanQuerySet
from portal.ui.charts import Chart, stacked_bars
from portal.ui.notation import amount, day_long

EVERY = frozenset(Word) - {Word.NOT_REQUIRED}
LISTS = {
    "all": (_lazy("All items"), EVERY),
    "late": (_lazy("Overdue or missing"), frozenset({Word.OVERDUE, Word.MISSING})),
    "good": (_lazy("Met or expiring"), frozenset({Word.MET, Word.EXPIRING})),
}
"""What counts more than one word, as the figures do: its words on the page, and which words of standing."""

EXCEPTIONS = (Word.OVERDUE, Word.MISSING, Word.GRACE, Word.EXPIRING, Word.UNVERIFIED, Word.DUE)


@dataclass(frozen=True)
class Counts:
    """How many items of each word there are, and how many people; how many of these are not cleared."""

    words: Mapping[str, int]
    ends: Mapping[tuple[str, date], int]
    """By group of requirements and first day of a month: what is met and has its deadline in it."""
    people: int
    not_cleared: int

    @property
    def items(self) -> int:
        return sum(self.words.values())

    @property
    def met(self) -> int:
        return self._of("good")

    @property
    def late(self) -> int:
        return self._of("late")

    @property
    def expiring(self) -> int:
        return self.words.get(Word.EXPIRING, 0)

    def _of(self, name: str) -> int:
        return sum(self.words.get(word, 0) for word in LISTS[name][1])


def count(on: date, people: QuerySet[Person]) -> Counts:
    """The counts of a day, each that of the list it opens. Two queries.

    What runs out is counted with the words, by month of its deadline.
    """
    months = set(_months(on))
    rows = spans_on(on, people).with_word(on).order_by().annotate(month=TruncMonth("deadline"))
    words: Counter[str] = Counter()
    ends: Counter[tuple[str, date]] = Counter()
    for word, group, month, number in rows.values_list("word", "requirement__group", "month").annotate(
        Count("pk")
    ):
        words[word] += number
        if month in months and word in (Word.MET, Word.EXPIRING):
            ends[group, month] += number
    not_cleared = Exists(_barring(on).filter(person=OuterRef("pk")))
    sums = people.aggregate(people=Count("pk"), not_cleared=Count("pk", filter=not_cleared))
    return Counts(words, ends, **sums)


def _barring(on: date) -> QuerySet[ClearanceSpan]:
    rows: QuerySet[ClearanceSpan] = ClearanceSpan.objects.on(on).filter(cleared=False)
    return rows


def barred(on: date, people: QuerySet[Person]) -> QuerySet[Person]:
    """Those of these people who are not cleared in some state that they serve on the day."""
    return people.filter(pk__in=_barring(on).values("person_id"))


MONTHS_AHEAD = 12


def _months(on: date) -> list[date]:
    """The first days of the day's month and of the eleven after it."""
    return [add_months(day_in(on.year, on.month, 1), number) for number in range(MONTHS_AHEAD)]


def expirations(counts: Counts, on: date) -> Chart:
    """What is met on the day and runs out in its month or the eleven after it, by month."""
    months = _months(on)
    groups = dict.fromkeys(Requirement.Group.values[:2])
    names = [*(str(Requirement.Group(group).label) for group in groups), _("Everything else")]
    series = {name: [0] * MONTHS_AHEAD for name in names}
    for (group, month), number in counts.ends.items():
        name = str(Requirement.Group(group).label) if group in groups else names[-1]
        series[name][months.index(month)] += number
    totals = [sum(month) for month in zip(*series.values(), strict=True)]
    top = totals.index(max(totals))
    finding = _("%(all)d items expire in twelve months; most in %(month)s, with %(most)d.")
    return stacked_bars(
        "expirations",
        title=_("Expirations by month, %(first)s to %(last)s")
        % {"first": date_format(months[0], "F Y"), "last": date_format(months[-1], "F Y")},
        finding=finding % {"all": sum(totals), "month": date_format(months[top], "F Y"), "most": totals[top]},
        labels=[date_format(month, "M") for month in months],
        series={name: values for name, values in series.items() if any(values)}
        or {names[0]: series[names[0]]},
        unit=_("Month"),
    )


def items_words(count: int, on: date) -> str:
    day = day_long(on)
    if not count:
        return _("No item as of %(day)s.") % {"day": day}
    return ngettext("One item as of %(day)s.", "%(count)s items as of %(day)s.", count) % {
        "count": amount(count),
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


def exceptions(on: date, people: QuerySet[Person], filters: Filters) -> SpanQuerySet:
    """The spans of items that need somebody, most pressing first, then soonest."""
    found: Any = people
    rows = spans_on(on, found.matching(filters.text)).with_word(on).filter(word__in=filters.words)
    if filters.requirement:
        rows = rows.filter(requirement_id=filters.requirement)
    soonest = F("deadline").asc(nulls_last=True)
    return rows.order_by("word_rank", soonest, "person__last_name", "person__first_name", "pk")


def word_choices() -> list[tuple[str, str]]:
    """What the list may be narrowed to: one word, or what a figure counts together."""
    single = [(word.value, label(word)) for word in Word if word is not Word.NOT_REQUIRED]
    return [(name, str(words)) for name, (words, _held) in LISTS.items()] + single


def words_named(chosen: str) -> frozenset[Word]:
    """The words behind a choice; for none, and for what is none, those of the exceptions."""
    if chosen in LISTS:
        return LISTS[chosen][1]
    return frozenset({Word(chosen)}) if chosen in set(Word) else frozenset(EXCEPTIONS)
