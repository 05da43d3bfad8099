"""What standing, access and the org chart read does not change but by a Change.

Every column that the loaders ask the database for is taken from their SQL. It is frozen by a lock of
the database (a recorded fact, a ledger, a frozen column), or it stands below with the reason.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.audit import locks
from portal.people.access.place import places
from portal.people.access.viewer import Viewer
from portal.people.employment.clock import ClockRules, make_absence_kind
from portal.people.employment.leave import record_absence
from portal.people.facts.taking_back import fact_models
from portal.people.models import HomeState, Person, Position, TeamTree
from portal.people.models.fact import RecordedFact
from portal.people.organization.delegation import delegate
from portal.people.organization.primary import primary_position
from portal.people.organization.supervision import OrgChart
from portal.standing.exceptions.grant import grant_extension, grant_waiver
from portal.standing.projection.compute import compute
from portal.standing.projection.rebuild import everybody
from portal.standing.projection.rules import load_rules
from tests.cast import Cast, grant, make_person
from tests.standing.rules import make_requirement

type Columns = set[tuple[str, str]]

# Closing a row is what a Change does: it happens once, and names the change.
CLOSING = {"superseded_at", "closed_in_id"}

SHOWN = "Shown, or put in order by; nobody's standing or access depends on it."
ACCOUNT = "Of the account, not of the record: loaded with the person and not read here."
ALLOWED: dict[str, dict[str, str]] = {
    "people_person": {
        "is_active": "Whether the account is open. The day's admission is asked beside it; closing is logged.",
        "is_superuser": "The way in before there is a site admin; gone with the account, and counted by no scope.",
        **dict.fromkeys(
            ("first_name", "last_name", "email", "search_text", "birth_month", "birth_day"), SHOWN
        ),
        **dict.fromkeys(
            ("password", "last_login", "employee_number", "time_zone", "closed_in_id", "date_joined"), ACCOUNT
        ),
    },
    "people_team": {"name": SHOWN},
    "people_profession": {"name": SHOWN, "field": SHOWN, "position": SHOWN},
    "people_invitation": {
        "used_at": "When an account was opened: written once, by opening it.",
    },
    "standing_requirement": dict.fromkeys(("name", "short_name", "group", "help_text", "position"), SHOWN),
    "standing_qualification": {"name": SHOWN},
}


def columns_read(act: Callable[[], object]) -> Columns:
    """(table, column) of everything that the act asks for, in whatever clause."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    found: Columns = set()
    for query in captured.captured_queries:
        found |= columns_of(query["sql"])
    return found


def columns_of(sql: str) -> Columns:
    named = re.findall(r'(?:FROM|JOIN) \(?"(\w+)"(?: (?!ON|INNER|LEFT|WHERE|ORDER|LIMIT)"?(\w+)"?)?', sql)
    tables = {alias or table: table for table, alias in named}
    pairs = re.findall(r'"?(\w+)"?\."(\w+)"', sql)
    return {(tables[name], column) for name, column in pairs if name in tables}


def test_columns_are_found_under_other_names() -> None:
    sql = (
        'SELECT "a"."x" FROM "a" LEFT OUTER JOIN "b" ON ("a"."b_id" = "b"."id") INNER JOIN "a" T3 ON '
        '(T3."id" = "b"."z") WHERE EXISTS(SELECT 1 AS "a" FROM "c" U0 WHERE U0."y" = ("a"."w") LIMIT 1)'
    )
    assert columns_of(sql) == {
        *(("a", column) for column in ("x", "b_id", "id", "w")),
        *(("b", column) for column in ("id", "z")),
        ("c", "y"),
    }


def may_change(columns: Columns) -> Iterator[str]:
    """Those that nothing in the database keeps from changing without a Change, and that are not allowed."""
    by_table = {lock.table: lock for lock in locks.registered()}
    for table, column in sorted(columns):
        lock = by_table.get(table)
        closing = CLOSING if lock is not None and issubclass(lock.model, RecordedFact) else set()
        frozen = (
            lock is not None and not lock.closed_when and column in {*lock.frozen_columns, "id", *closing}
        )
        if not frozen and column not in ALLOWED.get(table, {}):
            yield f"{table}.{column}"


@pytest.fixture
def world(cast: Cast, today: date) -> Cast:
    """Something of every kind, so that every branch is read."""
    leave = make_absence_kind(code="l", name="Leave", stops_clock=True, by=None)
    rule = make_requirement("hipaa")
    make_requirement("license", per_state=True)
    days = {"starts_on": today, "last_day": today}
    record_absence(cast.sam, kind=leave, by=None, **days)
    delegate(cast.sam, cast.sol, by=None, **days)
    grant_waiver(cast.dana, rule, reason="x", by=None, **days)
    grant_extension(cast.marcus, rule, reason="x", by=None, **days)
    grant(cast.arthur, "hr", scope="state", state="CA")
    grant(cast.marcus, "hr", scope="team", team=cast.south)
    make_person("By", "Name", team=cast.south, supervisor=cast.renata)
    make_person("To", "Come", hired=date(2999, 1, 1), team=cast.south)
    return cast


def standing() -> None:
    for known_at in (None, timezone.now()):
        load_rules(known_at)
        list(compute(everybody(), known_at=known_at))
    ClockRules.load()


def access() -> None:
    today = timezone.localdate()
    people = list(Person.objects.all())
    for person in people:
        viewer = Viewer(person, today)
        for name in ("roles", "admission", "line", "hr_teams", "hr_states", "keeps_organization", "tree"):
            getattr(viewer, name)
        for other in people[:3]:
            viewer.sees_standing_of(other.pk)
            viewer.is_hr_for(other.pk)
            viewer.leads(other.pk)
            viewer.reads_evaluations_of(other.pk)
        list(Person.objects.visible_to(viewer).values_list("pk", flat=True))
    for model in (Position, HomeState):
        list(places(model, today))
    list(Person.objects.employed(today).values_list("pk", flat=True))


def org_chart() -> None:
    today = timezone.localdate()
    chart = OrgChart(today)
    for person in Person.objects.all():
        chart.supervisor_of(person.pk)
        primary_position(person.pk, today)
    TeamTree.load(today)


READERS = {"standing": standing, "access": access, "org chart": org_chart}
# What each must have asked for, so that a reader that reads nothing is no proof.
READ = {
    "standing": {
        "people_employment", "people_position", "people_absence", "people_absencekindrule", "people_teamplace",
        "standing_evidence", "standing_waiver", "standing_extension", "standing_requirementversion",
        "standing_acceptedqualification", "standing_qualification",
    },
    "access": {
        "people_employment", "people_position", "people_rolegrant", "people_teamlead", "people_delegation",
        "people_homestate", "people_teamplace", "people_invitation",
    },
    "org chart": {
        "people_employment", "people_position", "people_rolegrant", "people_teamlead", "people_delegation",
        "people_absence", "people_teamplace",
    },
}  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.django_db
def test_what_is_read_does_not_change_but_by_a_change(world: Cast, reader: str) -> None:
    read = columns_read(READERS[reader])
    assert READ[reader] <= {table for table, _column in read}
    assert list(may_change(read)) == []


def test_facts_are_put_on_record_and_closed_by_changes_alone() -> None:
    """But for the demo, whose facts were there before the first act."""
    facts = "|".join(model.__name__ for model in fact_models())
    written = re.compile(
        rf"\b(?:{facts})\.(?:_default_manager|objects)\.(?:bulk_|get_or_|update_or_)?create\(|\bsuperseded_at="
    )
    found = []
    for package in ("portal", "training", "evaluations", "certifications"):
        for file in (Path(settings.BASE_DIR) / package).rglob("*.py"):
            name = str(file.relative_to(settings.BASE_DIR))
            if (
                "/migrations/" not in name
                and not name.startswith("portal/demo/")
                and written.search(file.read_text())
            ):
                found.append(name)
    assert found == ["portal/people/facts/apply.py"]


def test_a_column_that_may_change_is_named() -> None:
    assert list(may_change({("standing_requirement", "code"), ("people_person", "id")})) == []
    assert list(may_change({("people_absencekind", "name"), ("jobs_job", "state")})) == [
        "jobs_job.state",
        "people_absencekind.name",
    ]


def test_what_is_allowed_is_there_and_not_frozen_anyway() -> None:
    by_table = {lock.table: lock for lock in locks.registered()}
    for table, columns in ALLOWED.items():
        lock = by_table[table]
        there = {str(field.column) for field in lock.model._meta.concrete_fields}
        assert set(columns) <= there, table
        assert not set(columns) & set(lock.frozen_columns), table
