"""Whole cases in their JSON form, drawn so that dates collide: ends on starts, leap days, ties."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

type Case = dict[str, Any]

FIRST = date(2023, 11, 1)
DAYS = 240

days = st.one_of(
    st.sampled_from([date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2023, 12, 31)]),
    st.integers(0, DAYS).map(lambda number: FIRST + timedelta(number)),
).map(date.isoformat)

levels = st.sampled_from(["claimed", "seen", "verified"])
offsets = st.sampled_from(
    [{}, {"days": -1}, {"days": 7}, {"months": 1}, {"months": 1, "days": 3}, {"days": 30}]
)


@st.composite
def intervals(draw: st.DrawFn) -> list[str | None]:
    start = draw(days)
    length = draw(st.one_of(st.none(), st.sampled_from([1, 2, 10, 60]), st.integers(1, DAYS)))
    if length is None:
        return [start, None]
    return [start, (date.fromisoformat(start) + timedelta(length)).isoformat()]


recurrences = st.one_of(
    st.sampled_from([{"kind": "once"}, {"kind": "own_validity"}]),
    st.builds(
        lambda months, rounded: {"kind": "every_months", "months": months, "round": rounded},
        st.integers(1, 3),
        st.sampled_from([None, "month_end"]),
    ),
    st.builds(lambda month: {"kind": "each_year", "start_month": month}, st.integers(1, 12)),
    st.sampled_from([(2, 29), (2, 28), (7, 1), (12, 31)]).map(
        lambda day: {"kind": "fixed_day", "month": day[0], "day": day[1]}
    ),
    st.sampled_from([None, "month_end"]).map(lambda rounded: {"kind": "hire_anniversary", "round": rounded}),
)

counts_from = st.one_of(
    st.none(),
    st.sampled_from([0, 30]).map(lambda before: {"kind": "hire", "days_before": before}),
    days.map(lambda day: {"kind": "date", "date": day}),
    st.integers(1, 3).map(lambda edition: {"kind": "edition", "edition": edition}),
)

dues = st.builds(
    lambda anchor, offset, day: {"anchor": anchor, "offset": offset, "date": day},
    st.sampled_from(["hire", "presence_start", "requirement_start", "fixed_date"]),
    offsets,
    days,
)


@st.composite
def versions(draw: st.DrawFn) -> list[Case]:
    starts = sorted(draw(st.sets(days, min_size=1, max_size=3)))
    ends = [*starts[1:], draw(st.one_of(st.none(), st.just("2025-01-01")))]
    return [
        {
            "from": start,
            "until": end,
            "level": draw(levels),
            "due": draw(dues),
            "notice_days": draw(st.sampled_from([0, 1, 14])),
            "return_notice_days": draw(st.sampled_from([0, 1, 14])),
            "recurrence": draw(recurrences),
            "window_days": draw(st.sampled_from([0, 1, 10, 25])),
            "early_renewal_counts_from": draw(st.sampled_from(["completion", "expiry"])),
            "grace": draw(st.sampled_from([{}, {"days": 7}, {"months": 1, "days": 3}])),
            "counts_from": draw(counts_from),
        }
        for start, end in zip(starts, ends, strict=True)
    ]


def pieces(subjects: st.SearchStrategy[str]) -> st.SearchStrategy[Case]:
    return st.fixed_dictionaries(
        {
            "subject": subjects,
            "effective_on": days,
            "valid_until": st.one_of(st.none(), st.just("never"), days),
            "level": levels,
            "edition": st.one_of(st.none(), st.integers(1, 3)),
            "renewal_only": st.booleans(),
        }
    )


@st.composite
def ledgers(draw: st.DrawFn) -> list[Case]:
    """Rows in recording order; endings and voids name any row before them."""
    rows: list[Case] = []
    for number in range(draw(st.integers(0, 6))):
        earlier = st.sampled_from([row["id"] for row in rows]) if rows else st.nothing()
        row = draw(
            st.one_of(
                pieces(st.sampled_from(["s1", "s2", f"own {number}"])),
                st.fixed_dictionaries({"ends": earlier, "last_good_day": days}),
                st.fixed_dictionaries({"voids": earlier}),
            )
        )
        rows.append({"id": f"e{number}", **row})
    return rows


def several(most: int) -> st.SearchStrategy[list[list[str | None]]]:
    return st.lists(intervals(), max_size=most)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    hired = draw(st.sampled_from(["2020-02-29", "2022-12-31", "2023-11-15"]))
    return {
        "requirement": {
            "bridge_days": draw(st.sampled_from([0, 1, 30])),
            "versions": draw(versions()),
        },
        "employments": [[hired, None]] if draw(st.booleans()) else draw(several(3)),
        "required": [["2023-12-01", None]] if draw(st.booleans()) else draw(several(4)),
        "absences": draw(several(3)),
        "waivers": draw(several(1)),
        "extensions": draw(several(1)),
        "evidence": draw(ledgers()),
    }
