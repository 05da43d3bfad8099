"""The columns of the access table: who asks, and what a row says of all of them in a few words."""

from datetime import date, timedelta

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group

from portal.people.access.roles import sync_groups
from portal.people.models import Employment, HomeState, Person
from tests.cast import LONG_AGO, Cast, grant, make_lead, make_person

COLUMNS = {
    "visitor": "nobody signed in",
    "dana": "whose records these are",
    "marcus": "Dana's colleague, same team",
    "sol": "staff of another team",
    "sam": "supervisor of another team",
    "renata": "Dana's supervisor",
    "nadia": "director: leads the network, above Renata",
    "hana": "HR for everybody",
    "north_hr": "HR for Dana's team",
    "state_hr": "HR for the state Dana lives in",
    "south_hr": "HR for another team",
    "ada": "auditor within an engagement",
    "arthur": "author",
    "ilse": "site admin",
    "hr_lead": "HR for everybody, and a supervisor of Dana",
    "auditor_author": "auditor within an engagement, and author",
    "admin_lead": "site admin, and supervisor of another team",
    "ended_auditor": "auditor whose engagement is over",
    "leaver": "was HR and led the network until yesterday",
}

# Whom every run of the suite asks; the others are asked with the long tests.
OFTEN = ("visitor", "dana", "renata", "south_hr", "ada")

# Words for several columns at once.
GROUPS = {
    "line": ("renata", "nadia", "hr_lead"),
    "leads": ("sam", "renata", "nadia", "hr_lead", "admin_lead"),
    "hr": ("hana", "north_hr", "state_hr", "hr_lead"),
    "any_hr": ("hana", "north_hr", "state_hr", "south_hr", "hr_lead"),
    "hr_for_all": ("hana", "hr_lead"),
    "keepers": ("hana", "hr_lead", "ilse", "admin_lead"),
    "auditors": ("ada", "auditor_author"),
    "admins": ("ilse", "admin_lead"),
    "authors": ("arthur", "auditor_author"),
    "gone": ("ended_auditor", "leaver"),
}

# 302* is the sign-in; "ok" any answer that is no refusal.
SIGN_IN = "302*"
type Expected = dict[str, str]


def but(profile: Expected, **answers: str) -> Expected:
    """The profile with exceptions, by columns and groups; of two that name a column the later counts."""
    expected = dict(profile)
    for name, answer in answers.items():
        for column in GROUPS.get(name, (name,)):
            if column not in COLUMNS:
                raise KeyError(f"There is neither a column nor a group {column}.")
            expected[column] = answer
    return expected


def everybody(answer: str, **answers: str) -> Expected:
    """One answer for all columns, with exceptions."""
    return but(dict.fromkeys(COLUMNS, answer), **answers)


def inside(answer: str, **answers: str) -> Expected:
    """As `everybody`, behind the sign-in: visitors are led there, and who is gone is turned away."""
    return but(everybody(answer, visitor=SIGN_IN, gone="403"), **answers)


# ---- who they are -----------------------------------------------------------------------------


def make_columns(cast: Cast, today: date) -> dict[str, Person]:
    """A person for each column but the visitor."""
    people = {name: getattr(cast, name) for name in COLUMNS if hasattr(cast, name)}
    HomeState.objects.create(person=cast.dana, state="CA", starts_on=LONG_AGO)
    people |= _hr(cast) | _of_two_kinds(cast, today) | _gone(cast, today)
    for person in people.values():
        sync_groups(person, today)
    for name in GROUPS["gone"]:
        people[name].groups.set(Group.objects.all())
    return people


def _with_second_factor(first_name: str, **values: object) -> Person:
    person = make_person(first_name, "Table", **values)  # type: ignore[arg-type]
    TOTP.activate(person, generate_totp_secret())
    return person


def _hr(cast: Cast) -> dict[str, Person]:
    office = cast.hana.positions.get().team
    people = {name: _with_second_factor(name, team=office) for name in ("north_hr", "state_hr", "south_hr")}
    grant(people["north_hr"], "hr", scope="team", team=cast.north)
    grant(people["south_hr"], "hr", scope="team", team=cast.south)
    grant(people["state_hr"], "hr", scope="state", state="CA")
    return people


def _of_two_kinds(cast: Cast, today: date) -> dict[str, Person]:
    office = cast.hana.positions.get().team
    names = ("hr_lead", "auditor_author", "admin_lead")
    people = {name: _with_second_factor(name, team=office) for name in names}
    grant(people["hr_lead"], "hr")
    make_lead(cast.north, people["hr_lead"], acting=True)
    survey = {"since": today - timedelta(days=5), "last_day": today + timedelta(days=5)}
    grant(people["auditor_author"], "auditor", engagement="Own survey", **survey)  # type: ignore[arg-type]
    grant(people["auditor_author"], "author")
    grant(people["admin_lead"], "site_admin")
    make_lead(cast.south, people["admin_lead"], acting=True)
    return people


def _gone(cast: Cast, today: date) -> dict[str, Person]:
    """Their facts say that they are gone; sessions, groups and open-ended rows were left behind."""
    auditor = _with_second_factor("ended_auditor", hired=None)
    survey = {"since": today - timedelta(days=9), "last_day": today - timedelta(days=1)}
    grant(auditor, "auditor", engagement="Last survey", **survey)  # type: ignore[arg-type]
    leaver = _with_second_factor("leaver", hired=None)
    Employment.objects.create(person=leaver, starts_on=LONG_AGO, last_day=today - timedelta(days=1))
    grant(leaver, "hr")
    grant(leaver, "site_admin")
    make_lead(cast.network, leaver, acting=True)
    return {"ended_auditor": auditor, "leaver": leaver}
