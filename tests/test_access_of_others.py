"""Every address asked by the people beside the table's columns, and every act on a person by everybody.

Each of these people is like a column of the access table, but for what is named here.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse

from portal.people.directory.acts import ACTS
from portal.people.employment.end import end_employment
from portal.people.models import Person, Team
from tests.cast import Cast, grant, make_lead, make_person
from tests.test_access_table import COLUMNS, TABLE, answer, fits, make_world

type SignIn = Callable[[Person], Client]

KEEPERS = {
    "notices:change_mode": "404",
    "notices:account_mail_again": "ok",
    "jobs:progress": "ok",
    "jobs:again": "ok",
    "standing:requirement_change": "ok",
}
NO_KEEPER = dict.fromkeys(KEEPERS, "403") | {"jobs:progress": "404", "jobs:again": "404"}
LISTS_OF_HR = dict.fromkeys(
    (
        "team_board",
        "team_board_csv",
        "compliance",
        "compliance_items",
        "not_cleared",
        "people:add",
        "notices:delivery",
        "jobs:list",
        "standing:requirements",
        "standing:requirement",
        "certifications:queue",
        "training:editions",
        "training:edition",
        "evaluations:launch",
    ),
    "ok",
)
# Neither the rater, nor the one whose list it is.
NOT_RENATA = {"evaluations:save": "403", "notices:pass_on": "404"}
OTHER_SCOPE = LISTS_OF_HR | NO_KEEPER | {"notices:again": "404"}
BACK_OFFICE = {
    "notices:delivery": "ok",
    "notices:again": "ok",
    "jobs:list": "ok",
    "standing:requirements": "ok",
    "standing:requirement": "ok",
    "people:invite": "ok",
    "people:mail_invitation": "ok",
    "people:end_role": "ok",
    "style_guide": "ok",
}
# Who is like which column, and where they are not.
LIKE: dict[str, tuple[str, dict[str, str]]] = {
    "director": ("renata", NOT_RENATA),
    "author": ("sol", {"training:editions": "ok", "training:edition": "ok"}),
    "site_admin": ("sol", KEEPERS | BACK_OFFICE),
    # The role that Dana is to have is everybody's: HR of a scope does not end it.
    "north_hr": ("hana", NO_KEEPER | {"people:end_role": "403"}),
    "south_hr": ("sol", OTHER_SCOPE),
    "lead_and_south_hr": ("renata", OTHER_SCOPE | NOT_RENATA),
    "author_and_auditor": ("ada", {"training:start": "ok", "training:revoke": "ok"}),
}


@pytest.fixture
def others(cast: Cast, today: date) -> dict[str, Person]:
    """HR of Dana's team, HR of another; the director; author and site admin; two who are two of these."""
    office = Team.objects.get(code="office")
    names = ("north_hr", "south_hr", "lead_and_south_hr", "author_and_auditor")
    made = {name: make_person(name, "Other", team=office) for name in names}
    grant(made["north_hr"], "hr", scope="team", team=cast.north)
    grant(made["south_hr"], "hr", scope="team", team=cast.south)
    grant(made["lead_and_south_hr"], "hr", scope="team", team=cast.south)
    make_lead(cast.north, made["lead_and_south_hr"], acting=True)
    grant(made["author_and_auditor"], "author")
    soon = today + timedelta(days=9)
    grant(made["author_and_auditor"], "auditor", last_day=soon, engagement="Survey")
    for person in made.values():
        TOTP.activate(person, generate_totp_secret())
    return {"director": cast.nadia, "author": cast.arthur, "site_admin": cast.ilse, **made}


@pytest.fixture
def gone(cast: Cast, today: date) -> list[Person]:
    """HR, a lead and a rater who have left; an auditor whose engagement is over."""
    yesterday = today - timedelta(days=1)
    left = make_person("Left", "Behind", team=cast.north)
    for role in ("hr", "author", "site_admin"):
        grant(left, role)
    make_lead(cast.north, left, acting=True)
    end_employment(left, last_day=yesterday, by=None)
    auditor = make_person("Over", "Auditor", hired=None)
    grant(auditor, "auditor", last_day=yesterday, engagement="Last year")
    return [left, auditor]


@pytest.mark.long
def test_others_get_what_the_column_gets_that_they_are_like(
    cast: Cast, today: date, tmp_path: Any, sign_in: SignIn, others: dict[str, Person]
) -> None:
    world = make_world(cast, today, tmp_path)
    wrong = []
    for who, person in others.items():
        column, but = LIKE[who]
        client = sign_in(person)
        for name, row in TABLE.items():
            expected = but.get(name, row.expect.split()[COLUMNS.index(column)])
            got = answer(client, row.method, reverse(name, args=row.args(world)))
            if not fits(expected, got):
                wrong.append(f"{name} as {who}: {got}, not {expected}")
    assert wrong == []


@pytest.mark.long
def test_who_is_gone_gets_nothing(
    cast: Cast, today: date, tmp_path: Any, sign_in: SignIn, gone: list[Person]
) -> None:
    world = make_world(cast, today, tmp_path)
    wrong = []
    for person in gone:
        for name, row in TABLE.items():
            if row.expect.split()[0] != "302*":
                continue
            # The flag and the session as if no worker had run: only the day shuts the door.
            Person.objects.filter(pk=person.pk).update(is_active=True)
            client = sign_in(person)
            for method in ("get", "post"):
                got = answer(client, method, reverse(name, args=row.args(world)))
                if got not in {"403", "302*"}:
                    wrong.append(f"{method} {name} as {person}: {got}")
    for address in ("/admin/", "/documents/1/x.pdf", "/accounts/email/", "/accounts/2fa/"):
        for person in gone:
            got = answer(sign_in(person), "get", address)
            if got not in {"403", "302*", "404"}:
                wrong.append(f"{address} as {person}: {got}")
    assert wrong == []


# Acts on Dana: who may open the page, and post it.
BY_LINE = {"absence", "removal"}
BY_SITE_ADMIN = {"role", "email"}


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_act_on_a_person_is_for_whom_it_is(
    cast: Cast, sign_in: SignIn, others: dict[str, Person], method: str
) -> None:
    people = {name: getattr(cast, name) for name in COLUMNS if name != "visitor"} | others
    leads = {"renata", "director", "lead_and_south_hr"}
    wrong = []
    for who, person in people.items():
        client = sign_in(person)
        for act in ACTS:
            may = (
                who in {"hana", "north_hr"}
                or (who in leads and act in BY_LINE)
                or (who == "site_admin" and act in BY_SITE_ADMIN)
                or (who == "dana" and act == "delegation")
            )
            got = answer(client, method, reverse("people:act", args=[cast.dana.pk, act]))
            if may is (got in {"403", "404"}):
                wrong.append(f"{method} {act} as {who}: {got}")
    assert wrong == []
