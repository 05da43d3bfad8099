"""The rows of the table in docs/performance.md: each a figure, what it is measured against, and its goal."""

import json
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Max
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from bench.documents import document_rows
from bench.figure import Row
from bench.timing import ROUNDS, median, median_taken_back, run_again, statements, taken_back
from portal.clock import business_today
from portal.notices.models import Notice, Told
from portal.people.access.viewer import Viewer
from portal.people.models import Person, RoleGrant, TeamLead
from portal.standing.alerts import returning, weekend
from portal.standing.alerts import scan as alerts
from portal.standing.cases import parse_case
from portal.standing.engine.timeline import timeline
from portal.standing.models import (
    AlertRun,
    ClearanceSpan,
    LadderStage,
    Requirement,
    RequirementVersion,
    Span,
)
from portal.standing.projection.one_rule import rebuild_rule
from portal.standing.projection.rebuild import everybody, rebuild
from portal.standing.requirements.change import Draft
from portal.standing.requirements.preview import preview_change
from training.assessment.take import questions_of, save_answer, start_sitting, submit
from training.learning.access import my_sitting
from training.learning.lessons import finish_lesson
from training.learning.start import start
from training.models import CoursePage, Edition

CASES = Path(__file__).resolve().parent.parent / "tests/standing/engine/cases.json"
BATCH = 500
# What takes many seconds is run fewer times.
FEW = 3


# ---- the engine ----------------------------------------------------------------------------------


def timeline_rows() -> Iterator[Row]:
    cases = json.loads(CASES.read_text())
    parsed = [parse_case(case) for case in cases]
    floor = median(lambda: [parse_case(case) for case in cases])
    figure = median(lambda: [timeline(*pair) for pair in parsed])
    yield Row(
        f"timeline() over {len(cases)} cases, against parse_case()", figure, floor, "≤ 1 x", figure <= floor
    )


# ---- the projection ------------------------------------------------------------------------------


def rebuild_rows() -> Iterator[Row]:
    """Everybody by every rule: computed and written, against deleting and inserting the same rows."""
    people = everybody()

    def clear() -> None:
        Span.objects.all().delete()
        ClearanceSpan.objects.all().delete()

    figure = median_taken_back(lambda: rebuild(people), clear, FEW)
    floor = _insert_again({Span: {}, ClearanceSpan: {}})
    rules = Requirement.objects.count()
    yield Row(
        f"rebuild of {len(people)} people x {rules} rules, against bulk insert",
        figure,
        floor,
        "≤ 3 x",
        figure <= 3 * floor,
    )


def _insert_again(narrowed: dict[type[Any], dict[str, Any]]) -> float:
    """Deleting the rows and inserting them by bulk_create."""
    held = {model: list(model.objects.filter(**values)) for model, values in narrowed.items()}

    def insert() -> None:
        for model, rows in held.items():
            model.objects.filter(**narrowed[model]).delete()
            model.objects.bulk_create(rows, batch_size=BATCH)

    return median_taken_back(insert, rounds=FEW)


def rule_rows() -> Iterator[Row]:
    requirement = blocking()
    figure = median_taken_back(lambda: rebuild_rule(requirement.pk), lambda: clear_rule(requirement), FEW)
    floor = _insert_again({Span: {"requirement": requirement}, ClearanceSpan: {}})
    yield Row(
        "one requirement's change for everybody, against its own bulk insert",
        figure,
        floor,
        "≤ 3 x",
        figure <= 3 * floor,
    )
    yield _preview_row(requirement, floor)


def clear_rule(requirement: Requirement) -> None:
    """Nothing is stored any longer of what its change computes."""
    Span.objects.filter(requirement=requirement).delete()
    ClearanceSpan.objects.all().delete()


def preview_of(requirement: Requirement) -> Callable[[], object]:
    """What shows the effects of longer grace from next month on."""
    version = requirement.versions.filter(superseded_at__isnull=True).latest("starts_on")
    on = business_today() + timedelta(30)
    values = {**version.demands(), "grace_days": 14}
    draft = Draft(starts_on=on, values=values, accepted=tuple(version.accepted_values()), reason="x")
    by = Viewer(_hr(), business_today())
    return lambda: preview_change(requirement, draft, on=[on], by=by)


def _preview_row(requirement: Requirement, floor: float) -> Row:
    preview = preview_of(requirement)
    with statements() as ran:
        preview()
    written = ran.of("INSERT", "UPDATE", "DELETE")
    locked = [
        sql for sql, *_rest in ran.rows if "FOR UPDATE" in sql or "FOR NO KEY" in sql or "advisory" in sql
    ]
    figure = median(preview, FEW)
    met = figure <= 3 * floor and not written and not locked
    return Row("preview of it, no write, no lock", figure, floor, "≤ 3 x", met, queries=ran.count)


def blocking() -> Requirement:
    version = RequirementVersion.objects.current().filter(severity="blocks", per_state=True).first()
    assert version is not None
    return version.requirement


# ---- pages ---------------------------------------------------------------------------------------


def _hr() -> Person:
    return Person.objects.get(employee_number="hv1003")


def _client(person: Person) -> Client:
    client = Client(headers={"Accept-Encoding": "identity"})
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


PAGES = (
    ("compliance", "compliance", {}),
    ("exceptions", "compliance_items", {}),
    ("not cleared", "not_cleared", {}),
    ("people", "people:list", {}),
)


def page_rows(rounds: int = ROUNDS) -> Iterator[Row]:
    client = _client(_hr())
    for name, address, query in PAGES:
        figure, floor, count, _size = _page(client, reverse(address), query, rounds)
        met = figure <= 3 * floor + 50 and count <= 12
        yield Row(name, figure, floor, "≤ 3 x + 50 ms, ≤ 12 queries", met, queries=count)
    top = TeamLead.objects.current().filter(person__employee_number="hv1007")[0].team_id
    figure, floor, count, size = _page(client, reverse("team_board"), {"team": top}, rounds)
    yield Row("team board, first page", figure, floor, "≤ 12 queries", count <= 12, queries=count)
    yield Row("team board, a page compressed", size, 60_000, "< 60 KB", size < 60_000, unit="bytes")


def other_page_rows(rounds: int = ROUNDS) -> Iterator[Row]:
    """What the same pages ask of a supervisor and of HR of a team, whose queues are small."""
    team = RoleGrant.objects.held(business_today()).filter(role="hr", scope="team")
    people = {
        "a supervisor": Person.objects.get(employee_number="hv1002"),
        "HR of a team": team.order_by("pk")[0].person,
    }
    for who, person in people.items():
        client = _client(person)
        for name, address, query in (*PAGES, ("team board", "team_board", {})):
            if client.get(reverse(address), query).status_code == 200:
                figure, floor, count, _size = _page(client, reverse(address), query, rounds)
                yield Row(f"{name}, of {who}", figure, floor, "≤ 12 queries", count <= 12, queries=count)


def _page(client: Client, address: str, query: dict[str, Any], rounds: int) -> tuple[float, float, int, int]:
    """Milliseconds, those of its bare statements, how many these are, and the page's bytes compressed."""

    def get() -> Any:
        response = client.get(address, query)
        assert response.status_code == 200, (address, response.status_code)
        return response

    get()
    with statements() as ran:
        page = get()
    reads = ran.of("SELECT", "WITH")
    figure, floor = median(get, rounds), median(lambda: run_again(reads), rounds)
    return figure, floor, ran.count, len(zlib.compress(page.content, 6))


# ---- acts ----------------------------------------------------------------------------------------


def completion_rows() -> Iterator[Row]:
    """Handing in the last answers of a course: completion, certificate, evidence, spans, notice."""
    person, course = _learner()
    attempts: list[int] = []

    def until_the_last_answer() -> None:
        attempt = start(person, course)
        attempts.append(attempt.pk)
        for lesson in attempt.edition.lessons:
            finish_lesson(attempt, lesson["id"], on=business_today())
        for question in questions_of(attempt).values():
            right = sorted(choice["id"] for choice in question["choices"] if choice["correct"])
            save_answer(start_sitting(attempt), question["id"], right)

    request: Any = SimpleNamespace(user=person)

    def hand_in() -> None:
        submit(my_sitting(request, attempts[-1], 1), on=business_today())

    # What a process asks once is not counted.
    taken_back(hand_in, until_the_last_answer)
    with transaction.atomic():
        until_the_last_answer()
        before = _last_ids()
        with statements() as ran:
            hand_in()
        new = [row for model, pk in before.items() for row in model._base_manager.filter(pk__gt=pk)]
        transaction.set_rollback(True)

    def insert() -> None:
        Span.objects.filter(person=person).delete()
        for row in new:
            row.save_base(force_insert=True)

    figure = median_taken_back(hand_in, until_the_last_answer)
    floor = median_taken_back(insert, until_the_last_answer)
    met = figure <= 4 * floor and ran.count <= 25
    yield Row(
        "one completion to updated board, against inserting the same rows",
        figure,
        floor,
        "≤ 4 x, ≤ 25 queries",
        met,
        queries=ran.count,
    )


def _last_ids() -> dict[type[Any], int]:
    """The highest id of each table that numbers its rows: ours, and the log of who did what."""
    found: dict[type[Any], int] = {}
    for model in apps.get_models():
        ours = model._meta.app_label in ("people", "audit", "notices", "jobs", "standing", "training")
        if ours or model is ModelLogEntry:
            top = model._base_manager.aggregate(top=Max("pk"))["top"]
            if isinstance(top, int) or top is None:
                found[model] = top or 0
    return found


def _learner() -> tuple[Person, CoursePage]:
    """Somebody who never opened a course that ends with questions."""
    asked = (edition for edition in Edition.objects.order_by("pk") if edition.assessment)
    course = next(edition.course for edition in asked if edition.course.live)
    people = Person.objects.employed(business_today()).exclude(attempts__course=course)
    return people.order_by("pk")[0], course


# ---- alerts --------------------------------------------------------------------------------------


def alert_rows() -> Iterator[Row]:
    """The daily scan on a day when nothing was told yet, against its selecting statements and inserts."""

    def scan() -> None:
        alerts.run_alerts(business_today())

    def clear() -> None:
        kinds = (alerts.KIND, weekend.KIND, returning.KIND)
        Told.objects.filter(notice__kind__in=kinds).delete()
        Notice.objects.filter(kind__in=kinds).delete()
        LadderStage.objects.all().delete()
        AlertRun.objects.all().delete()

    with transaction.atomic():
        clear()
        with statements() as ran:
            scan()
        owed = [list(model.objects.all()) for model in (Notice, LadderStage)]
        owed[0] = [notice for notice in owed[0] if notice.kind == alerts.KIND]
        transaction.set_rollback(True)
    selects = ran.of("SELECT")

    def floor_of_it() -> None:
        run_again(selects)
        for rows in owed:
            type(rows[0]).objects.bulk_create(rows, batch_size=BATCH)

    figure = median_taken_back(scan, clear, FEW)
    floor = median_taken_back(floor_of_it, clear, FEW)
    yield Row(
        f"alert scan that owes {len(owed[0])}, against its selects and their bulk insert",
        figure,
        floor,
        "≤ 2 x",
        figure <= 2 * floor,
        queries=ran.count,
    )


ROWS: dict[str, Callable[[], Iterator[Row]]] = {
    "timeline": timeline_rows,
    "documents": document_rows,
    "completion": completion_rows,
    "alerts": alert_rows,
    "pages": page_rows,
    "others": other_page_rows,
    "rule": rule_rows,
    "rebuild": rebuild_rows,
}
