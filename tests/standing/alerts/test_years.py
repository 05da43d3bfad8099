"""An organization over years: whatever happens in it, every stage is told once to each role, and to nobody gone.

SIMULATION=300x1826 runs 300 people for five years; the long tests run a small one.
"""

import os
import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail

from portal.errors import Refused
from portal.notices.deliver import deliver_waiting
from portal.notices.going_live import set_mode
from portal.notices.models import Notice, Told
from portal.notices.queues import Members
from portal.people.employment.clock import make_absence_kind
from portal.people.employment.end import end_employment
from portal.people.employment.leave import end_removal, record_absence, remove_from_patient_work
from portal.people.employment.positions import take_position
from portal.people.models import Absence, Employment, PatientWorkRemoval, Person, Position, Team
from portal.standing.alerts.scan import run_alerts
from portal.standing.evidence import NewPiece, record_piece, register_source
from portal.standing.models import ClearanceSpan, LadderStage, Qualification, RequirementVersion, Span
from portal.standing.projection.compute import compute
from portal.standing.projection.rebuild import differences, everybody
from tests.cast import Cast, grant, make_person
from tests.standing.rules import make_qualification, make_requirement

register_source("test", "a test")
PEOPLE, DAYS = map(int, os.environ.get("SIMULATION", "20x100").split("x"))
DAY = timedelta(days=1)
STAGES = (90, 60, 30, 14, 7, 1, 0)
# By who is responsible: from which stage downward each role is told.
TOLD = {"holder": 90, "supervisor": 30, "hr": 14, "next_up": 7}

type Owed = tuple[int, int, str, date, int, str]


@dataclass
class World:
    cast: Cast
    rng: random.Random
    leave: Any
    what: list[Qualification]
    people: list[Person] = field(default_factory=list)
    mailed: set[tuple[str, str]] = field(default_factory=set)
    number: int = 0

    def person(self) -> Person:
        return self.rng.choice(self.people)

    def team(self) -> Team:
        return self.rng.choice([self.cast.north, self.cast.south])


# ---- what happens -----------------------------------------------------------------------------


def renew(w: World, on: date) -> None:
    _hold(w, w.person().pk, w.rng.choice(w.what), on)


def renew_what_runs_out(w: World, on: date) -> None:
    """As people do: without it most items would be overdue for years, and the years be weekly repetitions."""
    rows = Span.objects.on(on).filter(deadline__lt=on + 20 * DAY)
    late = list(rows.order_by("pk").values_list("person", "requirement__code", "scope"))
    if late:
        person, code, state = w.rng.choice(late)
        fits = {f"course:{code}", f"license:RN:{state}"}
        _hold(w, person, next((row for row in w.what if row.code in fits), w.what[0]), on)


def _hold(w: World, person: int, what: Qualification, on: date) -> None:
    w.number += 1
    level = w.rng.choice(["verified", "verified", "claimed"])
    last = on + timedelta(w.rng.randrange(-5, 500))
    record_piece(
        NewPiece(
            person_id=person,
            qualification=what,
            subject=f"s{w.number}",
            effective_on=min(on, last) - timedelta(w.rng.randrange(200)),
            last_good_day=last,
            level=level,
            source_kind="test",
            source_id=str(w.number),
        ),
        actor=None,
    )


def leave(w: World, on: date) -> None:
    last = on + timedelta(w.rng.randrange(2, 60))
    record_absence(w.person(), kind=w.leave, starts_on=on, last_day=last, by=None)


def move(w: World, on: date) -> None:
    states = w.rng.choice([["CA"], ["TX"], ["CA", "TX"], []])
    take_position(
        w.person(), team=w.team(), title="Case manager", starts_on=on, profession=None, states_served=states,
        by=None,
    )  # fmt: skip


def go(w: World, on: date) -> None:
    end_employment(w.person(), last_day=on + timedelta(w.rng.randrange(20)), by=None)


def come(w: World, on: date) -> None:
    w.number += 1
    first = on + timedelta(w.rng.randrange(60))
    w.people.append(make_person("N", str(w.number), team=w.team(), hired=first, states=["CA"]))


def remove(w: World, on: date) -> None:
    remove_from_patient_work(w.person(), starts_on=on, reason="x", by=None)


def back(w: World, on: date) -> None:
    end_removal(w.person(), last_day=on, reason="x", by=None)


ACTS = [renew] * 6 + [renew_what_runs_out] * 8 + [leave] * 3 + [move] * 2 + [go, come, come, remove, back]


# ---- what must be true ------------------------------------------------------------------------


def stage_of(deadline: date, on: date) -> int | None:
    """Found by going back day by day to the last day on which a stage was reached."""
    left = (deadline - on).days
    for days in range(left, 91):
        if days in STAGES or (days < 0 and days % 7 == 0):
            return days
    return None


def owed_on(on: date) -> set[Owed]:
    """What a run of the day has to have told, from the facts computed anew.

    Of who is employed, each item of the day; of who comes within 90 days, what is needed from day one.
    """
    found = set()
    paused = {row.person_id for row in Absence.objects.current().on(on)}
    here = set(Employment.objects.current().on(on).values_list("person_id", flat=True))
    coming = Employment.objects.current().filter(starts_on__gt=on, starts_on__lte=on + timedelta(90))
    first_days = dict(coming.exclude(person__in=here).values_list("person_id", "starts_on"))
    for computed in compute(here | first_days.keys()):
        for span in computed.spans:
            day = first_days.get(span.person_id, on)
            deadline = span.deadline
            if deadline is None or not (span.start <= day and (span.until is None or day < span.until)):
                continue
            if day != on and not (span.start == day and deadline < day):
                continue
            stage = stage_of(deadline, on)
            quiet = span.state == "reported" or span.renewal_waits
            for role, first in TOLD.items():
                if stage is None or stage > first or (role == "holder" and quiet):
                    continue
                if role == "hr" or span.person_id not in paused:
                    found.add((span.person_id, span.requirement_id, span.scope, deadline, stage, role))
    return found


COLUMNS = ("person", "requirement", "scope", "deadline", "stage", "role")


def told(**narrowed: Any) -> set[Owed]:
    return set(LadderStage.objects.filter(**narrowed).values_list(*COLUMNS))


def never_told(expected: set[Owed], on: date) -> list[Owed]:
    """Most were told within the last stage; of the others each is looked for."""
    rest = expected - told(told_on__gte=on - timedelta(40))
    return [row for row in rest if not told(**dict(zip(COLUMNS, row, strict=True)))]


def check_mail(w: World, on: date) -> None:
    """Nobody gone is mailed, and no mail twice."""
    there = Employment.objects.current().exclude(last_day__lt=on)
    here = set(there.values_list("person__email", flat=True))
    for sent in mail.outbox:
        [address] = sent.to
        assert address in here, f"{on}: {address} is gone"
        once = address, sent.extra_headers["Message-ID"]
        assert once not in w.mailed, f"{on}: mailed twice: {once}"
        w.mailed.add(once)
    mail.outbox.clear()


def check_nothing_is_lost(on: date) -> None:
    """Whoever is told of an open notice today has been sent it, in this role or in another."""
    notices = list(Notice.objects.open().filter(by_mail=True))
    sent = Told.objects.filter(message__isnull=False)
    reached = set(sent.values_list("person_id", "notice__about_id", "notice__kind", "notice__key"))
    members = Members(on, notices)
    assert len(notices) > PEOPLE
    for notice in notices:
        for pk in members.of(notice):
            assert (pk, notice.about_id, notice.kind, notice.key) in reached, f"{notice} to {pk}"


def check_clearance(w: World, on: date) -> None:
    """Somebody's clearance of the day against the rows of that day, one by one."""
    person = w.person()
    rows = {row.state: row.cleared for row in ClearanceSpan.objects.on(on).filter(person=person)}
    if not Employment.objects.current().on(on).filter(person=person).exists():
        assert not rows
        return
    held = Position.objects.current().on(on).filter(person=person)
    states = {state for row in held for state in row.states_served} or {""}
    removed = PatientWorkRemoval.objects.current().on(on).filter(person=person).exists()
    barred = set()
    [computed] = compute([person.pk])
    blocking = set(RequirementVersion.objects.filter(severity="blocks").values_list("pk", flat=True))
    for span in computed.spans:
        holds = span.start <= on and (span.until is None or on < span.until)
        if holds and span.version_id in blocking and span.state != "met":
            barred |= {span.scope} if span.scope else states
    assert rows == {state: not removed and state not in barred for state in states}


# ---- the years --------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_every_notice_is_accounted_for(cast: Cast, seed: int) -> None:
    rng = random.Random(seed)
    begin = date(2027, 1, 4)
    with time_machine.travel(datetime.combine(begin, time(20), UTC), tick=False) as clock:
        w = make_world(cast, rng, begin)
        runs = 0
        for number in range(DAYS):
            on = begin + timedelta(number)
            clock.move_to(datetime.combine(on, time(20), UTC))
            for _act in range(rng.randrange(1 + PEOPLE // 10)):
                with suppress(Refused):
                    rng.choice(ACTS)(w, on)
            if rng.random() < 0.1:
                continue
            expected = owed_on(on)
            for _again in range(rng.choice([1, 1, 1, 2])):
                run_alerts(on)
            runs += 1
            missing = never_told(expected, on)
            assert not missing, f"{on}: never told {missing[:3]}"
            assert told(told_on=on) <= expected, f"{on}: told without a reason"
            deliver_waiting()
            check_mail(w, on)
            check_clearance(w, on)
        assert runs > DAYS // 2
        assert len(w.mailed) > PEOPLE
        deliver_waiting()
        check_nothing_is_lost(on)
        assert list(differences(everybody())) == []


def make_world(cast: Cast, rng: random.Random, begin: date) -> World:
    """North and south have HR of their own; a license per state blocks, a course comes round with grace."""
    kind = make_absence_kind(code="l", name="Leave", stops_clock=True, by=None)
    what = [make_qualification(f"license:RN:{state}", state) for state in ("CA", "TX")]
    make_requirement(
        "license", *what, per_state=True, recurrence="own_validity", due_days=-1, severity="blocks"
    )
    course = make_qualification("course:hipaa")
    make_requirement(
        "hipaa", course, recurrence="every_months", recurrence_months=3, due_days=30, grace_days=20
    )
    for team in (cast.north, cast.south):
        grant(
            make_person("Hr", team.code, team=Team.objects.get(code="office")), "hr", scope="team", team=team
        )
    set_mode("live", on=begin, by=None)
    w = World(cast, rng, kind, [*what, course])
    w.people = [
        make_person(
            "P", str(number), team=w.team(), states=["CA"], hired=begin - timedelta(rng.randrange(900))
        )
        for number in range(PEOPLE)
    ]
    for person in w.people:
        for held in (w.what[0], course):
            _hold(w, person.pk, held, begin)
    return w
