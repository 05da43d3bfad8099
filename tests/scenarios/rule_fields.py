"""The fields of a requirement in a story, and the columns of a version that they stand for."""

from collections.abc import Mapping
from typing import Any

from portal.standing.models import RequirementVersion
from portal.standing.models.requirement import EvidenceLevel
from tests.scenarios import kinds
from tests.scenarios.kinds import Names, Wrong
from tests.scenarios.language import Keys

Version = RequirementVersion

_AUDIENCE = {
    "people": kinds.list_of(kinds.person),
    "teams": kinds.list_of(kinds.team),
    "disciplines": kinds.list_of(kinds.discipline),
}
_COUNTS_FROM: dict[str, tuple[str, kinds.Kind]] = {
    "hire": ("days_before", kinds.count),
    "date": ("date", kinds.day),
    "edition": ("edition", kinds.count),
}


def _audience(value: Any, names: Names) -> tuple[str, list[str]]:
    """{people | teams | disciplines: [...]} as (which, codes)."""
    if not isinstance(value, dict) or len(value) != 1 or not set(value) <= set(_AUDIENCE):
        raise Wrong(f"{value!r} is not one of people, teams, disciplines with a list")
    [(which, codes)] = value.items()
    return which, _AUDIENCE[which](codes, names)


def _counts_from(value: Any, names: Names) -> dict[str, Any]:
    """The three columns, of which one may be filled."""
    columns: dict[str, Any] = dict.fromkeys(
        ("counts_from_hire_days_before", "counts_from_date", "counts_from_edition")
    )
    if value is None:
        return columns
    kind = value.get("kind") if isinstance(value, dict) else None
    if kind not in _COUNTS_FROM or set(value) != {"kind", _COUNTS_FROM[kind][0]}:
        raise Wrong(f"{value!r} is not a kind (hire, date, edition) with its value")
    key, read = _COUNTS_FROM[kind]
    column = f"counts_from_{kind}_{key}" if kind == "hire" else f"counts_from_{kind}"
    return {**columns, column: read(value[key], names)}


FIELDS: Keys = {
    "name?": kinds.word,
    "accepts?": kinds.list_of(kinds.qualification),
    "per_state?": kinds.flag,
    "bridge_days?": kinds.count,
    "audience?": _audience,
    "severity?": kinds.one_of(*Version.Severity.values),
    "responsible?": kinds.one_of(*Version.Responsible.values),
    "waiver_clears?": kinds.flag,
    "level?": kinds.one_of(*EvidenceLevel.values),
    "anchor?": kinds.one_of(*Version.Anchor.values),
    "due_date?": kinds.or_null(kinds.day),
    "due_months?": kinds.number,
    "due_days?": kinds.number,
    "notice_days?": kinds.count,
    "return_notice_days?": kinds.count,
    "recurrence?": kinds.one_of(*Version.Recurrence.values),
    "months?": kinds.count,
    "start_month?": kinds.count,
    "month?": kinds.count,
    "day?": kinds.count,
    "round?": kinds.or_null(kinds.one_of("month_end")),
    "window_days?": kinds.count,
    "early_renewal_counts_from?": kinds.one_of("completion", "expiry"),
    "grace_months?": kinds.count,
    "grace_days?": kinds.count,
    "counts_from?": _counts_from,
}

# Of the requirement itself, not of one version.
OF_REQUIREMENT = ("name",)
DEFAULTS = {"due_days": -1, "recurrence": Version.Recurrence.OWN_VALIDITY}
_RENAMED = {
    "anchor": "due_anchor",
    "months": "recurrence_months",
    "start_month": "recurrence_month",
    "month": "recurrence_month",
    "day": "recurrence_day",
}
_ELSEWHERE = {*OF_REQUIREMENT, "accepts", "audience", "from", "code", "counts_from"}


def columns(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a version that these fields fill; who it is for and what it accepts are apart."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "round":
            found["round_to_month_end"] = value == "month_end"
        elif name == "early_renewal_counts_from":
            found["early_renewal_counts_from_expiry"] = value == "expiry"
        elif name not in _ELSEWHERE:
            found[_RENAMED.get(name, name)] = value
    if found.get("recurrence") == Version.Recurrence.EACH_YEAR:
        found.setdefault("recurrence_month", 1)
    return found | dict(fields.get("counts_from", {}))
