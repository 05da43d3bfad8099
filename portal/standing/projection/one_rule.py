"""One requirement's part of the projection, for everybody: what a change of its rule touches, and no more.

Only what the requirement accepts is loaded, and clearance is put together from the computed spans
and the stored ones of the other requirements that block practice.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import batched

from portal.people.facts.plan import Plan
from portal.standing.models import ClearanceSpan, RequirementVersion, Span
from portal.standing.projection.compute import (
    CHUNK,
    Computed,
    ComputedSpan,
    clearance_rows,
    load_known,
    spans_of,
)
from portal.standing.projection.rebuild import everybody, stored, write
from portal.standing.projection.rules import load_rules


def compute_rule(
    requirement: int, people: Iterable[int] | None = None, *, plan: Plan | None = None
) -> Iterator[Computed]:
    """Each person's spans for the requirement, and clearance with them. No lock, no write.

    With a `plan`, as its rule and facts will be. `people`: ids; None means everybody.
    """
    rule = next((r for r in load_rules(plan=plan) if r.requirement.pk == requirement), None)
    versions = {version.pk: version for version in RequirementVersion.objects.filter(severity="blocks")}
    if rule is not None:
        versions |= {version.pk: version for version in rule.versions}
    wanted = everybody() if people is None else people
    for chunk in batched(sorted(set(wanted)), CHUNK):
        known = load_known(chunk, plan=plan, qualifications=rule.accepted if rule else ())
        others = _blocking_spans(chunk, requirement)
        for person in chunk:
            spans = list(spans_of(person, known[person], rule)) if rule else []
            rows = clearance_rows(person, known[person], [*others[person], *spans], versions)
            yield Computed(person, spans, rows)


def _blocking_spans(people: Iterable[int], requirement: int) -> dict[int, list[ComputedSpan]]:
    """The stored spans of the other requirements that block practice, in the order of the rules."""
    rows = Span.objects.filter(person_id__in=people, version__severity="blocks")
    rows = rows.exclude(requirement_id=requirement)
    found: dict[int, list[ComputedSpan]] = defaultdict(list)
    for values in rows.values_list(*ComputedSpan._fields):
        span = ComputedSpan(*values)
        found[span.person_id].append(span)
    return found


def rebuild_rules(versions: Iterable[RequirementVersion]) -> None:
    """What is stored of the requirements that these versions are of, made equal to their rules."""
    for requirement in sorted({version.requirement_id for version in versions}):
        rebuild_rule(requirement)


def rebuild_rule(requirement: int) -> int:
    """Make what is stored of the requirement equal to its rule, for everybody; returns rows changed.

    Must run inside the transaction that changed the rule, with the organization locked.
    """
    blocks = RequirementVersion.objects.filter(requirement_id=requirement, severity="blocks").exists()
    changes = 0
    for chunk in batched(everybody(), CHUNK):
        computed = list(compute_rule(requirement, chunk))
        was = stored(Span, chunk, requirement=requirement)
        changes += write(Span, was, [span for person in computed for span in person.spans])
        if blocks:
            rows = [row for person in computed for row in person.clearance]
            changes += write(ClearanceSpan, stored(ClearanceSpan, chunk), rows)
    return changes
