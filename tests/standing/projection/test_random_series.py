"""After any series of use cases the stored spans are what a fresh computation says."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from portal.errors import Refused
from portal.people.employment.clock import make_absence_kind
from portal.people.employment.end import end_employment
from portal.people.employment.hire import hire
from portal.people.employment.leave import record_absence
from portal.people.employment.positions import profession_on, take_position
from portal.people.facts.taking_back import withdraw_fact
from portal.people.models import Person, Team
from portal.standing.evidence import NewPiece, end_evidence, record_piece, register_source, void_evidence
from portal.standing.exceptions.grant import grant_extension, grant_waiver
from portal.standing.models import Evidence, Requirement, Span
from portal.standing.projection.rebuild import differences, everybody, rebuild
from portal.standing.requirements.change import change_requirement
from tests.cast import Cast, by
from tests.standing.rules import make_draft, make_qualification, make_requirement

register_source("test", "a test")


class Series:
    """A seeded series of use cases about a handful of people."""

    def __init__(self, cast: Cast, seed: int, today: date) -> None:
        self.random = random.Random(seed)
        self.cast, self.today, self.count = cast, today, 0
        self.people = [cast.dana, cast.marcus, cast.sol, cast.renata]
        self.codes = [make_qualification(f"course:{n}") for n in range(3)]
        self.licenses = [make_qualification(f"license:RN:{s}", s) for s in ("CA", "TX")]
        self.rules = [
            make_requirement(
                "one", self.codes[0], recurrence="every_months", recurrence_months=12, grace_days=10
            ),
            make_requirement("two", self.codes[1], self.codes[2], recurrence="each_year", recurrence_month=7),
            make_requirement(
                "license", *self.licenses, per_state=True, recurrence="own_validity", due_days=-1
            ),
        ]
        self.leave = make_absence_kind(
            code="leave", name="Leave", stops_clock=True, stops_from_days=7, by=None
        )
        self.acts: list[Callable[[Person], Any]] = [
            self.piece,
            self.piece,
            self.piece,
            self.end,
            self.void,
            self.waive,
            self.extend,
            self.absence,
            self.move,
            self.leave_and_return,
            self.change_rule,
            self.withdraw_absence,
        ]

    def day(self) -> date:
        return self.today + timedelta(days=self.random.randint(-700, 300))

    def step(self) -> None:
        self.count += 1
        self.random.choice(self.acts)(self.random.choice(self.people))

    def piece(self, person: Person) -> None:
        start = self.day()
        end = start + timedelta(days=self.random.randint(-3, 500)) if self.random.random() < 0.6 else None
        piece = NewPiece(
            person_id=person.pk,
            qualification=self.random.choice(self.codes + self.licenses),
            subject=f"s{self.random.randint(1, 9)}",
            effective_on=start,
            last_good_day=end,
            never_expires=end is None and self.random.random() < 0.3,
            level=self.random.choice(["claimed", "seen", "verified"]),
            source_kind="test",
            source_id=str(self.count),
        )
        record_piece(piece, actor=self.cast.hana)

    def _row(self, person: Person, *kinds: str) -> Evidence | None:
        rows = list(Evidence.objects.filter(person=person, kind__in=kinds))
        return self.random.choice(rows) if rows else None

    def end(self, person: Person) -> None:
        if row := self._row(person, "piece"):
            end_evidence(
                row,
                last_good_day=self.day(),
                note="x",
                actor=None,
                source_kind="test",
                source_id=str(self.count),
            )

    def void(self, person: Person) -> None:
        if row := self._row(person, "piece", "ending"):
            void_evidence(row, note="x", actor=None, source_kind="test", source_id=str(self.count))

    def _excuse(self, act: Callable[..., Any], person: Person) -> None:
        rule, start = self.random.choice(self.rules), self.day()
        scope = self.random.choice(["", "CA"]) if rule.code == "license" else ""
        last = start + timedelta(days=self.random.randint(0, 90))
        act(person, rule, scope=scope, starts_on=start, last_day=last, reason="x", by=by(self.cast.hana))

    def waive(self, person: Person) -> None:
        self._excuse(grant_waiver, person)

    def extend(self, person: Person) -> None:
        self._excuse(grant_extension, person)

    def absence(self, person: Person) -> None:
        start = self.day()
        last = start + timedelta(days=self.random.randint(0, 60))
        record_absence(person, kind=self.leave, starts_on=start, last_day=last, by=by(self.cast.hana))

    def withdraw_absence(self, person: Person) -> None:
        if row := person.absences.filter(superseded_at__isnull=True).first():
            withdraw_fact(row, reason="x", by=by(self.cast.hana))

    def move(self, person: Person) -> None:
        team = self.random.choice([self.cast.north, self.cast.south])
        states = self.random.choice([["CA"], ["TX"], ["CA", "TX"]])
        self._place(person, team, "Moved", self.day(), states_served=states)

    def _place(self, person: Person, team: Team, title: str, day: date, **values: Any) -> None:
        values["profession"] = profession_on(person, day)
        take_position(person, team=team, title=title, starts_on=day, by=by(self.cast.hana), **values)

    def leave_and_return(self, person: Person) -> None:
        last = self.day()
        end_employment(person, last_day=last, by=by(self.cast.hana))
        back = last + timedelta(days=self.random.randint(1, 200))
        hire(person, starts_on=back, by=by(self.cast.hana))
        self._place(person, self.cast.north, "Back", back)

    def change_rule(self, _person: Person) -> None:
        rule: Requirement = self.random.choice(self.rules[:2])
        draft = make_draft(
            self.random.choice(self.codes),
            starts_on=self.day(),
            recurrence="every_months",
            recurrence_months=self.random.choice([6, 12, 24]),
            notice_days=self.random.choice([0, 30]),
            level=self.random.choice(["claimed", "verified"]),
        )
        change_requirement(rule, draft, by=by(self.cast.hana))


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_hundred_use_cases_leave_no_difference(cast: Cast, today: date, seed: int) -> None:
    series, done = Series(cast, seed, today), 0
    while done < 200:
        try:
            series.step()
            done += 1
        except Refused:
            continue
    assert list(differences(everybody())) == []
    assert rebuild(everybody()) == 0
    assert Span.objects.count() > 20


def test_a_short_series_leaves_no_difference(cast: Cast, today: date) -> None:
    series = Series(cast, 4, today)
    for _step in range(25):
        try:
            series.step()
        except Refused:
            continue
    assert list(differences(everybody())) == []
