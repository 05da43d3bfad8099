"""Random series of acts on the record, done again without some of them, and what is on record in the end.

An act is drawn once, with days and people; what it needs of earlier acts (a role to end) it finds by
what it is, not by its id, so that the same act can be done in a series without some of the others.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from portal.errors import Refused
from portal.people.access.roles import end_role, grant_role
from portal.people.employment.details import change_name, set_home_state
from portal.people.employment.end import end_employment
from portal.people.employment.hire import hire
from portal.people.employment.leave import end_removal, record_absence, remove_from_patient_work
from portal.people.employment.positions import end_position, take_position
from portal.people.facts.act import recording
from portal.people.facts.plan import column_values
from portal.people.facts.taking_back import fact_models
from portal.people.models import Change, Person, Position, RoleGrant
from portal.people.organization.delegation import delegate
from portal.people.organization.teams import move_team, set_lead, vacate
from portal.standing.evidence import NewPiece, end_evidence, record_piece, register_source, void_evidence
from portal.standing.exceptions.grant import grant_waiver
from portal.standing.ledger import net
from portal.standing.models import ClearanceSpan, Evidence, Requirement, Span
from portal.standing.requirements.change import change_requirement
from tests.cast import Cast
from tests.standing.rules import make_draft

register_source("series", "a series")

type Do = Callable[["World"], Any]


@dataclass
class World:
    """What the acts are about, by name: the same before each run."""

    cast: Cast
    today: date
    requirements: list[Requirement]
    qualifications: list[Any]
    leave: Any

    def person(self, number: int) -> Person:
        people = (self.cast.dana, self.cast.marcus, self.cast.sol, self.cast.renata, self.cast.sam)
        return people[number % len(people)]

    def team(self, number: int) -> Any:
        return (self.cast.north, self.cast.south, self.cast.network)[number % 3]


@dataclass(frozen=True)
class Step:
    """One act, drawn: its name, the numbers it was drawn with, its batch (0: none)."""

    name: str
    numbers: tuple[int, ...]
    batch: int = 0

    def do(self, world: World, key: str) -> Any:
        return ACTS[self.name](world, self.numbers, key)


def draw(seed: int, length: int) -> list[Step]:
    rng = random.Random(seed)
    names = sorted(ACTS)
    return [
        Step(rng.choice(names), tuple(rng.randrange(1 << 16) for _ in range(6)), rng.choice([0, 0, 1, 2]))
        for _ in range(length)
    ]


@dataclass
class Run:
    """What a series did: per step the changes it made (none: refused, or said before)."""

    changes: dict[int, list[int]] = field(default_factory=dict)


def run(world: World, steps: Iterable[tuple[int, Step]], batches: dict[int, Any]) -> Run:
    """Do the steps, by number. What is refused is left out."""
    found = Run()
    for number, step in steps:
        try:
            with recording(batch=batches.get(step.batch)) as made:
                step.do(world, str(number))
        except Refused:
            continue
        if made:
            found.changes[number] = [change.pk for change in made]
    return found


def on_record() -> list[str]:
    """Everything that counts, without ids: facts, the ledger, and the spans computed from them."""
    found = []
    for model in fact_models():
        for row in model._default_manager.filter(superseded_at__isnull=True):
            values = column_values(row)
            values.pop("number", None)
            found.append(f"{model.__name__} {sorted(values.items())}")
    rows = net(Evidence.objects.in_order())
    voided = {row.target_id for row in rows if row.kind == "void"}
    for row in rows:
        if row.kind != "void" and row.pk not in voided and row.target_id not in voided:
            found.append(f"Evidence {row.person_id} {row.qualification_id} {row.subject} {row.source_id} "
                         f"{row.effective_on} {row.last_good_day} {row.level} {row.kind}")  # fmt: skip
    for span in Span.objects.select_related("because", "version"):
        because = span.because.source_id if span.because else ""
        found.append(f"Span {span.person_id} {span.requirement_id} {span.scope} {span.start} {span.until} "
                     f"{span.state} {because} {span.version.starts_on} {span.on_file} {span.good_through} "
                     f"{span.deadline} {span.late_since} {span.renewal_waits} {span.run_until}")  # fmt: skip
    for row in ClearanceSpan.objects.all():
        found.append(
            f"Clearance {row.person_id} {row.state} {row.start} {row.until} {row.since} {row.reasons}"
        )
    return sorted(found)


def stands(change_id: int) -> bool:
    return Change.objects.get(pk=change_id).stands


# ---- the acts ---------------------------------------------------------------------------------


def _day(world: World, number: int) -> date:
    return world.today + timedelta(days=number % 61 - 30)


def _hire(w: World, n: tuple[int, ...], _key: str) -> Any:
    return hire(w.person(n[0]), starts_on=_day(w, n[1]), by=None)


def _end(w: World, n: tuple[int, ...], _key: str) -> Any:
    return end_employment(w.person(n[0]), last_day=_day(w, n[1]), by=None)


def _position(w: World, n: tuple[int, ...], _key: str) -> Any:
    last = _day(w, n[1]) + timedelta(days=n[3] % 20) if n[3] % 3 == 0 else None
    boss = w.person(n[4]) if n[4] % 4 == 0 else None
    return take_position(
        w.person(n[0]),
        team=w.team(n[2]),
        title=f"T{n[5] % 3}",
        starts_on=_day(w, n[1]),
        last_day=last,
        supervisor=boss,
        states_served=[["CA"], ["TX"], ["CA", "TX"]][n[2] % 3],
        by=None,
    )


def _end_position(w: World, n: tuple[int, ...], _key: str) -> Any:
    day = _day(w, n[1])
    row = Position.objects.current().filter(person=w.person(n[0]), is_primary=True).on(day).first()
    if row is None:
        raise Refused("none")
    return end_position(row, last_day=day, by=None)


def _lead(w: World, n: tuple[int, ...], _key: str) -> Any:
    return set_lead(w.team(n[2]), w.person(n[0]), starts_on=_day(w, n[1]), acting=n[3] % 2 == 0, by=None)


def _vacate(w: World, n: tuple[int, ...], _key: str) -> Any:
    return vacate(w.team(n[2]), last_day=_day(w, n[1]), acting=n[3] % 2 == 0, by=None)


def _move_team(w: World, n: tuple[int, ...], _key: str) -> Any:
    return move_team(w.team(n[0]), parent=w.team(n[2]), starts_on=_day(w, n[1]), by=None)


def _role(w: World, n: tuple[int, ...], _key: str) -> Any:
    role = ("hr", "author")[n[2] % 2]
    return grant_role(w.person(n[0]), role, starts_on=_day(w, n[1]), by=None)


def _end_role(w: World, n: tuple[int, ...], _key: str) -> Any:
    day = _day(w, n[1])
    row = RoleGrant.objects.current().filter(person=w.person(n[0])).on(day).order_by("role").first()
    if row is None:
        raise Refused("none")
    return end_role(row, last_day=day, by=None)


def _absence(w: World, n: tuple[int, ...], _key: str) -> Any:
    last = _day(w, n[1]) + timedelta(days=n[3] % 25)
    return record_absence(w.person(n[0]), kind=w.leave, starts_on=_day(w, n[1]), last_day=last, by=None)


def _removal(w: World, n: tuple[int, ...], _key: str) -> Any:
    return remove_from_patient_work(w.person(n[0]), starts_on=_day(w, n[1]), reason="x", by=None)


def _end_removal(w: World, n: tuple[int, ...], _key: str) -> Any:
    return end_removal(w.person(n[0]), last_day=_day(w, n[1]), reason="x", by=None)


def _delegate(w: World, n: tuple[int, ...], _key: str) -> Any:
    last = _day(w, n[1]) + timedelta(days=n[3] % 15)
    return delegate(w.person(n[0]), w.person(n[2]), starts_on=_day(w, n[1]), last_day=last, by=None)


def _name(w: World, n: tuple[int, ...], _key: str) -> Any:
    return change_name(w.person(n[0]), first_name="A", last_name=f"N{n[2] % 3}", on=_day(w, n[1]), by=None)


def _home(w: World, n: tuple[int, ...], _key: str) -> Any:
    return set_home_state(w.person(n[0]), ("CA", "TX")[n[2] % 2], on=_day(w, n[1]), by=None)


def _waive(w: World, n: tuple[int, ...], _key: str) -> Any:
    last = _day(w, n[1]) + timedelta(days=n[3] % 25)
    rule = w.requirements[n[2] % len(w.requirements)]
    return grant_waiver(w.person(n[0]), rule, starts_on=_day(w, n[1]), last_day=last, reason="x", by=None)


def _piece(w: World, n: tuple[int, ...], key: str) -> Any:
    piece = NewPiece(
        person_id=w.person(n[0]).pk,
        qualification=w.qualifications[n[2] % len(w.qualifications)],
        subject=f"s{n[3] % 4}",
        effective_on=_day(w, n[1]) - timedelta(days=n[4] % 200),
        last_good_day=_day(w, n[5]),
        level=("claimed", "verified")[n[3] % 2],
        source_kind="series",
        source_id=key,
    )
    return record_piece(piece, actor=None)


def _living(w: World, n: tuple[int, ...]) -> Evidence:
    """A piece of the person that counts, found by its source."""
    rows = net(Evidence.objects.filter(person=w.person(n[0])).in_order())
    voided = {row.target_id for row in rows if row.kind == "void"}
    pieces = sorted(
        (row for row in rows if row.kind == "piece" and row.pk not in voided), key=lambda row: row.source_id
    )
    wanted = str(n[5] % 40)
    for row in pieces:
        if row.source_id == wanted:
            return row
    raise Refused("none")


def _end_piece(w: World, n: tuple[int, ...], key: str) -> Any:
    row = _living(w, n)
    return end_evidence(
        row, last_good_day=_day(w, n[1]), note="x", actor=None, source_kind="series", source_id=f"e{key}"
    )


def _void(w: World, n: tuple[int, ...], key: str) -> Any:
    return void_evidence(_living(w, n), note="x", actor=None, source_kind="series", source_id=f"v{key}")


def _rule(w: World, n: tuple[int, ...], _key: str) -> Any:
    draft = make_draft(
        w.qualifications[n[2] % len(w.qualifications)],
        starts_on=_day(w, n[1]),
        recurrence="every_months",
        recurrence_months=(6, 12)[n[3] % 2],
        audience=[{"everyone": True}, {"any": [{"teams": [w.team(n[4]).pk]}]}][n[4] % 2],
    )
    return change_requirement(w.requirements[n[0] % len(w.requirements)], draft, by=None)


ACTS: dict[str, Callable[[World, tuple[int, ...], str], Any]] = {
    "hire": _hire,
    "end": _end,
    "position": _position,
    "end position": _end_position,
    "lead": _lead,
    "vacate": _vacate,
    "move team": _move_team,
    "role": _role,
    "end role": _end_role,
    "absence": _absence,
    "removal": _removal,
    "end removal": _end_removal,
    "delegate": _delegate,
    "name": _name,
    "home state": _home,
    "waive": _waive,
    "piece": _piece,
    "piece again": _piece,
    "end piece": _end_piece,
    "void": _void,
    "rule": _rule,
}
