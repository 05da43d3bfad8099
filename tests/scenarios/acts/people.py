"""Hiring, positions, leave, removal, and a person's own facts."""

from typing import Any

from portal.dates import day_before
from portal.people.employment.clock import change_clock, make_absence_kind
from portal.people.employment.details import change_name, set_home_state
from portal.people.employment.end import end_employment
from portal.people.employment.hire import hire
from portal.people.employment.leave import end_removal as end_removal_act
from portal.people.employment.leave import record_absence, remove_from_patient_work
from portal.people.employment.positions import end_position as end_position_act
from portal.people.employment.positions import take_position
from portal.people.models import AbsenceKind, AbsenceKindRule, Position
from tests.scenarios import kinds
from tests.scenarios.kinds import OFFICE, TITLE
from tests.scenarios.language import Step, act
from tests.scenarios.rows import profession_of
from tests.scenarios.world import World


@act("hire", {"who": kinds.person, "from?": kinds.day})
def hire_(world: World, step: Step) -> Any:
    return hire(world.person(step["who"]), starts_on=step.starts, by=world.viewer(step))


@act("end_employment", {"who": kinds.person, "last_day?": kinds.day})
def end_employment_(world: World, step: Step) -> Any:
    last = step.get("last_day", day_before(step.on))
    return end_employment(world.person(step["who"]), last_day=last, by=world.viewer(step), reason=step.reason)


@act(
    "position",
    {
        "who": kinds.person,
        "team?": kinds.team,
        "title?": kinds.word,
        "discipline?": kinds.or_null(kinds.discipline),
        "states?": kinds.list_of(kinds.state),
        "supervisor?": kinds.or_null(kinds.person),
        "primary?": kinds.flag,
        "last_day?": kinds.or_null(kinds.day),
        "from?": kinds.day,
    },
)
def position(world: World, step: Step) -> Any:
    """Keys left out are taken over from the last primary position."""
    values = _position_before(world, step)
    if "team" in step:
        values["team"] = world.team(step["team"])
    if "discipline" in step:
        values["profession"] = profession_of(step["discipline"])
    if "supervisor" in step:
        values["supervisor"] = world.person_or_none(step["supervisor"])
    values["title"] = step.get("title", values["title"])
    values["states_served"] = step.get("states", values["states_served"])
    return take_position(
        world.person(step["who"]),
        starts_on=step.starts,
        last_day=step.get("last_day"),
        primary=step.get("primary", True),
        by=world.viewer(step),
        **values,
    )


def _position_before(world: World, step: Step) -> dict[str, Any]:
    """As held last, ended or not; of somebody who never held one, as given."""
    rows = Position.objects.current().filter(person=world.people[step["who"]], is_primary=True)
    before = rows.filter(starts_on__lte=step.starts).order_by("-starts_on", "-id").first()
    if before is None:
        given = world.story.given.people.get(step["who"], {})
        return {
            "team": world.team(given.get("team", OFFICE)),
            "title": given.get("title", TITLE),
            "profession": profession_of(given.get("discipline", "RN")),
            "states_served": given.get("states", []),
        }
    kept = ("team", "title", "profession", "states_served", "supervisor", "work_setting", "employment_type")
    return {name: getattr(before, name) for name in kept}


@act("end_position", {"what": kinds.made_by("position", "correct"), "last_day?": kinds.day})
def end_position(world: World, step: Step) -> Any:
    row = world.labelled(step["what"]).fact()
    last = step.get("last_day", day_before(step.on))
    return end_position_act(row, last_day=last, by=world.viewer(step))


@act(
    "leave",
    {
        "who": kinds.person,
        "last_day?": kinds.or_null(kinds.day),
        "kind": kinds.leave_kind,
        "from?": kinds.day,
    },
)
def leave(world: World, step: Step) -> Any:
    return record_absence(
        world.person(step["who"]),
        kind=AbsenceKind.objects.get(code=step["kind"]),
        starts_on=step.starts,
        last_day=step.get("last_day"),
        by=world.viewer(step),
        reason=step.reason,
    )


@act(
    "add_leave_kind",
    {"code": kinds.word, "name": kinds.word, "stops_clock?": kinds.flag, "from_days?": kinds.count},
)
def add_leave_kind(world: World, step: Step) -> Any:
    make_absence_kind(
        code=step["code"],
        name=step["name"],
        stops_clock=step.get("stops_clock", False),
        stops_from_days=step.get("from_days", 0),
        by=world.viewer(step),
    )
    return AbsenceKindRule.objects.current().get(kind__code=step["code"])


@act(
    "change_leave_kind",
    {"kind": kinds.leave_kind, "stops_clock": kinds.flag, "from?": kinds.day},
)
def change_leave_kind(world: World, step: Step) -> Any:
    return change_clock(
        AbsenceKind.objects.get(code=step["kind"]),
        stops_clock=step["stops_clock"],
        stops_from_days=0,
        starts_on=step.starts,
        by=world.viewer(step),
        reason=step.reason,
    )


@act("remove", {"who": kinds.person, "from?": kinds.day})
def remove(world: World, step: Step) -> Any:
    return remove_from_patient_work(
        world.person(step["who"]), starts_on=step.starts, by=world.viewer(step), reason=step.reason
    )


@act("end_removal", {"who": kinds.person, "last_day?": kinds.day})
def end_removal(world: World, step: Step) -> Any:
    last = step.get("last_day", day_before(step.on))
    return end_removal_act(
        world.person(step["who"]), last_day=last, by=world.viewer(step), reason=step.reason
    )


@act(
    "rename",
    {"who": kinds.person, "first_name?": kinds.word, "last_name?": kinds.word, "from?": kinds.day},
)
def rename(world: World, step: Step) -> Any:
    person = world.person(step["who"])
    return change_name(
        person,
        first_name=step.get("first_name", person.first_name),
        last_name=step.get("last_name", person.last_name),
        on=step.starts,
        by=world.viewer(step),
        reason=step.reason,
    )


@act("home_state", {"who": kinds.person, "state": kinds.state, "from?": kinds.day})
def home_state(world: World, step: Step) -> Any:
    return set_home_state(world.person(step["who"]), step["state"], on=step.starts, by=world.viewer(step))
