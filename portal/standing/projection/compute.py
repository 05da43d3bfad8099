"""The projection: facts and rules in; spans and clearance of each person out, as they are stored.

`compute()` loads what people have in a constant number of queries per chunk and asks the engine for
each requirement and scope, then for the days on which the person is cleared to work with patients.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import batched
from typing import Any, NamedTuple

from portal.people.employment.clock import ClockRules
from portal.people.facts.plan import Plan
from portal.people.models import Absence, AbsenceKindRule, Employment, PatientWorkRemoval, Position
from portal.prepared import prepared
from portal.standing.engine.audience import Days, Held, required_days
from portal.standing.engine.clearance import Blocking, clearance
from portal.standing.engine.runs import rows as rows_of
from portal.standing.engine.types import NEVER, Ending, EvidenceRow, Facts, Piece, Void
from portal.standing.ledger import net
from portal.standing.models import Evidence, RequirementVersion, Waiver
from portal.standing.projection.dated import Dated, dated_facts
from portal.standing.projection.rules import LEVELS, Rule, load_rules

CHUNK = 500
# Ids of evidence that is only planned: after every recorded row.
PLANNED = 1 << 60


class ComputedSpan(NamedTuple):
    """A span as computed; the same columns as a stored one."""

    person_id: int
    requirement_id: int
    scope: str
    start: date
    until: date | None
    state: str
    because_id: int | None
    version_id: int
    on_file: bool
    good_through: date | None
    deadline: date | None
    late_since: date | None
    renewal_waits: bool
    run_until: date | None


class ComputedClearance(NamedTuple):
    """Clearance over days, as computed; the same columns as a stored row."""

    person_id: int
    state: str
    start: date
    until: date | None
    cleared: bool
    reasons: tuple[tuple[str | int | None, ...], ...]
    since: date


class Computed(NamedTuple):
    """All that is computed of one person."""

    person_id: int
    spans: list[ComputedSpan]
    clearance: list[ComputedClearance]


type Versions = Mapping[tuple[int, int | None], RequirementVersion]


class Exemption(NamedTuple):
    """A waiver or an extension: for one requirement, one state or (empty) all."""

    requirement_id: int
    scope: str
    days: Days

    def covers(self, requirement_id: int, scope: str) -> bool:
        return self.requirement_id == requirement_id and self.scope in ("", scope)


@dataclass
class Known:
    """What is known of one person."""

    employments: list[Days] = field(default_factory=list)
    positions: list[Held] = field(default_factory=list)
    removals: list[Days] = field(default_factory=list)
    absences: list[Days] = field(default_factory=list)
    waivers: list[Exemption] = field(default_factory=list)
    extensions: list[Exemption] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)


def load_known(
    people: Sequence[int],
    known_at: datetime | None = None,
    *,
    plan: Plan | None = None,
    qualifications: Collection[int] | None = None,
) -> dict[int, Known]:
    """The facts of these people, as they count now or as our records showed at a moment.

    With a `plan`, as they will count when it is applied. `qualifications`: evidence for these only.
    """
    plan = plan or Plan("", by=None, dry=True)
    known: dict[int, Known] = defaultdict(Known)
    absences = []
    for fact in dated_facts(people, known_at, plan):
        if fact.model is Absence:
            absences.append(fact)
        else:
            _take_in(known[fact.person_id], fact)
    clock = ClockRules(plan.known(AbsenceKindRule, known_at) if absences else [])
    for absence in absences:
        assert absence.number is not None, "an absence has a kind"
        if clock.stops(absence.number, absence.starts_on, absence.last_day):
            known[absence.person_id].absences.append(absence.days)
    for row in net(_ledger(people, known_at, plan, qualifications)):
        known[row.person_id].evidence.append(row)
    return known


def _ledger(
    people: Sequence[int],
    known_at: datetime | None,
    plan: Plan,
    qualifications: Collection[int] | None,
) -> list[Evidence]:
    """The rows of the ledger in recording order; what a dry plan would append has ids from the end of time."""
    there = _recorded(people, known_at, qualifications)
    if not plan.dry:
        return there
    new = [row for row in plan.appended if isinstance(row, Evidence) and row.person_id in people]
    for number, row in enumerate(new):
        row.pk = PLANNED + number
    return [*there, *(r for r in new if qualifications is None or r.qualification_id in qualifications)]


def _recorded(
    people: Sequence[int], known_at: datetime | None, qualifications: Collection[int] | None
) -> list[Evidence]:
    if not known_at:
        return _evidence(people) if qualifications is None else _evidence_for(people, qualifications)
    rows = Evidence.objects.filter(person_id__in=people).in_order().known_at(known_at)
    return list(rows if qualifications is None else rows.filter(qualification_id__in=qualifications))


@prepared
def _evidence(people: Collection[int]) -> Any:
    return Evidence.objects.filter(person_id__in=people).in_order()


@prepared
def _evidence_for(people: Collection[int], qualifications: Collection[int]) -> Any:
    return _evidence.build(people).filter(qualification_id__in=qualifications)


def _take_in(known: Known, fact: Dated) -> None:
    if fact.model is Employment:
        known.employments.append(fact.days)
    elif fact.model is Position:
        known.positions.append(_held(fact))
    elif fact.model is PatientWorkRemoval:
        known.removals.append(fact.days)
    else:
        assert fact.number is not None, "it is of a requirement"
        exempt = known.waivers if fact.model is Waiver else known.extensions
        exempt.append(Exemption(fact.number, fact.words[0], fact.days))


def _held(position: Dated) -> Held:
    title, work_setting, employment_type, states, profession = position.words
    assert position.number is not None, "a position is in a team"
    return Held(
        days=position.days,
        team=position.number,
        profession=profession,
        title=title,
        work_setting=work_setting,
        employment_type=employment_type,
        states=states,
    )


def compute(
    people: Iterable[int],
    *,
    known_at: datetime | None = None,
    rules: list[Rule] | None = None,
    plan: Plan | None = None,
) -> Iterator[Computed]:
    """Each person as computed from what is recorded (or was known at a moment, or is planned)."""
    rules = load_rules(known_at, plan=plan) if rules is None else rules
    versions = versions_of(rules)
    for chunk in batched(sorted(set(people)), CHUNK):
        known = load_known(chunk, known_at, plan=plan)
        for person_id in chunk:
            yield _compute_one(person_id, known[person_id], rules, versions)


def _compute_one(person_id: int, known: Known, rules: Iterable[Rule], versions: Versions) -> Computed:
    spans = [span for rule in rules for span in spans_of(person_id, known, rule)]
    return Computed(person_id, spans, clearance_rows(person_id, known, spans, versions))


def versions_of(rules: Iterable[Rule]) -> Versions:
    """The versions by requirement and id: of each requirement one may be planned only, and has no id."""
    return {(rule.requirement.pk, version.pk): version for rule in rules for version in rule.versions}


def spans_of(person_id: int, known: Known, rule: Rule) -> Iterator[ComputedSpan]:
    """The spans of one person for one requirement, in every scope in which it is asked."""
    required = required_days(rule.asked, known.positions, person_id)
    for scope in sorted(required):
        facts = case_of(known, rule, scope, required[scope])
        on_file = first_on_file(facts.evidence)
        for row in rows_of(rule.values, facts):
            version = rule.version_on(row.start)
            assert version is not None, "a span lies within the versions' days"
            yield ComputedSpan(
                person_id,
                rule.requirement.pk,
                scope,
                row.start,
                row.until,
                str(row.state),
                int(row.because) if row.because else None,
                version.pk,
                on_file is not None and on_file <= row.start,
                row.good_through,
                row.deadline,
                row.late_since,
                row.renewal_waits,
                row.run_until,
            )


def clearance_rows(
    person_id: int, known: Known, spans: Iterable[ComputedSpan], versions: Versions
) -> list[ComputedClearance]:
    """The days of employment by state served. `versions`: at least those of the spans that block practice."""
    blocking = []
    for span in spans:
        version = versions[span.requirement_id, span.version_id]
        if version.blocks_practice:
            days = (span.start, span.until)
            blocking.append(
                Blocking(days, span.requirement_id, span.scope, span.state, version.waiver_clears)
            )
    served = [(position.days, position.states) for position in known.positions]
    return [
        ComputedClearance(
            person_id,
            row.state,
            row.start,
            row.until,
            not row.reasons,
            tuple(tuple(reason) for reason in row.reasons),
            row.since,
        )
        for row in clearance(known.employments, served, known.removals, blocking)
    ]


def case_of(known: Known, rule: Rule, scope: str, required: list[Days]) -> Facts:
    """One person, one requirement, one scope: what timeline() is asked about."""
    pk = rule.requirement.pk
    return Facts(
        employments=tuple(known.employments),
        required=tuple(required),
        absences=tuple(known.absences),
        waivers=tuple(row.days for row in known.waivers if row.covers(pk, scope)),
        extensions=tuple(row.days for row in known.extensions if row.covers(pk, scope)),
        evidence=tuple(
            evidence_row(row) for row in known.evidence if rule.counts_in(row.qualification_id, scope)
        ),
    )


def evidence_row(row: Evidence) -> EvidenceRow:
    """A row of the ledger as the value that timeline() reads."""
    if row.kind == Evidence.Kind.VOID:
        return Void(id=str(row.pk), voids=str(row.target_id))
    if row.kind == Evidence.Kind.ENDING:
        assert row.last_good_day is not None
        return Ending(id=str(row.pk), ends=str(row.target_id), last_good_day=row.last_good_day)
    assert row.effective_on is not None
    return Piece(
        id=str(row.pk),
        subject=row.subject,
        qualification=str(row.qualification_id),
        effective_on=row.effective_on,
        last_good_day=NEVER if row.never_expires else row.last_good_day,
        level=LEVELS[row.level],
        edition=row.edition,
    )


def first_on_file(rows: Iterable[EvidenceRow]) -> date | None:
    """The first day on which anything was on record that has not been withdrawn."""
    rows = list(rows)
    voided = {row.voids for row in rows if isinstance(row, Void)}
    days = [row.effective_on for row in rows if isinstance(row, Piece) and row.id not in voided]
    return min(days, default=None)
