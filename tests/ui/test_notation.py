"""Days and rules in words, seen from a day."""

from datetime import date
from types import SimpleNamespace

import pytest

from portal.standing.requirements.wording import accepted_phrase, rule_sentence
from portal.ui.notation import days_of, percent

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("starts_on", "last_day", "words"),
    [
        (date(2024, 1, 3), None, "since Jan 3, 2024"),
        (date(2026, 12, 1), None, "from Dec 1, 2026 on"),
        (date(2024, 1, 3), date(2026, 3, 1), "Jan 3, 2024 – Mar 1, 2026"),
        (date(2026, 3, 1), date(2026, 3, 1), "Mar 1, 2026"),
    ],
)
def test_days_of_a_fact_never_end_today_when_they_have_not_begun(
    starts_on: date, last_day: date | None, words: str
) -> None:
    row = SimpleNamespace(starts_on=starts_on, last_day=last_day)
    assert days_of(row, TODAY).replace("\xa0", " ") == words


def test_percent_has_no_space() -> None:
    assert percent(958, 1000) == "95.8%"


def test_what_differs_by_state_only_is_named_once() -> None:
    codes = ["AZ", "CA", "CO", "TX", "WA"]
    names = [f"RN multistate privilege, {code}" for code in codes] + ["Basic life support"]
    assert accepted_phrase(names) == "Basic life support or RN multistate privilege (AZ, CA, CO and 2 more)"
    assert accepted_phrase(["Registered Nurse, Ohio"]) == "Registered Nurse, Ohio"


def test_a_rule_that_is_not_in_force_yet_says_so() -> None:
    version = SimpleNamespace(
        number=2,
        starts_on=date(2026, 12, 1),
        accepted=SimpleNamespace(all=list),
        get_level_display=lambda: "verified",
        recurrence="once",
    )
    assert rule_sentence(version, TODAY).startswith("From Dec\xa01,\xa02026 on")  # type: ignore[arg-type]
    assert rule_sentence(version, date(2026, 12, 1)).startswith("Since")  # type: ignore[arg-type]
