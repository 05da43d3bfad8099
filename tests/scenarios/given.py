"""What is given: rows as an older system handed them over, each known from its own first day."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.utils import timezone

from evaluations.models import FormTemplate
from portal.dates import EARLIEST
from portal.home.pages import ensure_page_tree
from portal.notices.going_live import set_mode
from portal.people.access.roles import sync_groups
from portal.people.facts.recompute import recompute
from portal.people.models import (
    Employment,
    HomeState,
    Person,
    PersonName,
    PersonProfession,
    Position,
    RoleGrant,
    Team,
    TeamLead,
    TeamPlace,
)
from portal.standing.models import AcceptedQualification, Requirement, RequirementVersion
from tests.scenarios.kinds import OFFICE, TITLE
from tests.scenarios.rows import (
    accepted_rows,
    audience_of,
    engagement_of,
    group_of,
    profession_of,
    scope_columns,
)
from tests.scenarios.rule_fields import DEFAULTS, OF_REQUIREMENT, columns
from tests.scenarios.world import World
from training.authoring.import_course import import_course

LONG_AGO = date(2020, 1, 6)
RULES_FROM = date(2015, 1, 1)
_ALWAYS: Mapping[str, dict[str, Any]] = {
    "hana": {"name": ("Hana", "Sato"), "title": "HR partner", "discipline": None},
    "root": {"name": ("Root", "Kern"), "title": "System administrator", "discipline": None},
}
_ROLES = ({"who": "hana", "role": "hr"}, {"who": "root", "role": "site_admin"})


def make_given(world: World) -> None:
    """Everything the story finds, with standing computed once at the end."""
    given = world.story.given
    _teams(given.teams)
    for key, values in {**_ALWAYS, **given.people}.items():
        world.people[key] = _person(key, {**_ALWAYS.get(key, {}), **values}).pk
    for code, values in given.teams.items():
        if values.get("lead"):
            lead = world.person(values["lead"])
            TeamLead.objects.create(team=world.team(code), person=lead, starts_on=LONG_AGO, known_on=LONG_AGO)
    for role in (*_ROLES, *given.roles):
        _role(world, role)
    _courses(given.courses)
    for position, (code, fields) in enumerate(given.requirements.items()):
        _requirement(world, code, fields, position)
    if given.evaluation_form is not None:
        FormTemplate.objects.update(content=given.evaluation_form)
    set_mode(given.delivery, on=LONG_AGO, by=None)
    recompute(world.people.values())


def _teams(teams: Mapping[str, dict[str, Any]]) -> None:
    made = {code: Team.objects.create(code=code, name=code.capitalize()) for code in (OFFICE, *teams)}
    for code, values in teams.items():
        if values.get("parent"):
            days = {"starts_on": EARLIEST, "known_on": EARLIEST}
            TeamPlace.objects.create(team=made[code], parent=made[values["parent"]], **days)


# ---- people -----------------------------------------------------------------------------------


def _person(key: str, values: dict[str, Any]) -> Person:
    first, last = values["name"]
    email = f"{key}@example.org".lower() if values.get("email", True) else None
    person = Person(employee_number=key.lower(), first_name=first, last_name=last, email=email)
    person.set_unusable_password()
    person.save()
    if email:
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    hired = values.get("hired", LONG_AGO)
    since = hired or LONG_AGO
    known = {"person": person, "starts_on": since, "known_on": since}
    PersonName.objects.create(first_name=first, last_name=last, **known)
    if values.get("home_state"):
        HomeState.objects.create(state=values["home_state"], **known)
    if hired:
        _employ(values, known)
    return person


def _employ(values: dict[str, Any], known: dict[str, Any]) -> None:
    Employment.objects.create(**known)
    profession = profession_of(values.get("discipline", "RN"))
    if profession:
        PersonProfession.objects.create(profession=profession, **known)
    Position.objects.create(
        team=Team.objects.get(code=values.get("team", OFFICE)),
        title=values.get("title", TITLE),
        profession=profession,
        states_served=sorted(values.get("states", [])),
        **known,
    )


def _role(world: World, role: Mapping[str, Any]) -> None:
    person, first = world.person(role["who"]), role.get("from", LONG_AGO)
    RoleGrant.objects.create(
        person=person,
        role=role["role"],
        starts_on=first,
        last_day=role.get("last_day") or _end_of_engagement(role["role"], first),
        known_on=first,
        **scope_columns(world, role.get("scope", ("all", ""))),
        **engagement_of(role["role"]),
    )
    sync_groups(person, timezone.localdate())


def _end_of_engagement(role: str, first: date) -> date | None:
    """An auditor's role has to end on some day."""
    return first + timedelta(days=3650) if role == "auditor" else None


# ---- rules and courses ------------------------------------------------------------------------


def _requirement(world: World, code: str, fields: dict[str, Any], position: int) -> None:
    own = {name: fields[name] for name in OF_REQUIREMENT if name in fields}
    requirement = Requirement.objects.create(
        code=code, group=group_of(fields["accepts"]), position=position, **own
    )
    first = fields.get("from", RULES_FROM)
    version = RequirementVersion(
        requirement=requirement,
        number=1,
        starts_on=first,
        known_on=first,
        audience=audience_of(world, fields.get("audience")),
        **{**DEFAULTS, **columns(fields)},
    )
    version.full_clean(exclude=["recorded_by"])
    version.save(force_insert=True)
    AcceptedQualification.objects.bulk_create(
        AcceptedQualification(version=version, **row) for row in accepted_rows(fields["accepts"])
    )


def _courses(courses: Mapping[str, dict[str, Any]]) -> None:
    index = ensure_page_tree() if courses else None
    for code, values in courses.items():
        block = {"type": "text", "value": "<p>Read this.</p>"}
        lesson = {"title": "The lesson", "slug": "lesson", "minutes": 10, "blocks": [block]}
        data = {
            "code": code,
            "slug": code,
            "title": values["title"],
            "summary": values["title"],
            "minutes": 10,
            "contact_hours": "0.25",
            "valid_months": values.get("valid_months"),
            "lessons": [lesson],
            "assessment": _assessment(values["tries"]) if "tries" in values else None,
        }
        import_course(data, index=index, actor=None, on=LONG_AGO)


def _assessment(tries: int) -> dict[str, Any]:
    choices = [{"text": "Yes", "correct": True}, {"text": "No", "correct": False}]
    question = {"kind": "single", "stem": "Is it so?", "choices": choices, "lesson": "lesson"}
    return {"tries_allowed": tries, "questions": [question]}
