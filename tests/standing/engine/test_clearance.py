"""Clearance over days, against a walk over single days."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.standing.engine.clearance import Bar, Blocking, Reason, clearance
from tests.standing.engine.test_timeline_properties import briefly

FIRST, LENGTH = date(2024, 2, 20), 40
WATCHED = [FIRST + timedelta(number) for number in range(-2, LENGTH + 3)]
STATES = ["CA", "TX", "AZ"]


@st.composite
def days(draw: st.DrawFn) -> tuple[date, date | None]:
    start = FIRST + timedelta(draw(st.integers(0, LENGTH - 1)))
    length = draw(st.none() | st.integers(1, LENGTH))
    return start, None if length is None else start + timedelta(length)


served = st.tuples(days(), st.lists(st.sampled_from(STATES), unique=True, max_size=3).map(tuple))
blocking = st.builds(
    Blocking,
    days(),
    st.integers(1, 3),
    st.sampled_from(["", *STATES]),
    st.sampled_from(["met", "reported", "waived", "paused", "pending", "grace", "overdue"]),
    st.booleans(),
)


def holds(interval: tuple[date, date | None], day: date) -> bool:
    return interval[0] <= day and (interval[1] is None or day < interval[1])


@briefly
@given(
    st.lists(days(), max_size=2),
    st.lists(served, max_size=3),
    st.lists(days(), max_size=2),
    st.lists(blocking, max_size=4),
)
def test_every_day_of_employment_is_answered_for_each_state_served(
    employed: list[tuple[date, date | None]],
    positions: list[tuple[tuple[date, date | None], tuple[str, ...]]],
    removed: list[tuple[date, date | None]],
    items: list[Blocking],
) -> None:
    rows = list(clearance(employed, positions, removed, items))
    for day in WATCHED:
        here = {row.state: row for row in rows if holds((row.start, row.until), day)}
        if not any(holds(spell, day) for spell in employed):
            assert not here
            continue
        states = {state for spell, named in positions if holds(spell, day) for state in named} or {""}
        assert set(here) == states
        for state, row in here.items():
            bars = {
                Reason(Bar.REQUIREMENT.value, i.requirement, i.scope, i.state)
                for i in items
                if holds(i.days, day) and i.scope in ("", state)
                if not (i.state == "met" or (i.state == "waived" and i.waiver_clears))
            }
            if any(holds(spell, day) for spell in removed):
                bars.add(Reason(Bar.REMOVED.value))
            assert set(row.reasons) == bars
    for row in rows:
        following = [r for r in rows if r.state == row.state and r.start == row.until]
        assert all(r.reasons != row.reasons for r in following), "as long as the reasons are the same"
        before = [r for r in rows if r.state == row.state and r.until == row.start]
        same = [r for r in before if bool(r.reasons) == bool(row.reasons)]
        assert row.since == (same[0].since if same else row.start)
