"""The rules as stored, turned into the values that timeline() reckons with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch

from portal.dates import day_after
from portal.people.facts.plan import Plan
from portal.people.models import TeamPlace, TeamTree
from portal.standing.engine.audience import Asked, Audience, clip
from portal.standing.engine.types import (
    Acceptance,
    Anchor,
    CountsFrom,
    Due,
    FromDate,
    FromEdition,
    FromHire,
    Level,
    Offset,
    Recurrence,
    Recurs,
    RenewalCountsFrom,
    Version,
    VersionedRule,
)
from portal.standing.models import (
    AcceptedQualification,
    Qualification,
    Requirement,
    RequirementVersion,
)

LEVELS = {"claimed": Level.CLAIMED, "seen": Level.SEEN, "verified": Level.VERIFIED}


@dataclass(frozen=True)
class Rule:
    """One requirement with the versions that count, ready to be applied to people."""

    requirement: Requirement
    versions: tuple[RequirementVersion, ...]
    values: VersionedRule
    asked: tuple[Asked, ...]
    # Qualification id -> the state in which it is good ("" everywhere), of all versions.
    accepted: dict[int, str]

    def version_on(self, day: date) -> RequirementVersion | None:
        """The last version that has begun by the day."""
        return next((v for v in reversed(self.versions) if v.starts_on <= day), None)

    def counts_in(self, qualification_id: int, scope: str) -> bool:
        """Is the qualification looked at for this scope?"""
        jurisdiction = self.accepted.get(qualification_id)
        return jurisdiction is not None and (not scope or jurisdiction in ("", scope))


def load_rules(known_at: datetime | None = None, *, plan: Plan | None = None) -> list[Rule]:
    """Every requirement with its versions, as they count now, or as our records showed at a moment.

    With a `plan`, as they will count when it is applied.
    """
    plan = plan or Plan("", by=None, dry=True)
    accepted = Prefetch("accepted", AcceptedQualification.objects.select_related("qualification"))
    rows = plan.known(RequirementVersion, known_at, related=["requirement"], children=[accepted])
    versions: dict[int, list[RequirementVersion]] = {}
    requirements: dict[int, Requirement] = {}
    for row in rows:
        versions.setdefault(row.requirement_id, []).append(row)
        requirements.setdefault(row.requirement_id, row.requirement)
    trees = tree_history(plan.known(TeamPlace, known_at))
    states = _jurisdictions(rows)
    return [
        _rule(requirements[pk], sorted(versions[pk], key=lambda v: v.starts_on), trees, states)
        for pk in sorted(requirements, key=lambda pk: (requirements[pk].group, requirements[pk].position, pk))
    ]


def _jurisdictions(versions: Iterable[RequirementVersion]) -> dict[int, str]:
    """Qualification id -> the state in which it is good, of all that the versions accept."""
    wanted = {row["qualification_id"] for version in versions for row in version.accepted_values()}
    saved = [version for version in versions if version.pk]
    known = {
        row.qualification_id: row.qualification.jurisdiction
        for version in saved
        for row in version.accepted.all()
    }
    # A version that is only planned has no rows of its own yet.
    missing = Qualification.objects.filter(pk__in=wanted - known.keys()) if wanted - known.keys() else ()
    return known | {row.pk: row.jurisdiction for row in missing}


def tree_history(places: Sequence[TeamPlace]) -> list[tuple[date, TeamTree]]:
    """The trees of teams over time: each with its first day, in order; the first holds since ever."""
    days = {date.min}
    for row in places:
        days.add(row.starts_on)
        if row.last_day is not None:
            days.add(day_after(row.last_day))
    return [(day, TeamTree.of_day(places, day)) for day in sorted(days)]


def _rule(
    requirement: Requirement,
    versions: list[RequirementVersion],
    trees: list[tuple[date, TeamTree]],
    states: dict[int, str],
) -> Rule:
    untils = [version.starts_on for version in versions[1:]] + [None]
    accepts = [version.accepted_values() for version in versions]
    held = list(zip(versions, untils, accepts, strict=True))
    accepted = {row["qualification_id"] for rows in accepts for row in rows}
    return Rule(
        requirement=requirement,
        versions=tuple(versions),
        values=VersionedRule(tuple(version_values(*row) for row in held)),
        asked=tuple(part for version, until, _rows in held for part in _asked(version, until, trees)),
        accepted={pk: states[pk] for pk in accepted},
    )


def _asked(
    version: RequirementVersion, until: date | None, trees: list[tuple[date, TeamTree]]
) -> Iterator[Asked]:
    """Whom the version asks, cut where its teams gained or lost others below them."""
    found: Asked | None = None
    ends = [day for day, _tree in trees[1:]] + [None]
    for (begins, tree), end in zip(trees, ends, strict=True):
        days = clip((begins, end), version.starts_on, until)
        if days is None:
            continue
        audience = Audience.parse(version.audience, tree.below)
        if found is not None and found.audience == audience:
            found = replace(found, until=days[1])
            continue
        if found is not None:
            yield found
        found = Asked(*days, audience, version.per_state)
    if found is not None:
        yield found


def version_values(
    version: RequirementVersion, until: date | None, accepted: Iterable[Mapping[str, Any]]
) -> Version:
    """A stored version as the value that timeline() reads. `until`: the next one's first day."""
    expiry = version.early_renewal_counts_from_expiry
    return Version(
        start=version.starts_on,
        until=until,
        level=LEVELS[version.level],
        due=Due(Anchor(version.due_anchor), Offset(version.due_months, version.due_days), version.due_date),
        notice_days=version.notice_days,
        return_notice_days=version.return_notice_days,
        recurrence=Recurrence(
            Recurs(version.recurrence),
            months=version.recurrence_months or 0,
            start_month=version.recurrence_month or 1,
            month=version.recurrence_month or 1,
            day=version.recurrence_day or 1,
            to_month_end=version.round_to_month_end,
        ),
        window_days=version.window_days,
        early_renewal_counts_from=RenewalCountsFrom.EXPIRY if expiry else RenewalCountsFrom.COMPLETION,
        grace=Offset(version.grace_months, version.grace_days),
        counts_from=_counts_from(version),
        bridge_days=version.bridge_days,
        accepts=_accepts(accepted),
    )


def _counts_from(version: RequirementVersion) -> CountsFrom | None:
    if version.counts_from_hire_days_before is not None:
        return FromHire(version.counts_from_hire_days_before)
    if version.counts_from_date:
        return FromDate(version.counts_from_date)
    if version.counts_from_edition:
        return FromEdition(version.counts_from_edition)
    return None


def _accepts(rows: Iterable[Mapping[str, Any]]) -> dict[str, Acceptance]:
    return {
        str(row["qualification_id"]): Acceptance(
            level=LEVELS[row["level"]] if row.get("level") else None,
            term_months=row.get("term_months"),
            renewal_only=row.get("renewal_only", False),
        )
        for row in rows
    }
