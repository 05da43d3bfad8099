"""The cast: people known by name in every test, and small makers for more of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone

from portal.clock import business_today
from portal.people.access.viewer import Viewer
from portal.people.facts.plan import copy_of
from portal.people.facts.recompute import recompute
from portal.people.models import (
    Employment,
    Person,
    Position,
    Profession,
    RoleGrant,
    Team,
    TeamLead,
)
from portal.people.organization.teams import make_team

PASSWORD = "correct horse battery"
LONG_AGO = date(2020, 1, 6)
_numbers = count(5001)


def make_person(
    first_name: str = "Some",
    last_name: str = "Body",
    *,
    team: Team | None = None,
    hired: date | None = LONG_AGO,
    profession: str = "",
    title: str = "Case manager",
    states: list[str] | None = None,
    email: str | None = "",
    **position: Any,
) -> Person:
    """A person, employed since `hired` (None: not at all), with a primary position in `team`."""
    number = f"e{next(_numbers)}"
    person: Person = Person.objects.create_user(
        number,
        PASSWORD,
        first_name=first_name,
        last_name=last_name,
        email=f"{first_name}.{last_name}.{number}@example.org".lower().replace(" ", "")
        if email == ""
        else email,
    )
    if hired:
        Employment.objects.create(person=person, starts_on=hired)
    if team and hired:
        Position.objects.create(
            person=person,
            team=team,
            title=title,
            starts_on=hired,
            profession=Profession.objects.get(code=profession) if profession else None,
            states_served=states or [],
            **position,
        )
    recompute([person.pk])
    return person


def make_lead(team: Team, person: Person, *, since: date = LONG_AGO, **values: Any) -> TeamLead:
    return TeamLead.objects.create(team=team, person=person, starts_on=since, **values)


def grant(person: Person, role: str, *, since: date = LONG_AGO, **values: Any) -> RoleGrant:
    return RoleGrant.objects.create(person=person, role=role, starts_on=since, **values)


def replace_fact(row: Any, **changes: Any) -> Any:
    """Close the row and put it on record with `changes`, past every rule of the acts and what follows them."""
    type(row).objects.filter(pk=row.pk).update(superseded_at=timezone.now())
    fresh = copy_of(row, **changes)
    fresh.save()
    return fresh


def by(person: Person) -> Viewer:
    """The person as the one who acts today."""
    return Viewer(person, business_today())


def make_hr() -> Person:
    """Another HR for everybody, beside Hana."""
    person = make_person("Helga", "Maas", title="HR partner")
    grant(person, "hr")
    return person


@dataclass
class Cast:
    """Renata leads North, where Dana and Marcus work; Sam leads South, where Sol works.

    Nadia is head of the whole network. Hana is HR, Ada an auditor within an engagement, Arthur a
    training author, Ilse the site admin. Nobody of them is a patient.
    """

    network: Team
    north: Team
    south: Team
    nadia: Person
    renata: Person
    dana: Person
    marcus: Person
    sam: Person
    sol: Person
    hana: Person
    ada: Person
    arthur: Person
    ilse: Person


def make_cast(today: date) -> Cast:
    for position, (code, name, field) in enumerate(
        [
            ("rn", "Registered nurse", "nursing"),
            ("lvn", "Licensed vocational/practical nurse", "nursing"),
            ("lcsw", "Licensed clinical social worker", "social_work"),
            ("other", "Other", "other"),
        ]
    ):
        Profession.objects.get_or_create(
            code=code, defaults={"name": name, "field": field, "position": position}
        )
    network = make_team(code="network", name="Care management", by=None)
    north = make_team(code="north", name="Case Management North", parent=network, by=None)
    south = make_team(code="south", name="Case Management South", parent=network, by=None)
    office = make_team(code="office", name="Human resources", by=None)
    cast = Cast(
        network=network,
        north=north,
        south=south,
        nadia=make_person("Nadia", "Berg", team=network, title="Director"),
        renata=make_person("Renata", "Okafor", team=north, title="Supervisor", profession="rn"),
        dana=make_person("Dana", "Whitfield", team=north, profession="rn", states=["CA"]),
        marcus=make_person("Marcus", "Thiele", team=north, profession="rn", states=["CA", "TX"]),
        sam=make_person("Sam", "Park", team=south, title="Supervisor", profession="lcsw"),
        sol=make_person("Sol", "Reyes", team=south, profession="lcsw", states=["TX"]),
        hana=make_person("Hana", "Sato", team=office, title="HR partner"),
        ada=make_person("Ada", "Lind", hired=None),
        arthur=make_person("Arthur", "Moss", team=office, title="Educator"),
        ilse=make_person("Ilse", "Kern", team=office, title="System administrator"),
    )
    for team, lead in ((network, cast.nadia), (north, cast.renata), (south, cast.sam)):
        make_lead(team, lead)
    grant(cast.hana, "hr")
    grant(
        cast.ada,
        "auditor",
        since=today - timedelta(days=5),
        last_day=today + timedelta(days=5),
        engagement="State survey",
    )
    grant(cast.arthur, "author")
    grant(cast.ilse, "site_admin")
    for person in (cast.hana, cast.ada, cast.ilse):
        TOTP.activate(person, generate_totp_secret())
    return cast
