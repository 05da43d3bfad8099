"""Where people stand on a day: the one look-up behind boards, homes, alerts, reports and mail."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.dates import holds
from portal.people.employment.away import Away, away_from
from portal.people.facts.plan import Plan
from portal.people.models import Absence, Employment, Person
from portal.standing.clearance import Clearance, clearance_of
from portal.standing.engine.clearance import Bar, Reason
from portal.standing.engine.status import Group, StatusFacts, Word, group_of, word_of
from portal.standing.engine.types import State
from portal.standing.labels import phrase
from portal.standing.models import (
    ClearanceSpan,
    Evidence,
    Requirement,
    RequirementVersion,
    Span,
    SpanQuerySet,
)
from portal.standing.projection.compute import Computed, compute, versions_of
from portal.standing.projection.rules import Rule, load_rules
from portal.ui.notation import day_year


@dataclass(frozen=True)
class Item:
    """One person, one requirement, one scope, on a day: everything is read from one stored span."""

    span: Span
    on: date

    @property
    def person(self) -> Person:
        return self.span.person

    @property
    def requirement(self) -> Requirement:
        return self.span.requirement

    @property
    def scope(self) -> str:
        return self.span.scope

    @property
    def version(self) -> RequirementVersion:
        """The version in force on the day."""
        return self.span.version

    @property
    def name(self) -> str:
        """The requirement, with the state served where it is asked once for each."""
        return f"{self.requirement.name} ({self.scope})" if self.scope else self.requirement.name

    @cached_property
    def address(self) -> str:
        """The page that explains it."""
        address = reverse("standing:item", args=[self.person.pk, self.requirement.code])
        return f"{address}?scope={self.scope}" if self.scope else address

    # ---- days ------------------------------------------------------------------------------------

    @property
    def deadline(self) -> date | None:
        """The last day in time; see Row.deadline."""
        return self.span.deadline

    @property
    def late_since(self) -> date | None:
        """The first day of the unbroken run of grace or overdue days that holds the day."""
        return self.span.late_since

    @property
    def last_good_day(self) -> date | None:
        """Met: the last day of the unbroken met run, or where that lasts as long as it is asked, of the
        piece it rests on. None: not met, or without end.
        """
        if self.span.state != State.MET:
            return None
        because: Evidence | None = self.span.because
        return self.span.good_through or (because.last_good_day if because else None)

    @property
    def day_words(self) -> str:
        """The day that counts, as tables show it: the last good day, since when it is late, or the deadline."""
        if self.late_since:
            return _("since %(day)s") % {"day": day_year(self.late_since)}
        return day_year(self.last_good_day or self.deadline) or "—"

    @property
    def due_key(self) -> tuple[date, int]:
        """Soonest first, then the more pressing word."""
        return self.late_since or self.deadline or date.max, self.word.rank

    # ---- words -----------------------------------------------------------------------------------

    @cached_property
    def facts(self) -> StatusFacts:
        span = self.span
        return StatusFacts(
            on=self.on,
            state=span.state,
            deadline=span.deadline,
            late_since=span.late_since,
            run_until=span.run_until,
            on_file=span.on_file,
        )

    @cached_property
    def word(self) -> Word:
        return word_of(self.facts)

    @property
    def phrase(self) -> str:
        return phrase(self.facts)

    @property
    def group(self) -> Group:
        return group_of(self.word)

    @property
    def renewal_waits(self) -> bool:
        """Met now, and followed without a gap by something sent that nobody has checked."""
        return self.span.renewal_waits

    @property
    def order(self) -> tuple[int, int, str]:
        """By group, as requirements are listed, then by state."""
        groups: list[str] = Requirement.Group.values
        return groups.index(self.requirement.group), self.requirement.position, self.scope


@dataclass(frozen=True)
class Standing:
    """One person on a day: every item, and whether cleared to work with patients."""

    person: Person
    on: date
    items: tuple[Item, ...]
    clearance: Clearance
    away: Away | None = None
    """The time away that holds the day; whether it stops the clock is not said."""

    @property
    def words(self) -> str:
        """Cleared or not, in which states, and away: "Cleared. Away, back about Dec 3"."""
        parts = [self.clearance.words, self.away.words(self.on) if self.away else ""]
        return ". ".join(filter(None, parts))

    @property
    def is_fine(self) -> bool:
        """Nothing is late, due, about to run out or waiting for somebody."""
        return all(item.group is Group.FINE for item in self.items)

    @property
    def barriers(self) -> list[tuple[str, Item | None]]:
        """Why not cleared: what stands against it, and the item where it is one."""
        found = {(item.requirement.pk, item.scope): item for item in self.items}
        pairs = [(r, found.get((r.requirement or 0, r.scope))) for r in self.clearance.reasons]
        return [(item.name if item else barrier(reason), item) for reason, item in pairs]


def barrier(reason: Reason) -> str:
    """One reason why somebody is not cleared, where it is no item."""
    if reason.bar == Bar.REMOVED:
        return _("Removed from patient work")
    return _("Not employed on this day")


# ---- as stored --------------------------------------------------------------------------------


def _people_q(people: Any) -> Q:
    if people is None:
        return Q()
    if isinstance(people, QuerySet):
        return Q(person__in=people)
    return Q(person_id__in=[getattr(p, "pk", p) for p in people])


def records_begin() -> date | None:
    """The first day about which there is an answer: somebody was employed, a requirement in force, and
    something on record. None where there is none yet. Three queries.
    """
    firsts = (
        Employment.objects.current().aggregate(day=Min("starts_on"))["day"],
        RequirementVersion.objects.current().aggregate(day=Min("starts_on"))["day"],
        Evidence.objects.filter(kind=Evidence.Kind.PIECE).aggregate(day=Min("effective_on"))["day"],
    )
    return max((day for day in firsts if day is not None), default=None) if all(firsts) else None


def spans_on(on: date, people: Any = None) -> SpanQuerySet:
    """The spans of these people (a queryset, ids or persons; None: everybody) that hold the day."""
    rows: SpanQuerySet = Span.objects.on(on).filter(_people_q(people))
    return rows


def items_on(
    on: date, people: Any = None, *, requirements: Iterable[int | None] | None = None
) -> Iterator[Item]:
    """The items of these people on a day, by person. One query however many people."""
    rows = spans_on(on, people)
    if requirements is not None:
        rows = rows.filter(requirement_id__in=list(requirements))
    return items_of(rows.order_by("person_id", "requirement_id", "scope"), on)


def items_of(rows: SpanQuerySet, on: date) -> Iterator[Item]:
    """The spans as items, with what their words need."""
    related = rows.select_related("person", "requirement", "version", "because")
    return (Item(span, on) for span in related.iterator(chunk_size=2000))


def standings_on(on: date, people: Any = None, *, only_barring: bool = False) -> dict[int, Standing]:
    """The standing of these people on a day, by person id: who has an item or is employed. Four queries.

    With `only_barring`, of the items those that stand against somebody's clearance.
    """
    clearance = clearances_on(on, people)
    named = {reason.requirement for answer in clearance.values() for reason in answer.reasons}
    wanted = named - {None} if only_barring else None
    items = items_on(on, people, requirements=wanted)
    found = {pk: list(rows) for pk, rows in groupby(items, key=lambda i: i.person.pk)}
    persons = {items[0].person.pk: items[0].person for items in found.values()}
    if missing := clearance.keys() - persons.keys():
        persons |= Person.objects.in_bulk(missing)
    nobody, away = Clearance(on), _away_on(on, Absence.objects.current().filter(_people_q(people)))
    return {
        pk: Standing(person, on, _in_order(found.get(pk, ())), clearance.get(pk, nobody), away.get(pk))
        for pk, person in persons.items()
    }


def _away_on(on: date, absences: QuerySet[Absence]) -> dict[int, Away]:
    """Person -> the time away that holds the day. One query."""
    rows: dict[int, list[Absence]] = {}
    for row in absences.filter(Q(last_day__isnull=True) | Q(last_day__gte=on)):
        rows.setdefault(row.person_id, []).append(row)
    found = {pk: next(iter(away_from(own, on)), None) for pk, own in rows.items()}
    return {pk: away for pk, away in found.items() if away is not None and away.starts_on <= on}


def clearances_on(on: date, people: Any = None) -> dict[int, Clearance]:
    """The clearance of those of these people who are employed on the day. One query."""
    rows = ClearanceSpan.objects.on(on).filter(_people_q(people)).order_by("person_id")
    return {pk: clearance_of(own, on) for pk, own in groupby(rows, key=lambda row: row.person_id)}


def standing_on(person: Person, on: date) -> Standing:
    """The standing of one person; of who is not employed, without items and not cleared."""
    found = standings_on(on, [person.pk]).get(person.pk)
    return found or Standing(person, on, (), Clearance(on))


def _in_order(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(sorted(items, key=lambda item: item.order))


# ---- as known, as planned ---------------------------------------------------------------------


def standing_as_known(person: Person, on: date, moment: datetime) -> Standing:
    """Where the person stood on `on`, as our records showed at `moment`: computed anew from those rows."""
    rules = load_rules(moment)
    [computed] = compute([person.pk], known_at=moment, rules=rules)
    away = _away_on(on, Absence.objects.known_at(moment).filter(person=person))
    return replace(_computed_standing(person, on, computed, rules), away=away.get(person.pk))


def standing_planned(person: Person, on: date, plan: Plan, rules: list[Rule]) -> Standing:
    """Where the person would stand on `on` if the plan were applied: computed anew, nothing is written.

    `rules`: those that hold with the plan.
    """
    [computed] = compute([person.pk], rules=rules, plan=plan)
    planned = [row for row in plan.appended if isinstance(row, Evidence)]
    return _computed_standing(person, on, computed, rules, planned)


def _computed_standing(
    person: Person, on: date, computed: Computed, rules: list[Rule], planned: Iterable[Evidence] = ()
) -> Standing:
    spans = [row for row in computed.spans if holds(row.start, row.until, on)]
    evidence = Evidence.objects.in_bulk([row.because_id for row in spans if row.because_id])
    evidence |= {row.pk: row for row in planned}
    requirements = {rule.requirement.pk: rule.requirement for rule in rules}
    versions = versions_of(rules)
    items = []
    for row in spans:
        span = Span(**row._asdict())
        span.person, span.requirement = person, requirements[row.requirement_id]
        span.version = versions[row.requirement_id, row.version_id]
        span.because = evidence[row.because_id] if row.because_id else None
        items.append(Item(span, on))
    rows = [ClearanceSpan(**r._asdict()) for r in computed.clearance if holds(r.start, r.until, on)]
    return Standing(person, on, _in_order(items), clearance_of(rows, on))
