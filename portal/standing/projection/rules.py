"""The rules as stored, turned into the values that timeline() reckons with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from portal.people.models import TeamTree
from portal.standing.engine.audience import Audience
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
from portal.standing.models import AcceptedQualification, Requirement, RequirementVersion

LEVELS = {"claimed": Level.CLAIMED, "seen": Level.SEEN, "verified": Level.VERIFIED}


@dataclass(frozen=True)
class Rule:
    """One requirement with the versions that count, ready to be applied to people."""

    requirement: Requirement
    versions: tuple[RequirementVersion, ...]
    values: VersionedRule
    audiences: tuple[tuple[date, date | None, Audience], ...]
    # Qualification id -> the state in which it is good ("" everywhere), of all versions.
    accepted: dict[int, str]

    def version_on(self, day: date) -> RequirementVersion | None:
        return next((v for v in self.versions if v.in_force(day)), None)

    def counts_in(self, qualification_id: int, scope: str) -> bool:
        """Is the qualification looked at for this scope?"""
        jurisdiction = self.accepted.get(qualification_id)
        return jurisdiction is not None and (not self.requirement.per_state or jurisdiction in ("", scope))


def load_rules(known_at: datetime | None = None) -> list[Rule]:
    """Every requirement with its versions, as they count now or as our records showed at a moment."""
    rows = RequirementVersion.objects.known_at(known_at) if known_at else RequirementVersion.objects.current()
    versions: dict[int, list[RequirementVersion]] = {}
    for row in rows.select_related("requirement").prefetch_related("accepted__qualification"):
        versions.setdefault(row.requirement_id, []).append(row)
    tree = TeamTree.load()
    below = {team: tree.below([team]) for team in tree.parents}
    requirements = Requirement.objects.in_bulk(list(versions))
    return [
        _rule(requirements[pk], sorted(versions[pk], key=lambda v: v.starts_on), below)
        for pk in sorted(requirements, key=lambda pk: (requirements[pk].group, requirements[pk].position, pk))
    ]


def _rule(
    requirement: Requirement, versions: list[RequirementVersion], below: dict[int, frozenset[int]]
) -> Rule:
    accepted = {
        row.qualification_id: row.qualification.jurisdiction for v in versions for row in v.accepted.all()
    }
    return Rule(
        requirement=requirement,
        versions=tuple(versions),
        values=VersionedRule(tuple(map(version_values, versions)), requirement.bridge_days),
        audiences=tuple((v.starts_on, v.until, Audience.parse(v.audience, below)) for v in versions),
        accepted=accepted,
    )


def version_values(version: RequirementVersion) -> Version:
    """A stored version as the value that timeline() reads."""
    expiry = version.early_renewal_counts_from_expiry
    return Version(
        start=version.starts_on,
        until=version.until,
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
        accepts=_accepts(version.accepted.all()),
    )


def _counts_from(version: RequirementVersion) -> CountsFrom | None:
    if version.counts_from_hire_days_before is not None:
        return FromHire(version.counts_from_hire_days_before)
    if version.counts_from_date:
        return FromDate(version.counts_from_date)
    if version.counts_from_edition:
        return FromEdition(version.counts_from_edition)
    return None


def _accepts(rows: Iterable[AcceptedQualification]) -> dict[str, Acceptance]:
    return {
        str(row.qualification_id): Acceptance(
            level=LEVELS[row.level] if row.level else None,
            term_months=row.term_months,
            renewal_only=row.renewal_only,
        )
        for row in rows
    }
