"""What is read and by whom: absences by HR alone, evaluations by auditors only where engaged, lists logged."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evaluations.models import Evaluation
from evaluations.workflow.access import sees_part
from portal.audit.models import AccessLog
from portal.files.intake import store_bytes
from portal.people.access.viewer import Viewer
from portal.people.employment.away import Away, away_from
from portal.people.employment.clock import make_absence_kind
from portal.people.employment.leave import record_absence
from portal.people.errors import Overlap
from portal.people.models import Absence, AbsenceKind, Person
from portal.people.organization.delegation import delegate
from tests.cast import Cast, by, grant, make_person
from tests.evaluations.acts import close, open_for
from tests.standing.rules import make_requirement

SignIn = Callable[[Person], Client]
DAY = timedelta(days=1)
KIND, NOTE = "Zebra leave", "zebra striped reason"


@pytest.fixture
def leave(cast: Cast, today: date) -> AbsenceKind:
    """Dana is on a leave that stops the clock, and was on one before."""
    kind: AbsenceKind = make_absence_kind(code="zebra", name=KIND, stops_clock=True, by=None)
    make_requirement("hipaa")
    for first, last in ((today - 300 * DAY, today - 250 * DAY), (today - 3 * DAY, today + 7 * DAY)):
        record_absence(cast.dana, kind=kind, starts_on=first, last_day=last, reason=NOTE, by=by(cast.hana))
    return kind


PAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("people:detail", ("person",)),
    ("people:list", ()),
    ("people:teams", ()),
    ("standing:person", ("person",)),
    ("standing:item", ("person", "code")),
    ("team_board", ()),
    ("team_board_csv", ()),
    ("compliance", ()),
    ("compliance_items", ()),
    ("not_cleared", ()),
    ("my_work", ()),
    ("notices:inbox", ()),
    ("evaluations:list", ()),
    ("certifications:queue", ()),
)


@pytest.mark.parametrize("who", ["dana", "marcus", "renata", "nadia", "ada", "ilse", "arthur", "sol"])
def test_kind_and_reason_of_an_absence_are_hrs_alone(
    cast: Cast, leave: AbsenceKind, today: date, sign_in: SignIn, who: str
) -> None:
    delegate(cast.renata, cast.sol, starts_on=today, last_day=today, by=None)
    client, told = sign_in(getattr(cast, who)), []
    values = {"person": cast.dana.pk, "code": "hipaa"}
    for name, arguments in PAGES:
        address = reverse(name, args=[values[argument] for argument in arguments])
        for query in ({}, {"as_of": (today - 260 * DAY).isoformat()}):
            page = client.get(address, query)
            text = page.content.decode()
            if page.status_code == 200 and (KIND in text or NOTE in text):
                told.append(name)
    assert told == []


def test_hr_reads_kind_reason_and_history(cast: Cast, leave: AbsenceKind, sign_in: SignIn) -> None:
    page = sign_in(cast.hana).get(reverse("people:detail", args=[cast.dana.pk])).content.decode()
    assert page.count(KIND) == page.count(NOTE) == 2


@pytest.mark.parametrize("who", ["dana", "renata", "ada"])
def test_others_see_away_and_about_when_back(
    cast: Cast, leave: AbsenceKind, today: date, sign_in: SignIn, who: str
) -> None:
    page = sign_in(getattr(cast, who)).get(reverse("people:detail", args=[cast.dana.pk])).content.decode()
    back = today + 8 * DAY
    assert f"Away, back about {back:%b} {back.day}" in page
    assert page.count("Away") == 1, "no history"


def test_times_away_are_joined_whatever_their_kinds(today: date) -> None:
    def row(first: int, last: int | None) -> Absence:
        return Absence(starts_on=today + first * DAY, last_day=None if last is None else today + last * DAY)

    joined = away_from([row(6, 9), row(-9, -5), row(-2, 5), row(20, None), row(25, 30)], today)
    assert joined == [Away(today - 2 * DAY, today + 9 * DAY), Away(today + 20 * DAY, None)]


def test_the_line_does_not_learn_the_kind_by_trying(cast: Cast, leave: AbsenceKind, today: date) -> None:
    other = make_absence_kind(code="vacation", name="Vacation", by=None)
    words = set()
    for kind in (leave, other):
        with pytest.raises(Overlap) as refused:
            record_absence(cast.dana, kind=kind, starts_on=today, last_day=today, by=by(cast.renata))
        words.add(refused.value.message)
    assert len(words) == 1
    assert record_absence(cast.dana, kind=other, starts_on=today, last_day=today, by=by(cast.hana))


# ---- auditors ---------------------------------------------------------------------------------


@pytest.fixture
def engaged(cast: Cast, today: date) -> Person:
    """Another auditor, whose engagement covers what evaluations say."""
    person = make_person("Eng", "Aged", hired=None)
    grant(person, "auditor", last_day=today + DAY, engagement="Full", sees_evaluations=True)
    return person


@pytest.fixture
def closed(cast: Cast, today: date) -> Evaluation:
    return close(open_for(cast.dana, cast, today), cast, today, comment="My own comment.")


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_ROLES = frozenset()


WORDS = ("Plans name an owner.", "Late twice.", "My own comment.")


def test_an_auditor_sees_that_an_evaluation_exists_and_when(
    cast: Cast, closed: Evaluation, engaged: Person, sign_in: SignIn
) -> None:
    address = reverse("evaluations:detail", args=[closed.code])
    page = sign_in(cast.ada).get(address).content.decode()
    assert "Renata Okafor" in page, "who signed is a fact, not a rating"
    assert [word for word in WORDS if word in page] == []
    assert "/files/" not in page
    page = sign_in(engaged).get(address).content.decode()
    assert [word for word in WORDS if word in page] == list(WORDS)


def test_parts_and_the_pdf_follow_the_engagement(
    cast: Cast, closed: Evaluation, engaged: Person, today: date, sign_in: SignIn
) -> None:
    stored = store_bytes(
        b"%PDF-1.7",
        name="x.pdf",
        content_type="application/pdf",
        kind="evaluation",
        person=cast.dana,
        about=str(closed.pk),
        actor=None,
    )
    address = reverse("files:download", args=[stored.code])
    parts = list(closed.parts.all())
    for person, reads in ((cast.ada, False), (engaged, True), (cast.renata, True), (cast.hana, True)):
        assert {sees_part(Viewer(person, today), closed, part) for part in parts} == {reads}
        assert sign_in(person).get(address).status_code == (200 if reads else 403)
    assert sign_in(cast.sam).get(address).status_code == 404


LISTS = (
    "people:list",
    "people:teams",
    "team_board",
    "team_board_csv",
    "compliance",
    "compliance_items",
    "not_cleared",
    "certifications:queue",
    "evaluations:list",
    "notices:delivery",
)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_an_auditor_reads_is_logged(cast: Cast, sign_in: SignIn, name: str) -> None:
    assert sign_in(cast.ada).get(reverse(name), {"q": "Whitfield"}).status_code == 200
    [row] = AccessLog.objects.filter(reader=cast.ada, person=None)
    assert name == "team_board_csv" or "Whitfield" in row.detail


def test_a_list_that_hr_reads_is_not(cast: Cast, sign_in: SignIn) -> None:
    for name in LISTS:
        if name != "team_board_csv":
            sign_in(cast.hana).get(reverse(name))
    assert not AccessLog.objects.filter(reader=cast.hana, person=None).exists()
