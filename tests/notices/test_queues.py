"""Queues: who is told follows the relation of the day on which it is shown or sent."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.notices import kinds
from portal.notices.deliver import deliver_waiting
from portal.notices.going_live import set_mode
from portal.notices.inbox import new_count, open_notices
from portal.notices.kinds import register_kind
from portal.notices.models import Message, Notice, Told
from portal.notices.notify import notify, settle
from portal.notices.plan import plan_messages
from portal.notices.queues import Members
from portal.notices.tasks import tend
from portal.people.access.viewer import Viewer
from portal.people.employment.clock import make_absence_kind
from portal.people.employment.leave import record_absence
from portal.people.models import Employment, Person, RoleGrant, TeamLead
from portal.people.organization.delegation import delegate
from tests.cast import Cast, grant, make_person
from tests.cost import cost_of

KIND, NEWS, FOR_HR = "test-work", "test-news", "test-hr"
DAY = timedelta(days=1)
SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    register_kind(KIND, "A thing to do")
    register_kind(NEWS, "News", informs=True)
    register_kind(FOR_HR, "A thing for HR", opens_to=["hr"])
    yield
    for slug in (KIND, NEWS, FOR_HR):
        kinds._kinds.pop(slug)


def owe(role: str, about: Person, key: str = "a", kind: str = KIND, **values: Any) -> Notice:
    made = notify(role=role, about=about, kind=kind, key=key, subject="Do this", **values)
    assert made
    return made


def members(notice: Notice, on: date) -> set[str]:
    ids = Members(on, [notice]).of(notice)
    return set(Person.objects.filter(pk__in=ids).values_list("first_name", flat=True))


def sees(person: Person, on: date) -> int:
    return open_notices(Viewer(Person.objects.get(pk=person.pk), on)).count()


def away(person: Person, first: date, last: date) -> None:
    kind = make_absence_kind(code=f"v{person.pk}", name="Vacation", by=None)
    record_absence(person, kind=kind, starts_on=first, last_day=last, by=None)


def leave(person: Person, last_day: date) -> None:
    Employment.objects.filter(person=person).update(superseded_at=timezone.now())
    Employment.objects.create(person=person, starts_on=date(2020, 1, 6), last_day=last_day)


# ---- who --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "names"), [("supervisor", "Renata"), ("next_up", "Nadia"), ("hr", "Hana")])
def test_each_role_has_its_members(cast: Cast, today: date, role: str, names: str) -> None:
    assert members(owe(role, cast.dana), today) == {names}


def test_hr_of_the_team_goes_before_hr_of_the_state_and_of_everybody(cast: Cast, today: date) -> None:
    notice = owe("hr", cast.dana)
    for name, scope in (
        ("State", {"scope": "state", "state": "CA"}),
        ("Team", {"scope": "team", "team": cast.north}),
    ):
        other = make_person(name, "Hr", team=cast.south)
        grant(other, "hr", **scope)
        assert name not in members(notice, today) or name == "Team"
    assert members(notice, today) == {"Team"}


def test_hr_who_is_away_is_passed_over_and_told_again_when_back(cast: Cast, today: date) -> None:
    notice = owe("hr", cast.dana)
    hugo = make_person("Hugo", "Hart", team=cast.south)
    grant(hugo, "hr", scope="team", team=cast.north)
    assert members(notice, today) == {"Hugo"}
    away(hugo, today + DAY, today + 5 * DAY)
    assert members(notice, today + DAY) == {"Hana"}
    assert members(notice, today + 6 * DAY) == {"Hugo"}


def test_nobody_is_told_about_oneself(cast: Cast, today: date) -> None:
    assert members(owe("hr", cast.hana), today) <= {"Nadia"}
    assert members(owe("supervisor", cast.renata), today) == {"Nadia"}


def test_the_stand_in_is_told_and_the_next_up_is_that_of_the_place(cast: Cast, today: date) -> None:
    one, two = owe("supervisor", cast.dana), owe("next_up", cast.dana)
    away(cast.renata, today, today)
    delegate(cast.renata, cast.sam, starts_on=today, last_day=today, by=None)
    assert (members(one, today), members(two, today)) == ({"Sam"}, {"Nadia"})


def test_where_there_is_no_line_it_falls_to_hr_and_then_to_nobody(cast: Cast, today: date) -> None:
    notice = owe("supervisor", cast.dana)
    TeamLead.objects.update(superseded_at=timezone.now())
    assert members(notice, today) == {"Hana"}
    RoleGrant.objects.filter(role="hr").update(superseded_at=timezone.now())
    assert members(notice, today) == set(), "a site admin is no supervisor"


def test_what_only_hr_may_open_falls_to_nobody_else(cast: Cast, today: date, sign_in: SignIn) -> None:
    notice = owe("hr", cast.dana, kind=FOR_HR)
    away(cast.hana, today, today)
    assert members(notice, today) == set()
    assert members(owe("hr", cast.dana), today) == {"Renata"}
    set_mode("live", on=today, by=None)
    deliver_waiting()
    page = sign_in(cast.ilse).get(reverse("notices:delivery")).content.decode()
    assert "One notice reaches nobody" in page
    assert "Whitfield, Dana" in page
    assert members(notice, today + DAY) == {"Hana"}


def test_of_who_has_left_hr_alone_is_told_and_a_leaver_is_told_nothing(cast: Cast, today: date) -> None:
    notice, own = owe("supervisor", cast.dana), notify(cast.dana, kind=KIND, key="own", subject="Yours")
    assert own
    leave(cast.dana, today - DAY)
    assert members(notice, today) == {"Hana"}
    assert members(own, today) == set()


def test_of_who_comes_soon_the_supervisor_of_the_place_to_come_is_told_and_may_look(
    cast: Cast, today: date, sign_in: SignIn
) -> None:
    new = make_person("New", "Hire", team=cast.north, hired=today + 20 * DAY)
    assert members(owe("supervisor", new), today) == {"Renata"}
    assert Viewer(cast.renata, today).sees_standing_of(new.pk)
    assert not Viewer(cast.sam, today).sees_standing_of(new.pk)


# ---- the inbox --------------------------------------------------------------------------------


def test_a_hand_over_neither_loses_nor_repeats(cast: Cast, today: date) -> None:
    owe("supervisor", cast.dana)
    away(cast.renata, today + DAY, today + 2 * DAY)
    delegate(cast.renata, cast.sam, starts_on=today + DAY, last_day=today + 2 * DAY, by=None)
    assert [sees(cast.renata, today + n * DAY) for n in range(4)] == [1, 0, 0, 1]
    assert [sees(cast.sam, today + n * DAY) for n in range(4)] == [0, 1, 1, 0]


def test_who_is_told_in_two_ways_sees_and_gets_it_once(
    cast: Cast, today: date, mailoutbox: list[Any]
) -> None:
    set_mode("live", on=today, by=None)
    grant(cast.renata, "hr", scope="team", team=cast.north)
    for role in ("supervisor", "hr"):
        owe(role, cast.dana)
    assert sees(cast.renata, today) == 1
    deliver_waiting()
    assert [mail.to for mail in mailoutbox] == [[cast.renata.email]]


def test_news_is_settled_by_reading_and_work_is_not(cast: Cast, today: date, sign_in: SignIn) -> None:
    news, work = owe("supervisor", cast.dana, kind=NEWS), owe("supervisor", cast.dana)
    renata = sign_in(cast.renata)
    for notice in (news, work):
        renata.post(reverse("notices:open", args=[notice.pk]))
    assert list(Notice.objects.open()) == [work]
    assert b"Nothing new" in renata.get(reverse("notices:inbox")).content
    assert renata.get(reverse("notices:inbox")).content.count(b"Do this") == 2, "what was read can be found"


def test_another_member_is_told_no_more_once_it_is_done(cast: Cast, today: date) -> None:
    owe("hr", cast.dana)
    grant(cast.sam, "hr")
    assert (sees(cast.hana, today), sees(cast.sam, today)) == (1, 1)
    settle(kind=KIND, key="a")
    assert (sees(cast.hana, today), sees(cast.sam, today)) == (0, 0)


def test_a_notice_of_a_queue_opens_to_its_members_alone(cast: Cast, sign_in: SignIn) -> None:
    notice = owe("supervisor", cast.dana, url="/inbox/?x=1")
    for person, status in ((cast.renata, 302), (cast.sam, 404), (cast.dana, 404), (cast.nadia, 404)):
        assert sign_in(person).post(reverse("notices:open", args=[notice.pk])).status_code == status


# ---- mail -------------------------------------------------------------------------------------


def test_who_becomes_a_member_while_it_is_open_is_mailed_in_the_next_digest(
    cast: Cast, today: date, mailoutbox: list[Any]
) -> None:
    set_mode("live", on=today, by=None)
    owe("hr", cast.dana)
    deliver_waiting()
    hugo = make_person("Hugo", "Hart", team=cast.south)
    Person.objects.filter(pk=hugo.pk).update(email="hugo@example.org")
    grant(hugo, "hr")
    deliver_waiting()
    assert [mail.to for mail in mailoutbox] == [[cast.hana.email]]
    plan_messages(timezone.now(), today + DAY)
    deliver_waiting()
    assert [mail.to for mail in mailoutbox] == [[cast.hana.email], ["hugo@example.org"]]


def test_who_is_no_member_any_more_when_it_leaves_is_not_mailed(
    cast: Cast, today: date, mailoutbox: list[Any]
) -> None:
    set_mode("live", on=today, by=None)
    owe("supervisor", cast.dana)
    plan_messages(timezone.now(), today)
    TeamLead.objects.filter(team=cast.north).update(superseded_at=timezone.now())
    deliver_waiting()
    assert mailoutbox == []
    assert Message.objects.get().state == Message.State.CANCELLED
    assert Told.objects.get().message is None, "the next digest asks anew"


def test_what_was_read_in_the_inbox_is_not_mailed(cast: Cast, today: date, sign_in: SignIn) -> None:
    set_mode("live", on=today, by=None)
    notice = owe("supervisor", cast.dana)
    sign_in(cast.renata).post(reverse("notices:open", args=[notice.pk]))
    assert deliver_waiting() == 0


def test_one_notice_that_cannot_be_judged_keeps_no_other_of_the_same_digest(
    cast: Cast, today: date, mailoutbox: list[Any]
) -> None:
    def broken(_notice: Notice) -> bool:
        raise RuntimeError("the rule is broken")

    register_kind(KIND, "A thing to do", broken)
    set_mode("live", on=today, by=None)
    owe("supervisor", cast.dana)
    owe("supervisor", cast.dana, kind=NEWS)
    assert deliver_waiting() == 1
    assert Told.objects.get(notice__kind=KIND).message is None
    assert Notice.objects.open().filter(kind=KIND).exists()


# ---- what it costs ----------------------------------------------------------------------------


def test_the_members_of_many_notices_cost_five_queries(
    cast: Cast, today: date, django_assert_max_num_queries: Any
) -> None:
    people = [make_person("P", str(number), team=cast.north) for number in range(12)]
    grant(people[0], "hr", scope="state", state="CA")
    for person in people:
        for role in ("supervisor", "next_up", "hr", "rater"):
            owe(role, person, queue_key="1")
    notices = list(Notice.objects.all())
    with django_assert_max_num_queries(5):
        found = Members(today, notices)
        assert all(found.of(notice) for notice in notices)
        assert len(found.chart.people) > 3


def test_the_inbox_of_a_supervisor_costs_the_same_for_many(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    renata = sign_in(cast.renata)
    owe("supervisor", cast.dana, key="first")
    renata.get(reverse("notices:inbox"))
    owe("supervisor", cast.dana, key="second")
    with django_assert_max_num_queries(60) as few:
        renata.get(reverse("notices:inbox"))
    for number in range(25):
        owe("supervisor", cast.marcus, key=str(number))
    with django_assert_max_num_queries(len(few)):
        renata.get(reverse("notices:inbox"))


def test_planning_costs_the_same_for_many(
    cast: Cast, today: date, django_assert_max_num_queries: Any
) -> None:
    set_mode("live", on=today, by=None)
    for key in ("first", "second"):
        owe("hr", cast.dana, key=key)
        plan_messages(timezone.now(), today)
    owe("hr", cast.dana, key="third", urgent=True)
    owe("supervisor", cast.dana, key="third", urgent=True)
    with django_assert_max_num_queries(40) as few:
        plan_messages(timezone.now(), today)
    for number in range(30):
        owe("supervisor", make_person("P", str(number), team=cast.north), key=str(number), urgent=True)
    with django_assert_max_num_queries(len(few)):
        plan_messages(timezone.now(), today)


# ---- nobody -----------------------------------------------------------------------------------


def own_of_the_only_hr(cast: Cast, today: date, keys: str = "a") -> None:
    """Of the only HR, whom nobody leads."""
    for key in keys:
        assert members(owe("hr", cast.hana, key=key), today) == set()


@pytest.mark.parametrize("live", [True, False])
def test_a_site_admin_in_no_queue_sees_what_reaches_nobody_and_each_count_opens_its_list(
    cast: Cast, today: date, sign_in: SignIn, live: bool
) -> None:
    own_of_the_only_hr(cast, today, "ab")
    if live:
        set_mode("live", on=today, by=None)
        deliver_waiting()
    else:
        tend()
    client = sign_in(cast.ilse)
    desk = client.get(reverse("my_work")).content.decode()
    assert "2 notices reach nobody" in desk
    assert f'href="{reverse("notices:delivery")}#nobody"' in desk
    assert "2 things wait" in desk, "in the navigation"
    page = client.get(reverse("notices:delivery"))
    assert "2 notices reach nobody" in page.content.decode()
    assert 'id="nobody"' in page.content.decode()
    assert {notice.about for notice, _label in page.context["nobody_rows"]} == {cast.hana}
    assert page.context["nobody"].paginator.count == 2
    assert open_notices(Viewer(cast.ilse, today)).count() == 0, "a site admin is in no queue"


def test_once_somebody_is_there_it_reaches_them_and_the_count_goes(
    cast: Cast, today: date, sign_in: SignIn
) -> None:
    own_of_the_only_hr(cast, today)
    tend()
    grant(cast.nadia, "hr")
    tend()
    assert "reaches nobody" not in sign_in(cast.ilse).get(reverse("my_work")).content.decode()
    assert sees(cast.nadia, today) == 1


def test_what_a_leaver_was_owed_by_name_is_not_counted(cast: Cast, today: date, sign_in: SignIn) -> None:
    notify(cast.dana, kind=KIND, key="own", subject="Yours")
    leave(cast.dana, today - DAY)
    set_mode("live", on=today, by=None)
    deliver_waiting()
    assert "reaches nobody" not in sign_in(cast.ilse).get(reverse("notices:delivery")).content.decode()


@pytest.mark.parametrize("who", ["dana", "renata", "ada"])
def test_the_count_is_for_those_who_keep_the_organization(
    cast: Cast, today: date, sign_in: SignIn, who: str
) -> None:
    own_of_the_only_hr(cast, today)
    tend()
    page = sign_in(getattr(cast, who)).get(reverse("my_work")).content.decode()
    assert "reaches nobody" not in page
    assert "One thing waits" not in page


# ---- the letterhead -----------------------------------------------------------------------------


def new(person: Person, on: date) -> int:
    return new_count(Viewer(Person.objects.get(pk=person.pk), on))


def test_the_count_of_new_ones_stands_until_something_changes(cast: Cast, today: date) -> None:
    """Counted in one query after the viewer's own; another leave, lead or notice is counted at once."""
    owe("supervisor", cast.dana)
    viewer = Viewer(cast.renata, today)
    assert "supervisor" in viewer.roles
    assert new_count(viewer) == 1
    assert cost_of(lambda: new_count(viewer)) == 1
    owe("supervisor", cast.dana, "b")
    assert new(cast.renata, today) == 2
    delegate(cast.renata, cast.sol, starts_on=today, last_day=today, by=None)
    away(cast.renata, today, today)
    assert (new(cast.renata, today), new(cast.sol, today)) == (
        sees(cast.renata, today),
        sees(cast.sol, today),
    )
    assert new(cast.renata, today + DAY) == 2
    settle(kind=KIND, key="a")
    assert new(cast.renata, today + DAY) == 1
