"""One requirement's part of the projection, for everybody: what a change of its rule touches, and no more.

Only what the requirement accepts is loaded, and clearance is put together from the computed spans
and the stored ones of the other requirements that block practice.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import batched

from django.db import transaction
from django.db.models import Max

from portal.people.facts.lock import lock_organization
from portal.people.facts.plan import Plan
from portal.people.facts.taking_back import concern_everybody
from portal.people.models import Change, ChangePerson
from portal.standing.models import ClearanceSpan, RequirementVersion, Span
from portal.standing.projection.compute import (
    CHUNK,
    Computed,
    ComputedSpan,
    clearance_rows,
    load_known,
    spans_of,
    versions_of,
)
from portal.standing.projection.rebuild import everybody, stored, write
from portal.standing.projection.rules import Rule, load_rules


def compute_rule(
    requirement: int,
    people: Iterable[int] | None = None,
    *,
    plan: Plan | None = None,
    rules: list[Rule] | None = None,
) -> Iterator[Computed]:
    """Each person's spans for the requirement, and clearance with them. No lock, no write.

    With a `plan`, as its rule and facts will be. `people`: ids; None means everybody. `rules`: those that
    hold, where they are at hand.
    """
    held = load_rules(plan=plan) if rules is None else rules
    rule = next((r for r in held if r.requirement.pk == requirement), None)
    blocking = RequirementVersion.objects.filter(severity=RequirementVersion.Severity.BLOCKS)
    versions: dict[tuple[int, int | None], RequirementVersion] = {}
    versions |= {(version.requirement_id, version.pk): version for version in blocking}
    versions |= dict(versions_of([rule] if rule else []))
    wanted = everybody() if people is None else people
    for chunk in batched(sorted(set(wanted)), CHUNK):
        known = load_known(chunk, plan=plan, qualifications=rule.accepted if rule else ())
        stored_spans = _blocking_spans(chunk, requirement)
        for person in chunk:
            spans = list(spans_of(person, known[person], rule)) if rule else []
            rows = clearance_rows(person, known[person], [*stored_spans[person], *spans], versions)
            yield Computed(person, spans, rows)


def _blocking_spans(people: Iterable[int], requirement: int) -> dict[int, list[ComputedSpan]]:
    """By person the stored spans of the other requirements that block practice."""
    rows = Span.objects.filter(person_id__in=people, version__severity="blocks")
    rows = rows.exclude(requirement_id=requirement)
    found: dict[int, list[ComputedSpan]] = defaultdict(list)
    for values in rows.values_list(*ComputedSpan._fields):
        span = ComputedSpan(*values)
        found[span.person_id].append(span)
    return found


# ---- computed beforehand ------------------------------------------------------------------------


@dataclass(frozen=True)
class Prepared:
    """What a planned version would give, computed without a lock, and up to which change it has seen."""

    requirement: int
    people: Mapping[int, Computed]
    seen: int

    def overtaken(self, version: RequirementVersion) -> set[int] | None:
        """Those whose facts changed since; None where what everybody's standing is read from did."""
        later = Change.objects.filter(pk__gt=self.seen).exclude(pk=version.inserted_in_id or 0)
        if concern_everybody(list(later)):
            return None
        return set(ChangePerson.objects.filter(change__in=later).values_list("person_id", flat=True))


_prepared: ContextVar[Prepared | None] = ContextVar("prepared", default=None)


def prepare(requirement: int, plan: Plan) -> Prepared:
    """Compute everybody as the dry plan would have it. Not inside a transaction that acts."""
    with transaction.atomic():
        # Waits for the acts under way: whatever is committed later has a higher number.
        lock_organization()
        seen = Change.objects.aggregate(top=Max("pk"))["top"] or 0
    people = {person.person_id: person for person in compute_rule(requirement, plan=plan)}
    return Prepared(requirement, people, seen)


@contextmanager
def using(prepared: Prepared) -> Iterator[None]:
    """In the block, a rebuild of the requirement computes only those whose facts changed since."""
    token = _prepared.set(prepared)
    try:
        yield
    finally:
        _prepared.reset(token)


# ---- stored -------------------------------------------------------------------------------------


def rebuild_rules(versions: Iterable[RequirementVersion]) -> None:
    """What is stored of the requirements that these versions are of, made equal to their rules."""
    rows = list(versions)
    for requirement in sorted({version.requirement_id for version in rows}):
        rebuild_rule(requirement, [version for version in rows if version.requirement_id == requirement])


def rebuild_rule(requirement: int, changed: Sequence[RequirementVersion] = ()) -> int:
    """Make what is stored of the requirement equal to its rule, for everybody; returns rows changed.

    Must run inside the transaction that changed the rule, with the organization locked.
    """
    blocks = RequirementVersion.objects.filter(requirement_id=requirement, severity="blocks").exists()
    ready, rules = _ready(requirement, changed), load_rules()
    changes = 0
    for chunk in batched(everybody(), CHUNK):
        computed = [ready[pk] for pk in chunk if pk in ready]
        if missing := [pk for pk in chunk if pk not in ready]:
            computed += compute_rule(requirement, missing, rules=rules)
        was = stored(Span, chunk, requirement_id=requirement)
        changes += write(Span, was, [span for person in computed for span in person.spans])
        if blocks:
            rows = [row for person in computed for row in person.clearance]
            changes += write(ClearanceSpan, stored(ClearanceSpan, chunk), rows)
    return changes


def _ready(requirement: int, changed: Sequence[RequirementVersion]) -> Mapping[int, Computed]:
    """What was computed beforehand and still holds, with the id of the version that is new by now."""
    prepared, new = _prepared.get(), [row for row in changed if row.superseded_at is None]
    if prepared is None or prepared.requirement != requirement or len(new) != 1:
        return {}
    gone = prepared.overtaken(new[0])
    if gone is None:
        return {}
    return {
        pk: person._replace(spans=[_of_version(span, new[0].pk) for span in person.spans])
        for pk, person in prepared.people.items()
        if pk not in gone
    }


def _of_version(span: ComputedSpan, version: int) -> ComputedSpan:
    """An unsaved version had no id when the span was computed."""
    return span if span.version_id else span._replace(version_id=version)
