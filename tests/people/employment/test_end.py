"""Who is no longer employed holds nothing: neither by the rows, nor by what is read, nor at the door."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluations.models import Evaluation
from portal.errors import Refused
from portal.people.access.line import Line, line_of
from portal.people.access.viewer import Viewer
from portal.people.accounts.tasks import close_accounts
from portal.people.employment.end import end_employment, what_is_held
from portal.people.employment.handover import handover_of
from portal.people.employment.hire import hire
from portal.people.facts.plan import Plan
from portal.people.models import Delegation, Employment, Invitation, Person, Position, RoleGrant, TeamLead
from portal.people.organization.delegation import delegate
from portal.people.organization.supervision import OrgChart
from tests.cast import Cast, by, grant, make_lead, make_person, replace_fact
from tests.evaluations.acts import open_for

SignIn = Callable[[Person], Client]
DAY = timedelta(days=1)


@pytest.fixture
def everything(cast: Cast, today: date) -> Person:
    """Renata with one of everything that somebody can hold, today and later."""
    grant(cast.renata, "hr")
    grant(cast.renata, "author", since=today + 40 * DAY)
    make_lead(cast.south, cast.renata, since=today + 40 * DAY, acting=True)
    make_person("Named", "Now", team=cast.south, supervisor=cast.renata)
    for person, to in ((cast.renata, cast.marcus), (cast.sam, cast.renata)):
        delegate(person, to, starts_on=today - 5 * DAY, last_day=today + 60 * DAY, by=None)
        delegate(person, to, starts_on=today + 70 * DAY, last_day=today + 80 * DAY, by=None)
    return cast.renata


def shorten(model: Any, person: Person, last_day: date) -> None:
    """The person's rows of a kind end on the day, and nothing else does."""
    for row in model.objects.current().filter(person=person):
        replace_fact(row, last_day=last_day)


def held_after(person: Person, last_day: date) -> list[object]:
    rows = what_is_held(Plan("", by=None, dry=True), person, last_day + DAY, None)
    named = Position.objects.current().filter(supervisor=person).overlapping(last_day + DAY, None)
    return [*rows, *named]


@pytest.mark.parametrize("days", [-3, 0, 10])
def test_ended_employment_ends_all_that_is_held(
    everything: Person, cast: Cast, today: date, days: int
) -> None:
    last = today + days * DAY
    before = {type(row) for row in held_after(everything, last)}
    assert before == {Position, TeamLead, RoleGrant, Delegation}, "there is one of each to end"
    end_employment(everything, last_day=last, by=by(cast.hana))
    assert held_after(everything, last) == []
    assert Viewer(everything, last).roles >= {"staff", "supervisor", "hr"}, "they hold it to the last day"
    assert Viewer(everything, last + DAY).roles == frozenset()


def test_whom_the_leaver_supervised_by_name_keeps_the_position_without_a_name(
    cast: Cast, today: date
) -> None:
    worker = make_person("W", "Orker", team=cast.south, supervisor=cast.renata)
    end_employment(cast.renata, last_day=today, by=by(cast.hana))
    rows = Position.objects.current().filter(person=worker).order_by("starts_on")
    assert [(row.supervisor, row.last_day) for row in rows] == [(cast.renata, today), (None, None)]
    assert OrgChart(today + DAY).supervisor_of(worker.pk).person == cast.sam


def test_rows_of_a_return_on_record_stay(cast: Cast, today: date) -> None:
    shorten(Employment, cast.dana, today + 20 * DAY)
    back = today + 50 * DAY
    hire(cast.dana, starts_on=back, by=by(cast.hana))
    kept = Position.objects.create(person=cast.dana, team=cast.north, title="Back", starts_on=back)
    end_employment(cast.dana, last_day=today, by=by(cast.hana))
    kept.refresh_from_db()
    assert kept.is_current


# What somebody holds by rows that nobody ended, with employment over: reading does not count it.
HELD: dict[str, Callable[[Cast, Person], object]] = {
    "hr": lambda cast, who: grant(who, "hr"),
    "site_admin": lambda cast, who: grant(who, "site_admin"),
    "author": lambda cast, who: grant(who, "author"),
    "auditor": lambda cast, who: grant(
        who, "auditor", last_day=date(2999, 1, 1), engagement="Inside", sees_evaluations=True
    ),
    "lead": lambda cast, who: make_lead(cast.network, who, acting=True),
    "by name": lambda cast, who: make_person("By", "Name", team=cast.north, supervisor=who),
    "stand-in": lambda cast, who: Delegation.objects.create(
        person=cast.nadia, delegate=who, starts_on=date(2020, 1, 6)
    ),
    "superuser": lambda cast, who: Person.objects.filter(pk=who.pk).update(is_superuser=True),
}


@pytest.mark.parametrize("what", HELD)
def test_rows_left_open_open_nothing(cast: Cast, today: date, sign_in: SignIn, what: str) -> None:
    who = make_person("For", "Mer", team=cast.south)
    HELD[what](cast, who)
    who.refresh_from_db()
    assert Viewer(who, today).roles - {"staff"}, "it counts while employed"
    client = sign_in(who)
    assert client.get(reverse("people:list")).status_code in (200, 302)
    shorten(Employment, who, today - DAY)
    viewer = Viewer(who, today)
    assert viewer.roles == frozenset()
    assert set(Person.objects.visible_to(viewer)) <= {who}
    assert line_of(who.pk, today) == Line()
    assert who not in OrgChart(today).hr
    assert client.get(reverse("people:list")).status_code == 403
    assert client.get(reverse("people:list"))["Location"].startswith(reverse("account_login"))


def test_a_stand_in_for_somebody_who_left_leads_nobody(cast: Cast, today: date) -> None:
    Delegation.objects.create(person=cast.renata, delegate=cast.sol, starts_on=today)
    assert line_of(cast.sol.pk, today).teams
    shorten(Employment, cast.renata, today - DAY)
    assert line_of(cast.sol.pk, today) == Line()
    assert OrgChart(today).supervisor_of(cast.dana.pk).person == cast.nadia


ADDRESSES = (
    "home",
    "my_work",
    "people:list",
    "people:teams",
    "standing:mine",
    "notices:inbox",
    "training:mine",
)


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("who", ["hana", "ada", "renata", "dana"])
def test_every_door_is_shut_the_day_after(
    cast: Cast, today: date, sign_in: SignIn, who: str, name: str
) -> None:
    person = getattr(cast, who)
    client = sign_in(person)
    shorten(Employment, person, today - DAY)
    shorten(RoleGrant, person, today - DAY)
    assert client.get(reverse(name)).status_code == 403
    assert "_auth_user_id" not in client.session
    person.refresh_from_db()
    assert not person.is_active


def test_an_account_works_to_the_last_day(cast: Cast, today: date, sign_in: SignIn) -> None:
    end_employment(cast.dana, last_day=today, by=by(cast.hana))
    assert close_accounts() == 0
    assert sign_in(cast.dana).get(reverse("my_work")).status_code == 200
    assert not Viewer(cast.dana, today + DAY).admission.is_open


def test_a_last_day_in_the_past_closes_account_and_sessions_at_once(
    cast: Cast, today: date, sign_in: SignIn
) -> None:
    client = sign_in(cast.dana)
    client.get(reverse("my_work"))
    assert UserSession.objects.filter(user=cast.dana).exists()
    end_employment(cast.dana, last_day=today - DAY, by=by(cast.hana))
    cast.dana.refresh_from_db()
    assert not cast.dana.is_active
    assert not UserSession.objects.filter(user=cast.dana).exists()
    assert client.get(reverse("my_work"))["Location"].startswith(reverse("account_login"))


def test_the_daily_task_closes_those_who_are_gone_and_nobody_else(cast: Cast, today: date) -> None:
    shorten(Employment, cast.sol, today - DAY)
    shorten(RoleGrant, cast.ada, today - DAY)
    make_person("Never", "Hired", hired=None)
    assert close_accounts() == 2
    closed = set(Person.objects.filter(is_active=False))
    assert closed == {cast.sol, cast.ada}
    assert close_accounts() == 0


def opened(person: Person, day: date) -> None:
    """The person opened the account by an invitation on the day."""
    moment = timezone.make_aware(datetime.combine(day, time(12)))
    Invitation.objects.create(
        person=person,
        kind="link",
        secret_sha256=f"{person.pk}-{day}",
        created_by=person,
        expires_at=moment,
        used_at=moment,
    )


def test_who_comes_back_is_invited_anew_and_regains_no_role(cast: Cast, today: date) -> None:
    opened(cast.renata, date(2020, 1, 7))
    grant(cast.renata, "hr")
    end_employment(cast.renata, last_day=today - 30 * DAY, by=by(cast.hana))
    hire(cast.renata, starts_on=today - DAY, by=by(cast.hana))
    viewer = Viewer(cast.renata, today)
    assert viewer.roles == {"staff"}
    assert not viewer.admission.is_open
    cast.renata.refresh_from_db()
    assert not cast.renata.is_active, "closed in the gap, and a return does not open it"
    opened(cast.renata, today - DAY)
    assert Viewer(cast.renata, today).admission.is_open


def test_what_a_term_that_ran_out_left_open_does_not_come_back(cast: Cast, today: date) -> None:
    """Roles, leads, named supervision, standing in and the position had no last day of their own."""
    shorten(Employment, cast.renata, today - 30 * DAY)
    grant(cast.renata, "hr")
    make_person("By", "Name", team=cast.south, supervisor=cast.renata)
    Delegation.objects.create(person=cast.sam, delegate=cast.renata, starts_on=today - 60 * DAY)
    hire(cast.renata, starts_on=today - DAY, by=by(cast.hana))
    viewer = Viewer(cast.renata, today)
    assert viewer.roles == {"staff"}
    assert not viewer.line
    assert not Position.objects.current().on(today).filter(person=cast.renata).exists()
    assert Position.objects.current().on(today - 40 * DAY).filter(person=cast.renata).exists()


def test_a_return_that_no_worker_saw_is_refused_all_the_same(
    cast: Cast, today: date, sign_in: SignIn
) -> None:
    client = sign_in(cast.renata)
    shorten(Employment, cast.renata, today - 30 * DAY)
    hire(cast.renata, starts_on=today - DAY, by=by(cast.hana))
    assert client.get(reverse("my_work")).status_code == 403
    assert close_accounts() == 0, "somebody employed is not closed: a rehire of years ago is told its dates"


def test_who_starts_later_comes_in_by_an_invitation_only(cast: Cast, today: date) -> None:
    newcomer = make_person("New", "Comer", team=cast.north, hired=today + 10 * DAY)
    assert not Viewer(newcomer, today).admission.is_open
    opened(newcomer, today)
    assert Viewer(newcomer, today).admission.is_open
    assert Viewer(newcomer, today).roles == frozenset()
    end_employment(cast.dana, last_day=today, by=by(cast.hana))
    hire(cast.dana, starts_on=today + 40 * DAY, by=by(cast.hana))
    opened(cast.dana, today - 90 * DAY)
    assert Viewer(cast.dana, today + DAY).admission.has_gone, "a return on record keeps no door open"


def test_before_day_one_there_is_ones_own_and_nothing_else(cast: Cast, today: date, sign_in: SignIn) -> None:
    newcomer = make_person("New", "Comer", team=cast.north, hired=today + 10 * DAY)
    opened(newcomer, today)
    client = sign_in(newcomer)
    for name in ("my_work", "standing:mine", "notices:inbox"):
        assert client.get(reverse(name), follow=True).status_code == 200
    assert client.get(reverse("people:detail", args=[newcomer.pk])).status_code == 200
    for address in (reverse("people:list"), reverse("people:detail", args=[cast.dana.pk])):
        assert client.get(address).status_code == 403


def test_two_stretches_without_a_gap_are_one(cast: Cast, today: date) -> None:
    shorten(Employment, cast.dana, today - 5 * DAY)
    Employment.objects.create(person=cast.dana, starts_on=today - 4 * DAY, kind="contractor")
    assert Viewer(cast.dana, today).admission.is_open


def test_the_last_site_admin_does_not_leave(cast: Cast, today: date) -> None:
    with pytest.raises(Refused, match="last site admin"):
        end_employment(cast.ilse, last_day=today, by=by(cast.hana))
    assert Employment.objects.current().get(person=cast.ilse).last_day is None


def test_a_departed_rater_saves_no_answers(cast: Cast, today: date, sign_in: SignIn) -> None:
    evaluation = open_for(cast.dana, cast, today)
    client = sign_in(cast.renata)
    address = reverse("evaluations:save", args=[evaluation.code])
    shorten(Employment, cast.renata, today - DAY)
    assert client.post(address, {"text-goals": "x"}).status_code == 403
    assert not Evaluation.objects.visible_to(Viewer(cast.renata, today)).exists()


def test_the_end_form_says_what_ends_and_what_is_handed_over(
    everything: Person, cast: Cast, today: date, sign_in: SignIn
) -> None:
    open_for(cast.dana, cast, today)
    sections = handover_of(everything, today)
    assert len(sections) == 6, "positions, leads, roles, by name, standing in, evaluations"
    page = sign_in(cast.hana).get(reverse("people:act", args=[everything.pk, "end"])).content.decode()
    for words in ("Case Management North", "Named Now", "HR", "Marcus Thiele stands in", "Dana Whitfield"):
        assert words in page
    end_employment(everything, last_day=today, by=by(cast.hana))
    left = {section.title for section in handover_of(everything, today + DAY)}
    assert left == {"Evaluations to rate: name another rater, or the supervisor of the day rates"}
