"""Where people stand on a day: the one look-up behind boards, homes, alerts, reports and mail."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.people.facts.plan import Plan
from portal.people.models import Employment, PatientWorkRemoval, Person
from portal.standing.engine.clearance import Blocking, Clearance, cleared
from portal.standing.engine.status import Group, StatusFacts, Word, group_of, word_of
from portal.standing.engine.timeline import deadline as last_day_in_time
from portal.standing.engine.types import State
from portal.standing.labels import barrier, phrase
from portal.standing.models import Requirement, RequirementVersion, Span
from portal.standing.projection.compute import Computed, compute
from portal.standing.projection.rules import Rule, load_rules
from portal.ui.notation import day_year

LATE = frozenset({"grace", "overdue"})


@dataclass(frozen=True)
class Item:
    """One person, one requirement, one scope, on a day."""

    person: Person
    requirement: Requirement
    scope: str
    on: date
    # From the earliest unbroken late day before `on` to the future, in order.
    spans: tuple[Span, ...]

    @property
    def name(self) -> str:
        """The requirement, with the state served where it is asked once for each."""
        return f"{self.requirement.name} ({self.scope})" if self.scope else self.requirement.name

    @property
    def address(self) -> str:
        """The page that explains it."""
        address = reverse("standing:item", args=[self.person.pk, self.requirement.code])
        return f"{address}?scope={self.scope}" if self.scope else address

    @cached_property
    def span(self) -> Span:
        return next(s for s in self.spans if s.start <= self.on and (s.until is None or self.on < s.until))

    @property
    def version(self) -> RequirementVersion:
        return self.span.version

    @cached_property
    def deadline(self) -> date | None:
        """The last day of the present run of met, pending or waived days; None if open or not in one."""
        return last_day_in_time(self.spans, self.on)  # type: ignore[arg-type]

    @cached_property
    def unmet_from(self) -> date | None:
        """The first day from `on` that is not met."""
        day = self.on
        for span in self.spans:
            if span.start <= day and (span.until is None or day < span.until):
                if span.state != State.MET:
                    return day
                if span.until is None:
                    return None
                day = span.until
        # Presence ends while met: nothing is asked after it.
        return None

    @cached_property
    def late_since(self) -> date | None:
        """The first day of the unbroken run of grace or overdue days that holds `on`."""
        if self.span.state not in LATE:
            return None
        since = self.span.start
        for span in reversed([s for s in self.spans if s.start < self.span.start]):
            if span.until != since or span.state not in LATE:
                break
            since = span.start
        return since

    @cached_property
    def look(self) -> StatusFacts:
        return StatusFacts(
            state=self.span.state,
            on=self.on,
            until=self.span.until,
            unmet_from=self.unmet_from,
            late_since=self.late_since,
            deadline=self.deadline,
            on_file=self.span.on_file,
        )

    @property
    def word(self) -> Word:
        return word_of(self.look)

    @property
    def phrase(self) -> str:
        return phrase(self.look)

    @property
    def day_words(self) -> str:
        """The day that counts, as tables show it: the last good day or the due day, or since when it is late."""
        if self.late_since:
            return _("since %(day)s") % {"day": day_year(self.late_since)}
        return day_year(self.deadline) or "—"

    @property
    def group(self) -> Group:
        return group_of(self.word)

    @property
    def renewal_reported(self) -> bool:
        """Met now, and followed without a gap by something sent that nobody has checked."""
        nxt = self.unmet_from
        return nxt is not None and any(s.start == nxt and s.state == State.REPORTED for s in self.spans)

    @property
    def order(self) -> tuple[int, int, str]:
        """By group, as requirements are listed, then by state."""
        groups: list[str] = Requirement.Group.values
        return groups.index(self.requirement.group), self.requirement.position, self.scope

    @property
    def due_key(self) -> tuple[date, int]:
        """Soonest first, then the more pressing word."""
        return self.deadline or self.late_since or date.max, self.word.rank


def _people_q(people: Any) -> Q:
    if people is None:
        return Q()
    if isinstance(people, QuerySet):
        return Q(person__in=people)
    return Q(person_id__in=[getattr(p, "pk", p) for p in people])


def items_on(on: date, people: Any = None, *, requirements: Iterable[int] | None = None) -> Iterator[Item]:
    """The items of these people (a queryset, ids or persons; None: everybody) on a day.

    Two queries however many people: the spans around the day, and nothing else.
    """
    rows = Span.objects.filter(_people_q(people)).select_related("person", "requirement", "version")
    # Late runs reach back over their grace days; everything that ended long ago is left out.
    rows = rows.filter(Q(until__isnull=True) | Q(until__gt=on) | Q(state__in=LATE))
    if requirements is not None:
        rows = rows.filter(requirement_id__in=list(requirements))
    ordered = rows.order_by("person_id", "requirement_id", "scope", "start")
    return _items(ordered.iterator(chunk_size=2000), on)


def _items(spans: Iterable[Span], on: date) -> Iterator[Item]:
    for _key, rows in groupby(spans, key=lambda s: (s.person_id, s.requirement_id, s.scope)):
        held = tuple(rows)
        if any(s.start <= on and (s.until is None or on < s.until) for s in held):
            yield Item(held[0].person, held[0].requirement, held[0].scope, on, held)


def items_as_known(person: Person, on: date, moment: datetime) -> list[Item]:
    """Where the person stood on `on`, as our records showed at `moment`: computed anew from those rows."""
    rules = load_rules(moment)
    computed = compute([person.pk], known_at=moment, rules=rules)
    return list(_items(_as_spans(person, rules, computed), on))


def _as_spans(person: Person, rules: list[Rule], computed: Iterable[Computed]) -> Iterator[Span]:
    """Unsaved spans of what was computed, as the stored ones would be."""
    requirements = {rule.requirement.pk: rule.requirement for rule in rules}
    versions = {version.pk: version for rule in rules for version in rule.versions}
    for row in computed:
        span = Span(**row._asdict())
        span.person, span.requirement = person, requirements[row.requirement_id]
        span.version = versions[row.version_id]
        yield span


def items_planned(person: Person, on: date, plan: Plan, rules: list[Rule]) -> list[Item]:
    """Where the person would stand on `on` if the plan were applied: computed anew, nothing is written.

    `rules`: those that hold with the plan.
    """
    return list(_items(_as_spans(person, rules, compute([person.pk], rules=rules, plan=plan)), on))


@dataclass(frozen=True)
class Standing:
    """One person on a day: every item, and whether cleared to work with patients."""

    person: Person
    on: date
    items: tuple[Item, ...]
    clearance: Clearance

    @property
    def barriers(self) -> list[tuple[str, Item | None]]:
        """Why not cleared: what stands against it, and the item where it is one."""
        named = {item.name: item for item in self.items}
        return [(words := barrier(reason), named.get(words)) for reason in self.clearance.reasons]


def clearance_of(items: Iterable[Item], *, employed: bool, removed: bool) -> Clearance:
    blocking = [
        Blocking(item.requirement.name, item.scope, State(item.span.state), item.version.waiver_clears)
        for item in items
        if item.version.blocks_practice
    ]
    return cleared(blocking, employed=employed, removed=removed)


def standings_on(on: date, people: Any = None) -> dict[int, Standing]:
    """The standing of these people on a day, by person id. Constant number of queries."""
    found = {pk: list(rows) for pk, rows in groupby(items_on(on, people), key=lambda item: item.person.pk)}
    scope = _people_q(people)
    employed = set(Employment.objects.current().on(on).filter(scope).values_list("person_id", flat=True))
    removed = set(
        PatientWorkRemoval.objects.current().on(on).filter(scope).values_list("person_id", flat=True)
    )
    persons = {items[0].person.pk: items[0].person for items in found.values()}
    for person in Person.objects.filter(pk__in=(employed | removed) - persons.keys()):
        persons[person.pk] = person
    return {
        pk: Standing(
            person,
            on,
            tuple(sorted(found.get(pk, []), key=lambda item: item.order)),
            clearance_of(found.get(pk, []), employed=pk in employed, removed=pk in removed),
        )
        for pk, person in persons.items()
    }


def standing_on(person: Person, on: date) -> Standing:
    """The standing of one person; somebody without any item is judged by employment alone."""
    found = standings_on(on, [person.pk]).get(person.pk)
    return found or Standing(person, on, (), clearance_of([], employed=False, removed=False))
