"""Every address and every stored file, asked as everybody: one table.

A stranger gets 404, an insider without the right 403, a visitor is led to the sign-in. An address
that has no row here fails the test: nothing opens unnoticed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLResolver

from certifications.catalog.load import load_catalogue
from certifications.credentials.submit import submit
from certifications.models import CredentialType
from evaluations.models import FormTemplate
from evaluations.workflow.launch import launch
from portal.files.access import kinds
from portal.files.intake import store_bytes, store_upload
from portal.home.pages import ensure_page_tree
from portal.jobs.models import Job
from portal.notices.models import Message, Notice
from portal.people.accounts.invitations import invite
from portal.people.models import AccountMail, Person, Position
from portal.standing.exceptions.grant import grant_waiver
from tests.cards import card_picture
from tests.cast import Cast, by, grant
from tests.evaluations.form import CONTENT
from tests.standing.rules import make_requirement
from training.assessment.take import save_answer, start_sitting
from training.assessment.take import submit as hand_in_sitting
from training.authoring.import_course import import_course
from training.learning.lessons import finish_lesson
from training.learning.start import start
from training.models import Certificate, Completion, Edition

# The columns: visitor, Dana (whose records these are), Sol (staff of another team), Sam (supervisor
# of another team), Renata (her supervisor), Hana (HR), Ada (auditor).
COLUMNS = ("visitor", "dana", "sol", "sam", "renata", "hana", "ada")

# 302* is the sign-in; "ok" any answer that is no refusal.
OWN = "302* ok ok ok ok ok ok"
HR = "302* 403 403 403 403 ok 403"
HR_AUDITOR = "302* 403 403 403 403 ok ok"
STANDING = "302* ok 404 404 ok ok ok"
HR_FOR_DANA = "302* 403 404 404 403 ok 403"
DANA_ALONE = "302* ok 404 404 404 404 404"
PUBLIC = "ok ok ok ok ok ok ok"
MOVED_FOR_GOOD = "301 301 301 301 301 301 301"
LINE_HR_AUDITOR = "302* 403 403 ok ok ok ok"


@dataclass
class World:
    """What the addresses are about: Dana's records."""

    cast: Cast
    today: date
    values: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return self.values[name]


COURSE = {
    "slug": "handover",
    "title": "Handover",
    "summary": "Short.",
    "minutes": 10,
    "contact_hours": "1.00",
    "lessons": [
        {
            "slug": "one",
            "title": "One",
            "minutes": 5,
            "blocks": [{"type": "text", "value": "<p>Call first.</p>"}],
        },
    ],
}


EXAM = {
    "title": "Assessment",
    "passing_percent": 80,
    "questions": [
        {
            "kind": "single",
            "stem": "Who comes first?",
            "choices": [{"text": "The person", "correct": True}, {"text": "The form", "correct": False}],
        }
    ],
}


def _sit(person: Person, course: Any, on: date, *, hand_in: bool) -> Any:
    """A sitting of the course's assessment, open or handed in and passed."""
    attempt = start(person, course)
    finish_lesson(attempt, attempt.edition.lessons[0]["id"], on=on)
    sitting = start_sitting(attempt)
    if hand_in:
        [question] = attempt.edition.content["assessment"]["questions"]
        right = [choice["id"] for choice in question["choices"] if choice["correct"]]
        save_answer(sitting, question["id"], right)
        hand_in_sitting(sitting, on=on)
    return sitting


@pytest.fixture
def world(cast: Cast, today: date, tmp_path: Any) -> World:
    return make_world(cast, today, tmp_path)


def make_world(cast: Cast, today: date, tmp_path: Any) -> World:
    load_catalogue()
    made = World(cast, today)
    values = made.values
    values["requirement"] = make_requirement("hipaa")
    values["waiver"] = grant_waiver(
        cast.dana,
        values["requirement"],
        scope="",
        starts_on=today,
        last_day=None,
        reason="x",
        by=by(cast.hana),
    )
    card = store_upload(
        SimpleUploadedFile("card.jpg", card_picture("RN")),
        kind="credential-card",
        person=cast.dana,
        actor=cast.dana,
    )
    values["period"] = submit(
        cast.dana,
        CredentialType.objects.get(code="RN-CA"),
        number="123",
        issued_on=today - timedelta(days=30),
        expires_on=today + timedelta(days=300),
        card=card,
        on=today,
        by=by(cast.dana),
    )
    template = FormTemplate.objects.create(
        code="annual", title="Annual", content=CONTENT, published_at="2026-01-01T00:00Z"
    )
    values["evaluation"] = launch(
        cast.dana, template, period_from=today, period_to=today, due_on=today, on=today, by=by(cast.hana)
    )
    course = import_course(COURSE, index=ensure_page_tree(), folder=tmp_path, actor=cast.arthur)
    values["attempt"] = start(cast.dana, course)
    values["lesson"] = values["attempt"].edition.lessons[0]["id"]
    other = import_course({**COURSE, "slug": "other"}, index=ensure_page_tree(), folder=tmp_path, actor=None)
    done = start(cast.dana, other)
    finish_lesson(done, done.edition.lessons[0]["id"], on=today)
    values["certificate"] = Certificate.objects.get(completion=Completion.objects.get(attempt=done))
    values["done"] = done
    exam = import_course(
        {**COURSE, "slug": "exam", "assessment": EXAM}, index=ensure_page_tree(), folder=tmp_path, actor=None
    )
    for name, person in (("sat", cast.dana), ("open_exam", cast.dana)):
        values[name] = _sit(person, exam, today, hand_in=name == "sat")
    values["edition"] = Edition.objects.filter(course=course).latest("number")
    values["notice"] = Notice.objects.filter(recipient=cast.dana).first()
    values["message"] = Message.objects.create(
        recipient=cast.dana, state=Message.State.CARRIED, carrier=cast.renata
    )
    values["failed"] = Message.objects.create(recipient=cast.dana, state=Message.State.FAILED)
    values["failed_account_mail"] = AccountMail.objects.create(
        kind=AccountMail.Kind.RESET, address="dana@example.org", state=AccountMail.State.FAILED
    )
    values["invitation"] = invite(cast.dana, "mail", by=by(cast.hana)).invitation
    values["job"] = Job.objects.create(kind="training.certificate", key="none", state=Job.State.FAILED)
    values["role"] = grant(cast.dana, "author", since=today + timedelta(days=90))
    values["position"] = Position.objects.get(person=cast.dana)
    return made


@dataclass(frozen=True)
class Row:
    expect: str
    args: Callable[[World], list[Any]] = lambda _world: []
    method: str = "get"


def dana(world: World) -> list[Any]:
    return [world.cast.dana.pk]


def about(*names: str) -> Callable[[World], list[Any]]:
    """Arguments by the names of the world's values: their ids or codes, or Dana."""

    def found(world: World) -> list[Any]:
        return [_argument(world, name) for name in names]

    return found


def _argument(world: World, name: str) -> Any:
    if name == "dana":
        return world.cast.dana.pk
    if name.startswith("="):
        return name[1:]
    head, _dot, attribute = name.partition(".")
    value = world.values[head]
    return getattr(value, attribute or "pk") if not isinstance(value, str) else value


TABLE: dict[str, Row] = {
    "healthz": Row(PUBLIC),
    "readyz": Row("503 503 503 503 503 503 503"),
    "open_by_code": Row(PUBLIC),
    "open_account": Row("404 404 404 404 404 404 404", about("=nosuchsecret")),
    "theme": Row(PUBLIC, method="post"),
    "style_guide": Row("403 403 403 403 403 403 403"),
    "home": Row(OWN),
    "my_work": Row(OWN),
    "team_board": Row(LINE_HR_AUDITOR),
    "team_board_csv": Row(LINE_HR_AUDITOR),
    "compliance": Row(HR_AUDITOR),
    "compliance_items": Row(HR_AUDITOR),
    "not_cleared": Row(LINE_HR_AUDITOR),
    "people:list": Row(OWN),
    "people:teams": Row(OWN),
    "people:team_lead": Row(HR, lambda w: [w.cast.north.pk]),
    "people:add": Row(HR),
    "people:detail": Row(OWN, dana),
    "people:invite": Row(HR_FOR_DANA, about("dana", "=mail"), "post"),
    "people:mail_invitation": Row(HR_FOR_DANA, about("dana", "invitation"), "post"),
    "people:close": Row(HR_FOR_DANA, dana, "post"),
    "people:act": Row("302* 403 404 404 ok ok 403", about("dana", "=absence")),
    "people:end_role": Row(HR_FOR_DANA, about("dana", "role")),
    "people:withdraw_fact": Row(HR_FOR_DANA, about("dana", "=position", "position")),
    "notices:inbox": Row(OWN),
    "notices:read_all": Row(OWN, method="post"),
    "notices:open": Row(DANA_ALONE, about("notice"), "post"),
    "notices:to_pass_on": Row(OWN),
    "notices:pass_on": Row("302* 404 404 404 ok 404 404", about("message"), "post"),
    "notices:delivery": Row(HR_AUDITOR),
    "notices:change_mode": Row("302* 403 403 403 403 404 403", method="post"),
    "notices:again": Row(HR, about("failed"), "post"),
    "notices:account_mail_again": Row(HR, about("failed_account_mail"), "post"),
    "jobs:list": Row(HR),
    "jobs:progress": Row("302* 404 404 404 404 ok 404", about("job")),
    "jobs:again": Row(HR, about("job"), "post"),
    "standing:mine": Row(OWN),
    "standing:requirements": Row(LINE_HR_AUDITOR),
    "standing:requirement": Row(LINE_HR_AUDITOR, about("requirement.code")),
    "standing:requirement_change": Row(HR, about("requirement.code")),
    "standing:person": Row(STANDING, dana),
    "standing:item": Row(STANDING, about("dana", "requirement.code")),
    "standing:waive": Row(HR_FOR_DANA, about("dana", "requirement.code")),
    "standing:extend": Row(HR_FOR_DANA, about("dana", "requirement.code")),
    "standing:withdraw": Row(HR_FOR_DANA, about("=waiver", "waiver"), "post"),
    "certifications:mine": Row(OWN),
    "certifications:add": Row(OWN),
    "certifications:queue": Row(HR_AUDITOR),
    "certifications:verify": Row(HR_FOR_DANA, about("period")),
    "certifications:add_for": Row("302* ok 404 404 ok ok 403", dana),
    "certifications:add_verified": Row(HR_FOR_DANA, dana),
    "certifications:detail": Row(STANDING, about("period.credential_id")),
    "certifications:renew": Row("302* ok 404 404 ok ok 403", about("period.credential_id")),
    "certifications:withdraw": Row(HR_FOR_DANA, about("period.credential_id"), "post"),
    "training:mine": Row(OWN),
    "documents:ask": Row(PUBLIC),
    "documents:check": Row(PUBLIC, about("certificate.code")),
    "training:old_verify_form": Row(MOVED_FOR_GOOD),
    "training:old_verify": Row(MOVED_FOR_GOOD, about("certificate.code")),
    "training:start": Row("302* ok ok ok ok ok 403", about("=handover"), "post"),
    "training:attempt": Row(DANA_ALONE, about("attempt")),
    "training:start_over": Row(DANA_ALONE, about("attempt"), "post"),
    "training:lesson": Row(DANA_ALONE, about("attempt", "lesson")),
    "training:lesson_finish": Row(DANA_ALONE, about("attempt", "lesson"), "post"),
    "training:lesson_position": Row(DANA_ALONE, about("attempt", "lesson"), "post"),
    "training:completed": Row(DANA_ALONE, about("done")),
    "training:assessment": Row(DANA_ALONE, about("open_exam.attempt_id")),
    "training:assessment_begin": Row(DANA_ALONE, about("open_exam.attempt_id"), "post"),
    "training:question": Row(DANA_ALONE, about("open_exam.attempt_id", "open_exam.number", "=1")),
    "training:review": Row(DANA_ALONE, about("open_exam.attempt_id", "open_exam.number")),
    "training:submit": Row(DANA_ALONE, about("open_exam.attempt_id", "open_exam.number"), "post"),
    "training:result": Row(DANA_ALONE, about("sat.attempt_id", "sat.number")),
    "training:revoke": Row(HR_FOR_DANA, about("certificate")),
    "training:editions": Row(HR_AUDITOR),
    "training:edition": Row(HR_AUDITOR, about("=handover", "edition.number")),
    "evaluations:list": Row(OWN),
    "evaluations:launch": Row("302* 403 403 ok ok ok 403"),
    "evaluations:old_verify": Row(MOVED_FOR_GOOD, about("=NOSUCHCODE")),
    "evaluations:detail": Row(STANDING, about("evaluation.code")),
    "evaluations:save": Row("302* ok 404 404 ok 403 403", about("evaluation.code"), "post"),
    "evaluations:move": Row("302* 403 404 404 403 ok 403", about("evaluation.code", "=cancel"), "post"),
    "content_file": Row("302* 404 404 404 404 404 404", about("=nothing.png")),
}

# allauth's and Wagtail's own pages are asked in tests/people; a file by its kind, below.
ELSEWHERE = ("account_", "mfa_", "usersessions_", "wagtail")
BELOW = {"files:download"}


def addresses(resolver: Any, namespace: str = "", prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every named address of the portal, with its pattern."""
    for pattern in resolver.url_patterns:
        text = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if text.startswith(("admin/", "documents/")):
                continue
            yield from addresses(pattern, pattern.namespace or namespace, text)
        else:
            yield (f"{namespace}:{pattern.name}" if namespace else str(pattern.name)), text


def test_every_address_has_a_row() -> None:
    known = {
        name
        for name, text in addresses(get_resolver())
        if not text.lstrip("^").startswith(("admin/", "_util/"))
    }
    known = {name for name in known if not name.startswith(ELSEWHERE)}
    assert known - set(TABLE) - BELOW == set()


def clients(cast: Cast, sign_in: Callable[[Person], Client]) -> dict[str, Client]:
    return {name: Client() if name == "visitor" else sign_in(getattr(cast, name)) for name in COLUMNS}


def answer(client: Client, method: str, address: str) -> str:
    """The status; 302* for being led to the sign-in. Nothing that was asked stays done."""
    with transaction.atomic():
        response = getattr(client, method)(address)
        transaction.set_rollback(True)
    if response.status_code == 302 and response["Location"].startswith("/accounts/login/"):
        return "302*"
    return str(response.status_code)


def fits(expected: str, got: str) -> bool:
    if expected == "ok":
        return got in {"200", "204", "302", "409", "422", "400"}
    return expected == got


def groups() -> list[str]:
    return sorted({name.partition(":")[0] if ":" in name else "home" for name in TABLE})


@pytest.mark.parametrize("group", groups())
def test_who_gets_what(world: World, sign_in: Callable[[Person], Client], group: str) -> None:
    everybody = clients(world.cast, sign_in)
    wrong = []
    for name, row in TABLE.items():
        if (name.partition(":")[0] if ":" in name else "home") != group:
            continue
        address = reverse(name, args=row.args(world))
        for column, expected in zip(COLUMNS, row.expect.split(), strict=True):
            got = answer(everybody[column], row.method, address)
            if not fits(expected, got):
                wrong.append(f"{name} as {column}: {got}, not {expected}")
    assert wrong == []


# ---- every kind of stored file ----------------------------------------------------------------

FILES = {
    "credential-card": STANDING,
    "verification-proof": STANDING,
    "certificate": STANDING,
    "evaluation": "302* ok 404 404 ok ok 403",
}


def test_every_kind_of_file_has_a_row() -> None:
    assert set(kinds()) == set(FILES)


def test_who_gets_which_file(world: World, sign_in: Callable[[Person], Client]) -> None:
    everybody = clients(world.cast, sign_in)
    wrong = []
    for kind, expect in FILES.items():
        stored = store_bytes(
            b"%PDF-1.7",
            name="x.pdf",
            content_type="application/pdf",
            kind=kind,
            person=world.cast.dana,
            about=str(world.evaluation.pk),
            actor=None,
        )
        for column, expected in zip(COLUMNS, expect.split(), strict=True):
            got = answer(everybody[column], "get", reverse("files:download", args=[stored.code]))
            if not fits(expected, got):
                wrong.append(f"{kind} as {column}: {got}, not {expected}")
    assert wrong == []


def test_nobody_with_a_role_works_on_their_own_record(
    cast: Cast, sign_in: Callable[[Person], Client]
) -> None:
    hana = sign_in(cast.hana)
    for act in ("role", "end", "position", "name"):
        assert hana.get(reverse("people:act", args=[cast.hana.pk, act])).status_code == 403
    assert hana.get(reverse("certifications:add_verified", args=[cast.hana.pk])).status_code == 403
