"""The demo's people: eight teams in three states, 120 people, dated relative to today."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from allauth.account.models import EmailAddress

from portal.codes import public_code
from portal.demo.accounts import ACCOUNTS, PASSWORD
from portal.demo.content import names
from portal.people.access.roles import sync_groups
from portal.people.employment.clock import make_absence_kind
from portal.people.facts.act import one_change
from portal.people.facts.recompute import recompute
from portal.people.models import (
    Absence,
    AbsenceKind,
    Change,
    ChangePerson,
    Delegation,
    Employment,
    HomeState,
    Person,
    PersonIdentifier,
    PersonName,
    PersonProfession,
    Position,
    Profession,
    RoleGrant,
    Team,
    TeamLead,
)
from portal.people.organization.teams import make_team

HEADCOUNT = 120
PROFESSIONS = (
    ("rn", "Registered nurse", "nursing"),
    ("lvn", "Licensed vocational or practical nurse", "nursing"),
    ("lcsw", "Licensed clinical social worker", "social_work"),
    ("lmsw", "Licensed master social worker", "social_work"),
    ("other", "Other", "other"),
)
# Code, name, home state, states served, work setting.
TEAMS = (
    ("north", "Case Management North", "CA", ["CA"], "telephonic"),
    ("south", "Case Management South", "CA", ["CA"], "telephonic"),
    ("transitions", "Transitions of Care", "CA", ["CA"], "hospital"),
    ("home", "Home Visits", "CA", ["CA"], "field"),
    ("texas-central", "Texas Central", "TX", ["TX"], "telephonic"),
    ("texas-gulf", "Texas Gulf", "TX", ["TX"], "field"),
    ("puget-sound", "Puget Sound", "WA", ["WA"], "telephonic"),
    ("behavioral", "Behavioral Health", "WA", ["TX", "WA"], "clinic"),
)
VACANT, ACTING = "texas-gulf", "behavioral"
LEAVE_KINDS = (
    ("fmla", "Family and medical leave", True, 14),
    ("military", "Military leave", True, 1),
    ("vacation", "Vacation", False, 0),
    ("sick", "Sick leave", True, 30),
)


@dataclass
class Organization:
    """What later steps of the demo need to find again."""

    today: date
    random: Random
    teams: dict[str, Team] = field(default_factory=dict)
    by_login: dict[str, Person] = field(default_factory=dict)
    staff: list[Person] = field(default_factory=list)
    professions: dict[str, Profession] = field(default_factory=dict)
    profession_of: dict[int, str] = field(default_factory=dict)
    state_of: dict[int, str] = field(default_factory=dict)
    hired: dict[int, date] = field(default_factory=dict)
    setting_of: dict[int, str] = field(default_factory=dict)

    def account(self, role: str) -> Person:
        return self.by_login[next(a.login for a in ACCOUNTS if a.role == role)]


def make_people(today: date) -> Organization:
    """Teams, leads, people, leaves, roles; the same on the same day."""
    org = Organization(today, Random(1815))  # noqa: S311 - fiction, not a secret
    _catalogues(org)
    _teams(org)
    _cast(org)
    _crowd(org)
    _leads(org)
    _special_cases(org)
    _roles(org)
    recompute(list(Person.objects.values_list("pk", flat=True)))
    return org


def _catalogues(org: Organization) -> None:
    for position, (code, name, kind) in enumerate(PROFESSIONS):
        org.professions[code], _made = Profession.objects.get_or_create(
            code=code, defaults={"name": name, "field": kind, "position": position}
        )
    for code, name, stops, days in LEAVE_KINDS:
        make_absence_kind(code=code, name=name, stops_clock=stops, stops_from_days=days, by=None)


def _teams(org: Organization) -> None:
    top = org.teams["top"] = make_team(code="care-management", name="Care management", by=None)
    for code, name, *_rest in TEAMS:
        org.teams[code] = make_team(code=code, name=name, parent=top, by=None)
    org.teams["office"] = make_team(code="office", name="Human resources and education", by=None)


def person(
    org: Organization,
    number: str,
    first: str,
    last: str,
    *,
    team: str,
    title: str,
    profession: str,
    hired: date,
    email: str | None,
    password: str | None = None,
    **position: Any,
) -> Person:
    """One person with employment, position, profession, home state and a number in the payroll system."""
    made = Person(employee_number=number, first_name=first, last_name=last, email=email, code=public_code())
    if password:
        made.set_password(password)
    else:
        made.set_unusable_password()
    made.save()
    if email:
        EmailAddress.objects.create(user=made, email=email, verified=True, primary=True)
    state, served, setting = _place(team)
    change = Change.objects.create(act="add-employee")
    ChangePerson.objects.create(change=change, person=made)
    known: dict[str, Any] = {"known_on": hired, "inserted_in": change}
    PersonName.objects.create(person=made, first_name=first, last_name=last, starts_on=hired, **known)
    PersonIdentifier.objects.create(
        person=made, system="payroll", value=f"P-{number[2:]}", starts_on=hired, **known
    )
    Employment.objects.create(person=made, starts_on=hired, **known)
    kind = org.professions[profession]
    PersonProfession.objects.create(person=made, profession=kind, starts_on=hired, **known)
    HomeState.objects.create(person=made, state=state, starts_on=hired, **known)
    values = {"states_served": served, "work_setting": setting, **position}
    Position.objects.create(
        person=made, team=org.teams[team], title=title, profession=kind, starts_on=hired, **known, **values
    )
    org.by_login[number] = made
    org.profession_of[made.pk], org.state_of[made.pk], org.hired[made.pk] = profession, state, hired
    org.setting_of[made.pk] = values["work_setting"]
    return made


def _place(team: str) -> tuple[str, list[str], str]:
    for code, _name, state, served, setting in TEAMS:
        if code == team:
            return state, served, setting
    return "CA", [], "office"


def _cast(org: Organization) -> None:
    """The people one signs in as."""
    places = {
        "staff": ("north", "Case manager", "rn", 2457),
        "supervisor": ("north", "Supervisor", "rn", 3900),
        "hr": ("office", "HR compliance partner", "other", 2900),
        "author": ("office", "Clinical educator", "other", 1500),
        "site_admin": ("office", "Systems administrator", "other", 1200),
        "director": ("top", "Director of care management", "other", 4200),
        "other_supervisor": ("puget-sound", "Supervisor", "rn", 2200),
    }
    for account in ACCOUNTS:
        if account.role == "auditor":
            _auditor(org, account)
            continue
        team, title, profession, days = places[account.role]
        made = person(
            org,
            account.login,
            account.first_name,
            account.last_name,
            team=team,
            title=title,
            profession=profession,
            hired=org.today - timedelta(days=days),
            email=account.email,
            password=PASSWORD,
        )
        if account.role in ("staff", "supervisor", "other_supervisor"):
            org.staff.append(made)


def _auditor(org: Organization, account: Any) -> None:
    """A surveyor is nobody's employee."""
    made = Person(
        employee_number=account.login,
        first_name=account.first_name,
        last_name=account.last_name,
        email=account.email,
    )
    made.set_password(PASSWORD)
    made.save()
    EmailAddress.objects.create(user=made, email=account.email, verified=True, primary=True)
    org.by_login[account.login] = made


def _crowd(org: Organization) -> None:
    """The rest, spread over the teams; a few without e-mail, a few newly hired."""
    people = names(HEADCOUNT - len(org.by_login))
    mix = ["rn"] * 11 + ["lcsw"] * 5 + ["lmsw"] * 2 + ["lvn"] * 2
    titles = {
        "rn": "RN case manager",
        "lvn": "Care coordinator",
        "lcsw": "Social worker",
        "lmsw": "Social worker",
    }
    codes = [code for code, *_rest in TEAMS]
    for index, (given, family) in enumerate(people):
        profession = "lcsw" if codes[index % 8] == "behavioral" and index % 3 else org.random.choice(mix)
        days = 20 + index if index % 31 == 5 else org.random.randint(120, 3600)
        number = f"hv{1101 + index}"
        address = None if index % 17 == 9 else f"{number}@harborvalley.example"
        made = person(
            org,
            number,
            given,
            family,
            team=codes[index % 8],
            title=titles[profession],
            profession=profession,
            hired=org.today - timedelta(days=days),
            email=address,
            employment_type="part_time" if index % 11 == 4 else "full_time",
        )
        org.staff.append(made)


def _leads(org: Organization) -> None:
    """Fourteen supervisors: a director, seven leads (one acting), six who supervise some by name."""
    leads = {"top": org.account("director"), "north": org.account("supervisor")}
    leads["puget-sound"] = org.account("other_supervisor")
    senior = sorted(org.staff, key=lambda p: org.hired[p.pk])
    for code, *_rest in TEAMS:
        if code not in leads and code != VACANT:
            leads[code] = next(p for p in senior if _team_of(p) == code and p not in leads.values())
    for code, lead in leads.items():
        since = max(org.hired[lead.pk], org.today - timedelta(days=1100))
        if code == ACTING:
            since = org.today - timedelta(days=40)
        TeamLead.objects.create(
            team=org.teams[code], person=lead, starts_on=since, acting=code == ACTING, known_on=since
        )
    _team_leaders_by_name(org, leads)


def _team_of(person: Person) -> str:
    row = Position.objects.filter(person=person, is_primary=True).select_related("team").latest("id")
    return row.team.code


def _team_leaders_by_name(org: Organization, leads: dict[str, Person]) -> None:
    """In six teams a senior case manager supervises three others by name."""
    for code in [code for code, *_rest in TEAMS if code not in (VACANT, ACTING)]:
        rows = (
            Position.objects.current()
            .filter(team=org.teams[code], is_primary=True)
            .exclude(person__in=leads.values())
        )
        members = list(rows.order_by("starts_on", "id"))
        senior = members[0].person
        with one_change("position", reason="Supervised by a senior case manager") as plan:
            plan.lock(row.person_id for row in members[-3:])
            for row in members[-3:]:
                plan.replace(row, supervisor=senior)


def _special_cases(org: Organization) -> None:
    """Two positions at once, a rehire, leaves, a delegation."""
    today, staff = org.today, org.staff
    plain = [p for p in staff if p.employee_number > "hv1100"]
    kinds = {row.code: row for row in AbsenceKind.objects.all()}
    for person_, team in ((plain[3], "transitions"), (plain[12], "home"), (plain[21], "behavioral")):
        Position.objects.create(
            person=person_,
            team=org.teams[team],
            title="Float case manager",
            profession=org.professions[org.profession_of[person_.pk]],
            starts_on=today - timedelta(days=100),
            states_served=["CA"],
            is_primary=False,
            known_on=today - timedelta(days=100),
        )
    leaves = (
        (plain[5], "fmla", -20, 50),
        (plain[14], "military", -60, None),
        (plain[23], "fmla", -150, -60),
        (plain[30], "vacation", -3, 4),
        (plain[41], "sick", -40, 10),
    )
    for person_, kind, first, last in leaves:
        Absence.objects.create(
            person=person_,
            kind=kinds[kind],
            starts_on=today + timedelta(days=first),
            last_day=None if last is None else today + timedelta(days=last),
        )
    _rehire(org, plain[8])
    Delegation.objects.create(
        person=org.account("other_supervisor"),
        delegate=org.account("supervisor"),
        starts_on=today + timedelta(days=20),
        last_day=today + timedelta(days=34),
    )


def _rehire(org: Organization, person_: Person) -> None:
    """Somebody who left four years ago and came back."""
    start = org.hired[person_.pk] - timedelta(days=1500)
    end = org.hired[person_.pk] - timedelta(days=400)
    Employment.objects.create(
        person=person_, starts_on=start, last_day=end, known_on=start, end_reason="Moved"
    )
    Position.objects.create(
        person=person_,
        team=org.teams["south"],
        title="Case manager",
        profession=org.professions[org.profession_of[person_.pk]],
        starts_on=start,
        last_day=end,
        states_served=["CA"],
        known_on=start,
    )


def _roles(org: Organization) -> None:
    today = org.today
    for role in ("hr", "author", "site_admin"):
        RoleGrant.objects.create(person=org.account(role), role=role, starts_on=today - timedelta(days=900))
    RoleGrant.objects.create(
        person=org.account("auditor"),
        role="auditor",
        starts_on=today - timedelta(days=3),
        last_day=today + timedelta(days=11),
        engagement="Annual survey",
    )
    for role in ("hr", "author", "site_admin"):
        sync_groups(org.account(role), today)
