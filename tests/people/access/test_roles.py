"""Nobody grants more than they hold, nobody anything to oneself."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.errors import NotAllowed, Refused
from portal.jobs.models import Job
from portal.notices.models import Message
from portal.people.access.roles import end_role, grant_role
from portal.people.employment.clock import make_absence_kind
from portal.people.employment.details import add_identifier, change_name, set_home_state, set_profession
from portal.people.employment.end import end_employment
from portal.people.employment.hire import add_employee, hire
from portal.people.employment.leave import record_absence, remove_from_patient_work
from portal.people.employment.positions import take_position
from portal.people.errors import OwnRecord
from portal.people.facts.taking_back import withdraw_fact
from portal.people.models import AbsenceKind, Person, Position, Profession, Role, RoleGrant, Team, TeamLead
from portal.people.organization.delegation import delegate
from portal.people.organization.teams import make_team, move_team, set_lead, vacate
from portal.standing.models import Requirement
from tests.cast import Cast, by, grant, make_lead, make_person
from tests.people.directory.pages import confirmed
from tests.standing.rules import make_requirement

SignIn = Callable[[Person], Client]
DAY = timedelta(days=1)


@pytest.fixture
def people(cast: Cast) -> dict[str, Person]:
    """Who may try: site admin, HR of everybody, of the South team, of Texas; a supervisor, an auditor, staff."""
    office = Team.objects.get(code="office")
    south_hr = make_person("South", "Partner", team=cast.south, title="HR partner")
    grant(south_hr, "hr", scope="team", team=cast.south)
    texas_hr = make_person("Texas", "Partner", team=office, title="HR partner")
    grant(texas_hr, "hr", scope="state", state="TX")
    set_home_state(cast.sol, "TX", on=date(2020, 1, 6), by=None)
    return {
        "site_admin": cast.ilse,
        "hr": cast.hana,
        "south_hr": south_hr,
        "texas_hr": texas_hr,
        "supervisor": cast.sam,
        "auditor": cast.ada,
        "staff": cast.dana,
    }


# Role and scope, and who of the people above may grant it to Sol (South, Texas).
ALL_BUT_SITE_ADMIN = {"site_admin", "hr"}
GRANTS: dict[tuple[str, str], set[str]] = {
    ("hr", "all"): ALL_BUT_SITE_ADMIN,
    ("hr", "south"): ALL_BUT_SITE_ADMIN | {"south_hr"},
    ("hr", "below south"): ALL_BUT_SITE_ADMIN | {"south_hr"},
    ("hr", "north"): ALL_BUT_SITE_ADMIN,
    ("hr", "network"): ALL_BUT_SITE_ADMIN,
    ("hr", "TX"): ALL_BUT_SITE_ADMIN | {"texas_hr"},
    ("hr", "CA"): ALL_BUT_SITE_ADMIN,
    ("auditor", "all"): ALL_BUT_SITE_ADMIN,
    ("auditor", "south"): ALL_BUT_SITE_ADMIN | {"south_hr"},
    ("auditor", "TX"): ALL_BUT_SITE_ADMIN | {"texas_hr"},
    ("author", "all"): ALL_BUT_SITE_ADMIN,
    ("site_admin", "all"): {"site_admin"},
}


def scope_of(where: str, cast: Cast) -> dict[str, Any]:
    if where == "all":
        return {"scope": "all"}
    if where.isupper():
        return {"scope": "state", "state": where}
    if where == "below south":
        there = Team.objects.filter(code="below").first()
        team = there or make_team(code="below", name="Below South", parent=cast.south, by=None)
        return {"scope": "team", "team": team}
    return {"scope": "team", "team": getattr(cast, where)}


def values_of(role: str, today: date) -> dict[str, Any]:
    return {"engagement": "Survey", "last_day": today + 9 * DAY} if role == "auditor" else {}


@pytest.mark.parametrize(("role", "where"), GRANTS)
def test_who_grants_ends_and_withdraws_which_role(
    cast: Cast, people: dict[str, Person], today: date, role: str, where: str
) -> None:
    scope, wrong = scope_of(where, cast) | values_of(role, today), []
    for name, person in people.items():
        acts: dict[str, Callable[[], object]] = {
            "grant": lambda p=person: grant_role(cast.sol, role, starts_on=today, by=by(p), **scope),
            "end": lambda p=person: end_role(fresh(cast, role, scope, today), last_day=today, by=by(p)),
            "withdraw": lambda p=person: withdraw_fact(fresh(cast, role, scope, today), reason="x", by=by(p)),
        }
        for act, do in acts.items():
            if allowed(do) != (name in GRANTS[role, where]):
                wrong.append(f"{name}: {act}")
    assert wrong == []


def fresh(cast: Cast, role: str, scope: dict[str, Any], today: date) -> RoleGrant:
    return grant(cast.sol, role, since=today, **scope)


def allowed(do: Callable[[], object]) -> bool:
    try:
        do()
    except NotAllowed:
        return False
    return True


def test_the_table_names_every_role() -> None:
    assert {role for role, _where in GRANTS} == set(Role.values)


@pytest.mark.parametrize("name", ["site_admin", "hr", "south_hr", "texas_hr"])
@pytest.mark.parametrize("role", Role.values)
def test_nobody_grants_or_ends_anything_of_their_own(
    cast: Cast, people: dict[str, Person], today: date, name: str, role: str
) -> None:
    person = people[name]
    with pytest.raises(OwnRecord):
        grant_role(person, role, starts_on=today, by=by(person), **values_of(role, today))
    with pytest.raises(OwnRecord):
        end_role(person.grants.get(), last_day=today, by=by(person))
    with pytest.raises(OwnRecord):
        withdraw_fact(person.grants.get(), reason="x", by=by(person))


@pytest.mark.parametrize("role", ["author", "site_admin"])
def test_a_role_that_concerns_everybody_has_no_narrower_scope(cast: Cast, today: date, role: str) -> None:
    with pytest.raises(Refused, match="no narrower scope"):
        grant_role(cast.sol, role, starts_on=today, by=by(cast.ilse), scope="team", team=cast.south)


def test_who_left_is_granted_nothing(cast: Cast, today: date) -> None:
    end_employment(cast.sol, last_day=today - DAY, by=by(cast.hana))
    for role in Role.values:
        with pytest.raises(Refused):
            grant_role(cast.sol, role, starts_on=today, by=by(cast.ilse), **values_of(role, today))


def test_ending_a_role_never_prolongs_it(cast: Cast, today: date) -> None:
    with pytest.raises(Refused, match="already"):
        end_role(cast.ada.grants.get(), last_day=today + 900 * DAY, by=by(cast.hana))


# ---- acts on people ---------------------------------------------------------------------------

INSIDE = {"hr", "south_hr", "texas_hr"}
ACTS: dict[str, tuple[Callable[[Cast, Person, date], object], set[str]]] = {
    "end": (lambda c, who, t: end_employment(c.sol, last_day=t, by=by(who)), INSIDE),
    "rehire": (lambda c, who, t: hire(gone(c, t), starts_on=t, by=by(who)), {"hr", "south_hr"}),
    "move": (lambda c, who, t: moved(c, who, t, c.south), INSIDE),
    "move out": (lambda c, who, t: moved(c, who, t, c.north), {"hr", "texas_hr"}),
    "name": (
        lambda c, who, t: change_name(c.sol, first_name="S", last_name="R", on=t, by=by(who)),
        INSIDE,
    ),
    "state": (lambda c, who, t: set_home_state(c.sol, "TX", on=t, by=by(who)), INSIDE),
    "number": (
        lambda c, who, t: add_identifier(c.sol, "payroll", who.employee_number, on=t, by=by(who)),
        INSIDE,
    ),
    "profession": (
        lambda c, who, t: set_profession(c.sol, Profession.objects.get(code="rn"), on=t, by=by(who)),
        INSIDE,
    ),
    "absence": (
        lambda c, who, t: record_absence(c.sol, kind=vacation(), starts_on=t, last_day=t, by=by(who)),
        INSIDE | {"supervisor"},
    ),
    "removal": (
        lambda c, who, t: remove_from_patient_work(c.sol, starts_on=t, reason="x", by=by(who)),
        INSIDE | {"supervisor"},
    ),
    "stand-in": (
        lambda c, who, t: delegate(c.sol, c.marcus, starts_on=t, last_day=t, by=by(who)),
        INSIDE,
    ),
    "stand-in of a lead": (
        lambda c, who, t: delegate(c.sam, c.marcus, starts_on=t, last_day=t, by=by(who)),
        {"hr", "south_hr", "supervisor"},
    ),
    "add to South": (lambda c, who, t: added(c.south, who, t), {"hr", "south_hr"}),
    "add to North": (lambda c, who, t: added(c.north, who, t), {"hr"}),
    "add a Texan": (lambda c, who, t: added(c.north, who, t, home_state="tx"), {"hr", "texas_hr"}),
    "lead of South": (
        lambda c, who, t: set_lead(c.south, c.sol, starts_on=t, by=by(who)),
        {"hr", "south_hr"},
    ),
    "lead of North": (lambda c, who, t: set_lead(c.north, c.sol, starts_on=t, by=by(who)), {"hr"}),
    "lead of all": (lambda c, who, t: set_lead(c.network, c.sol, starts_on=t, by=by(who)), {"hr"}),
    "vacate South": (lambda c, who, t: vacate(c.south, last_day=t, by=by(who)), {"hr", "south_hr"}),
    "vacate all": (lambda c, who, t: vacate(c.network, last_day=t, by=by(who)), {"hr"}),
    "new team": (lambda c, who, t: make_team(code=who.employee_number, name="T", by=by(who)), {"hr"}),
    "move a team": (lambda c, who, t: move_team(c.north, parent=c.south, starts_on=t, by=by(who)), {"hr"}),
}


def gone(cast: Cast, today: date) -> Person:
    person = make_person("Go", "Ne", team=cast.south)
    end_employment(person, last_day=today - 9 * DAY, by=None)
    return person


def vacation() -> AbsenceKind:
    there = AbsenceKind.objects.filter(code="vacation").first()
    return there or make_absence_kind(code="vacation", name="Vacation", by=None)


def moved(cast: Cast, who: Person, today: date, team: Team) -> Position:
    lcsw = Profession.objects.get(code="lcsw")
    return take_position(cast.sol, team=team, title="X", starts_on=today, profession=lcsw, by=by(who))


def added(team: Team, who: Person, today: date, **values: Any) -> Person:
    return add_employee(
        employee_number=f"n{who.pk}",
        first_name="N",
        last_name="Ew",
        team=team,
        title="X",
        starts_on=today,
        by=by(who),
        **values,
    )


@pytest.mark.parametrize("act", ACTS)
def test_use_cases_assert_right_and_scope_themselves(
    cast: Cast, people: dict[str, Person], today: date, act: str
) -> None:
    from django.db import transaction

    do, may = ACTS[act]
    wrong = []
    for name, person in people.items():
        with transaction.atomic():
            if allowed(lambda p=person: do(cast, p, today)) != (name in may):
                wrong.append(name)
            transaction.set_rollback(True)
    assert wrong == []


OWN_GAIN: dict[str, Callable[[Cast, Person, date], object]] = {
    "lead": lambda c, who, t: set_lead(c.south, who, starts_on=t, by=by(who)),
    "stand-in": lambda c, who, t: delegate(c.sol, who, starts_on=t, last_day=t, by=by(who)),
    "supervisor": lambda c, who, t: take_position(
        c.sol,
        team=c.south,
        title="X",
        starts_on=t,
        profession=Profession.objects.get(code="lcsw"),
        supervisor=who,
        by=by(who),
    ),
    "supervisor of a newcomer": lambda c, who, t: added(c.south, who, t, supervisor=who),
}


@pytest.mark.parametrize("name", ["hr", "south_hr"])
@pytest.mark.parametrize("way", OWN_GAIN)
def test_nobody_puts_themselves_above_others(
    cast: Cast, people: dict[str, Person], today: date, name: str, way: str
) -> None:
    with pytest.raises(OwnRecord):
        OWN_GAIN[way](cast, people[name], today)


def test_hr_of_a_scope_gives_nobody_the_line_of_a_lead_beyond_it(
    cast: Cast, people: dict[str, Person], today: date
) -> None:
    make_lead(cast.north, cast.sam, acting=True)
    with pytest.raises(NotAllowed):
        delegate(cast.sam, cast.sol, starts_on=today, last_day=today, by=by(people["south_hr"]))


def test_hr_of_a_scope_gives_nobody_those_beyond_it_who_are_supervised_by_name(
    cast: Cast, people: dict[str, Person], today: date
) -> None:
    days = {"starts_on": today, "last_day": today}
    delegate(cast.sam, cast.sol, **days, by=by(people["south_hr"]))
    make_person("Far", "Away", team=cast.north, supervisor=cast.sam)
    with pytest.raises(NotAllowed):
        delegate(cast.sam, cast.sol, **days, by=by(people["south_hr"]))
    delegate(cast.sam, cast.marcus, **days, by=by(cast.hana))


# ---- pages ------------------------------------------------------------------------------------


def test_the_role_page_offers_what_may_be_given(
    cast: Cast, people: dict[str, Person], sign_in: SignIn
) -> None:
    address = reverse("people:act", args=[cast.sol.pk, "role"])
    offered = {
        name: sign_in(people[name]).get(address).context["form"] for name in ("site_admin", "hr", "south_hr")
    }
    roles = {name: {value for value, _label in form.fields["role"].choices} for name, form in offered.items()}
    assert roles == {
        "site_admin": {"hr", "author", "auditor", "site_admin"},
        "hr": {"hr", "author", "auditor"},
        "south_hr": {"hr", "auditor"},
    }
    assert list(offered["south_hr"].fields["team"].queryset) == [cast.south]
    assert [value for value, _label in offered["south_hr"].fields["scope"].choices] == ["team"]


def test_a_site_admin_grants_and_ends_by_the_page(cast: Cast, today: date, sign_in: SignIn) -> None:
    client = sign_in(cast.ilse)
    page = reverse("people:detail", args=[cast.sol.pk])
    role = reverse("people:act", args=[cast.sol.pk, "role"])
    assert role in client.get(page).content.decode()
    client.post(role, {"role": "site_admin", "scope": "all", "starts_on": today.isoformat()})
    row = RoleGrant.objects.current().get(person=cast.sol)
    end = reverse("people:end_fact", args=[cast.sol.pk, "rolegrant", row.pk])
    assert end in client.get(page).content.decode()
    assert sign_in(cast.hana).get(end).status_code == 403
    assert confirmed(client, end, {"last_day": today.isoformat()}).status_code == 302
    assert RoleGrant.objects.current().get(person=cast.sol).last_day == today


def test_the_withdrawal_page_goes_by_a_list_and_the_same_checks(
    cast: Cast, people: dict[str, Person], today: date, sign_in: SignIn
) -> None:
    def status(who: Person, person: Person, kind: str, row: Any) -> int:
        address = reverse("people:withdraw_fact", args=[person.pk, kind, row.pk])
        return confirmed(sign_in(who), address, {"reason": "x"}).status_code

    assert status(cast.hana, cast.sam, "nothing", TeamLead.objects.get(person=cast.sam)) == 404
    admin = cast.ilse.grants.get()
    assert status(cast.hana, cast.ilse, "rolegrant", admin) == 403, "HR takes no site admin away"
    grant(cast.arthur, "site_admin")
    assert status(cast.hana, cast.ilse, "rolegrant", admin) == 403
    admin.refresh_from_db()
    assert admin.is_current
    assert status(cast.arthur, cast.ilse, "rolegrant", admin) == 302
    assert status(people["south_hr"], cast.dana, "position", cast.dana.positions.get()) == 404
    assert status(cast.hana, cast.dana, "employment", cast.dana.employments.get()) == 200, (
        "something hangs on it"
    )
    assert status(cast.hana, cast.dana, "position", cast.dana.positions.get()) == 302
    assert status(cast.hana, cast.dana, "employment", cast.dana.employments.get()) == 302


def test_the_last_site_admin_is_not_withdrawn(cast: Cast) -> None:
    with pytest.raises(OwnRecord):
        withdraw_fact(cast.ilse.grants.get(), reason="x", by=by(cast.ilse))
    row = grant(cast.arthur, "site_admin", last_day=by(cast.ilse).on)
    withdraw_fact(row, reason="x", by=by(cast.ilse))


def test_switches_for_everybody_are_for_hr_of_all_and_site_admins(
    cast: Cast, people: dict[str, Person], sign_in: SignIn
) -> None:
    make_requirement("hipaa")
    code = Requirement.objects.get().code
    tries = {
        "mode": lambda client: client.post(reverse("notices:change_mode"), {"mode": "held"}),
        "rule": lambda client: client.get(reverse("standing:requirement_change", args=[code])),
        "back office": lambda client: client.get("/admin/"),
    }
    for name, person in people.items():
        client = sign_in(person)
        for what, ask in tries.items():
            may = name in ("hr", "site_admin")
            assert (ask(client).status_code != 403) == may, f"{name}: {what}"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset()


def test_hr_of_a_scope_sees_mail_and_jobs_of_the_scope(
    cast: Cast, people: dict[str, Person], sign_in: SignIn
) -> None:
    mine = Message.objects.create(recipient=cast.sol, state=Message.State.FAILED)
    other = Message.objects.create(recipient=cast.dana, state=Message.State.FAILED)
    job = Job.objects.create(kind="test.work", key="a", state=Job.State.FAILED)
    own = Job.objects.create(kind="test.work", key="b", asked_by=people["south_hr"])
    client = sign_in(people["south_hr"])
    rows = client.get(reverse("notices:delivery")).context["rows"]
    assert [message for message, _carries, _to_do in rows] == [mine]
    assert client.post(reverse("notices:again", args=[other.pk])).status_code == 404
    assert client.post(reverse("notices:again", args=[mine.pk])).status_code == 302
    assert list(client.get(reverse("jobs:list")).context["page"]) == [own]
    assert client.post(reverse("jobs:again", args=[job.pk])).status_code == 404


def test_the_team_page_offers_only_teams_of_the_scope(
    cast: Cast, people: dict[str, Person], sign_in: SignIn
) -> None:
    client = sign_in(people["south_hr"])
    rows = client.get(reverse("people:teams")).context["rows"]
    assert [row["team"] for row in rows if row["may_change"]] == [cast.south]
    assert client.get(reverse("people:team_lead", args=[cast.south.pk])).status_code == 200
    for team in (cast.north, cast.network):
        assert client.get(reverse("people:team_lead", args=[team.pk])).status_code == 403
