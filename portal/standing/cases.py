"""The JSON form of a case and of its spans, as the `timeline` command reads and writes them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from portal.standing.engine.types import (
    NEVER,
    Anchor,
    CountsFrom,
    Due,
    Ending,
    EvidenceRow,
    Facts,
    FromDate,
    FromEdition,
    FromHire,
    Level,
    Offset,
    Piece,
    Recurrence,
    Recurs,
    RenewalCountsFrom,
    StateSpan,
    Version,
    VersionedRule,
    Void,
)

type Json = dict[str, Any]


def parse_case(data: Json) -> tuple[VersionedRule, Facts]:
    """The rules and facts of one case; whatever a case leaves out takes its plain default."""
    return _requirement(data["requirement"]), Facts(
        employments=_intervals(data, "employments"),
        required=_intervals(data, "required"),
        absences=_intervals(data, "absences"),
        waivers=_intervals(data, "waivers"),
        extensions=_intervals(data, "extensions"),
        evidence=tuple(_evidence_row(row) for row in data.get("evidence", ())),
    )


def spans_as_json(spans: Iterable[StateSpan]) -> list[list[str | None]]:
    """Each span as [from, until or null, state, because or null]."""
    return [
        [
            span.start.isoformat(),
            span.until.isoformat() if span.until else None,
            span.state.value,
            span.because,
        ]
        for span in spans
    ]


def _requirement(data: Json) -> VersionedRule:
    bridge_days = data.get("bridge_days") or 0
    return VersionedRule(tuple(_version(version, bridge_days) for version in data["versions"]))


def _version(data: Json, bridge_days: int) -> Version:
    return Version(
        start=date.fromisoformat(data["from"]),
        until=_day(data.get("until")),
        level=_level(data["level"]),
        due=_due(data["due"]),
        notice_days=data.get("notice_days") or 0,
        return_notice_days=data.get("return_notice_days") or 0,
        recurrence=_recurrence(data["recurrence"]),
        window_days=data.get("window_days") or 0,
        early_renewal_counts_from=RenewalCountsFrom(
            data.get("early_renewal_counts_from") or RenewalCountsFrom.COMPLETION
        ),
        grace=_offset(data.get("grace")),
        counts_from=_counts_from(data.get("counts_from")),
        bridge_days=bridge_days,
    )


def _due(data: Json) -> Due:
    return Due(Anchor(data["anchor"]), _offset(data.get("offset")), _day(data.get("date")))


def _recurrence(data: Json) -> Recurrence:
    return Recurrence(
        kind=Recurs(data["kind"]),
        months=data.get("months") or 0,
        start_month=data.get("start_month") or 1,
        month=data.get("month") or 1,
        day=data.get("day") or 1,
        to_month_end=data.get("round") == "month_end",
    )


def _counts_from(data: Json | None) -> CountsFrom | None:
    match data:
        case {"kind": "hire", "days_before": days}:
            return FromHire(days)
        case {"kind": "date", "date": day}:
            return FromDate(date.fromisoformat(day))
        case {"kind": "edition", "edition": edition}:
            return FromEdition(edition)
    return None


def _evidence_row(data: Json) -> EvidenceRow:
    match data:
        case {"voids": voids}:
            return Void(id=data["id"], voids=voids)
        case {"ends": ends}:
            last = date.fromisoformat(data["last_good_day"])
            return Ending(id=data["id"], ends=ends, last_good_day=last)
    return _piece(data)


def _piece(data: Json) -> Piece:
    stated = data.get("valid_until")
    return Piece(
        id=data["id"],
        subject=data["subject"],
        effective_on=date.fromisoformat(data["effective_on"]),
        last_good_day=NEVER if stated == "never" else _day(stated),
        level=_level(data["level"]),
        edition=data.get("edition"),
        renewal_only=data.get("renewal_only") or False,
    )


def _intervals(data: Json, key: str) -> tuple[tuple[date, date | None], ...]:
    return tuple((date.fromisoformat(start), _day(until)) for start, until in data.get(key) or ())


def _offset(data: Json | None) -> Offset:
    return Offset(data.get("months") or 0, data.get("days") or 0) if data else Offset()


def _level(name: str) -> Level:
    return Level[name.upper()]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
