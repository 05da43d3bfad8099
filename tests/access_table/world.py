"""What the addresses are about: one person's records, of every kind that has an address."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from certifications.catalog.load import load_catalogue
from certifications.credentials.submit import submit
from certifications.models import CredentialType
from evaluations.models import FormTemplate
from evaluations.workflow.launch import launch
from portal.files.intake import store_upload
from portal.home.groups import ensure_groups
from portal.home.pages import ensure_page_tree
from portal.jobs.models import Job
from portal.notices.models import Message, Notice, Told
from portal.people.accounts.invitations import invite
from portal.people.employment.clock import change_clock, make_absence_kind
from portal.people.models import (
    Absence,
    AccountMail,
    Batch,
    Change,
    ChangePerson,
    Delegation,
    Employment,
    HomeState,
    PatientWorkRemoval,
    Person,
    PersonIdentifier,
    PersonName,
    PersonProfession,
    Position,
    Profession,
)
from portal.people.organization.teams import move_team
from portal.standing.exceptions.grant import grant_waiver
from tests.access_table.columns import make_columns
from tests.cards import card_picture
from tests.cast import Cast, by, grant, make_lead
from tests.evaluations.form import CONTENT
from tests.standing.rules import make_requirement
from training.assessment.take import save_answer, start_sitting
from training.assessment.take import submit as hand_in_sitting
from training.authoring.import_course import import_course
from training.learning.lessons import finish_lesson
from training.learning.start import start
from training.models import Certificate, Completion, CourseIndexPage, Edition


@dataclass
class World:
    """The people of the columns, and the records of `subject`: Dana, but where a test says otherwise."""

    cast: Cast
    today: date
    people: dict[str, Person]
    subject: Person
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


def make_world(cast: Cast, today: date, folder: Path, subject: str = "dana") -> World:
    load_catalogue()
    index = ensure_page_tree()
    ensure_groups(index)
    people = make_columns(cast, today)
    made = World(cast, today, people, people[subject])
    _obligations(made)
    _credential(made)
    _evaluation(made)
    _learning(made, index, folder)
    _messages(made)
    _facts(made)
    return made


def _obligations(world: World) -> None:
    requirement = make_requirement("hipaa")
    who = world.subject
    days: dict[str, Any] = {"starts_on": world.today, "last_day": None}
    waiver = grant_waiver(who, requirement, scope="", reason="x", by=by(world.cast.hana), **days)
    world.values |= {"requirement": requirement, "version": requirement.versions.get(), "waiver": waiver}


def _credential(world: World) -> None:
    person, today = world.subject, world.today
    card = store_upload(
        SimpleUploadedFile("card.jpg", card_picture("RN")),
        kind="credential-card",
        person=person,
        actor=person,
    )
    world.values["period"] = submit(
        person,
        CredentialType.objects.get(code="RN-CA"),
        number="123",
        issued_on=today - timedelta(days=30),
        expires_on=today + timedelta(days=300),
        card=card,
        on=today,
        by=by(person),
    )


def _evaluation(world: World) -> None:
    today = world.today
    template = FormTemplate.objects.create(
        code="annual", title="Annual", content=CONTENT, published_at="2026-01-01T00:00Z"
    )
    days = {"period_from": today, "period_to": today, "due_on": today, "on": today}
    world.values["evaluation"] = launch(world.subject, template, by=by(world.cast.hana), **days)


def _learning(world: World, index: CourseIndexPage, folder: Path) -> None:
    """An attempt that is under way, one that is done with its certificate, and sittings of an exam."""
    person, today, values = world.subject, world.today, world.values
    course = import_course(COURSE, index=index, folder=folder, actor=world.cast.arthur)
    values["course"] = course
    values["edition"] = Edition.objects.filter(course=course).latest("number")
    values["attempt"] = start(person, course)
    values["lesson"] = values["attempt"].edition.lessons[0]["id"]
    done = start(person, import_course({**COURSE, "slug": "other"}, index=index, folder=folder, actor=None))
    finish_lesson(done, done.edition.lessons[0]["id"], on=today)
    values["done"] = done
    values["certificate"] = Certificate.objects.get(completion=Completion.objects.get(attempt=done))
    content = {**COURSE, "slug": "exam", "assessment": EXAM}
    exam = import_course(content, index=index, folder=folder, actor=None)
    values["sat"] = _sit(person, exam, today, hand_in=True)
    values["open_exam"] = _sit(person, exam, today, hand_in=False)


def _messages(world: World) -> None:
    person, values = world.subject, world.values
    values["notice"] = Notice.objects.filter(recipient=person).first()
    values["message"] = Message.objects.create(recipient=person, state=Message.State.CARRIED)
    Told.objects.create(notice=values["notice"], person=person, message=values["message"])
    values["failed"] = Message.objects.create(recipient=person, state=Message.State.FAILED)
    values["failed_account_mail"] = AccountMail.objects.create(
        kind=AccountMail.Kind.RESET, address="dana@example.org", state=AccountMail.State.FAILED
    )
    values["invitation"] = invite(person, "mail", by=by(world.cast.hana)).invitation
    values["job"] = Job.objects.create(kind="training.certificate", key="none", state=Job.State.FAILED)


def _facts(world: World) -> None:
    person, values = world.subject, world.values
    values["person"], values["north"] = person, world.cast.north
    values["role"] = grant(person, "author", since=world.today + timedelta(days=90))
    values["position"] = Position.objects.get(person=person)
    later = {"person": person, "starts_on": world.today + timedelta(days=90)}
    kind = make_absence_kind(code="other", name="Other", by=None)
    values["employment"] = Employment.objects.get(person=person)
    values["lead"] = make_lead(
        world.cast.hana.positions.get().team, person, since=later["starts_on"], acting=True
    )
    values["name"] = PersonName.objects.create(first_name="A", last_name="B", **later)
    profession = Profession.objects.get(code="rn")
    values["profession"] = PersonProfession.objects.create(profession=profession, **later)
    values["home_state"] = HomeState.objects.filter(person=person).first() or HomeState.objects.create(
        state="CA", **later
    )
    values["identifier"] = PersonIdentifier.objects.create(system="payroll", value="P1", **later)
    values["place"] = move_team(world.cast.north, parent=None, starts_on=later["starts_on"], by=None)
    values["clock"] = change_clock(
        kind, stops_clock=True, stops_from_days=0, starts_on=later["starts_on"], by=None
    )
    values["batch"] = Batch.objects.create(kind="moves", reason="x")
    values["change"] = Change.objects.create(act="name")
    ChangePerson.objects.create(change=values["change"], person=person)
    values["absence"] = Absence.objects.create(kind=kind, **later)
    values["removal"] = PatientWorkRemoval.objects.create(**later)
    values["delegation"] = Delegation.objects.create(delegate=world.cast.marcus, **later)
