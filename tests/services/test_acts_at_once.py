"""Two acts on the record at the same time, in both orders, on PostgreSQL: nothing lost, and words for the loser."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from portal.errors import Refused, Stale
from portal.people.access.roles import grant_role
from portal.people.employment.details import change_name, set_home_state
from portal.people.employment.end import end_employment
from portal.people.employment.hire import add_employee
from portal.people.employment.positions import take_position
from portal.people.errors import Cycle
from portal.people.facts.lock import lock_people
from portal.people.facts.recompute import together
from portal.people.facts.taking_back import withdraw
from portal.people.models import Change, HomeState, Person, Position, RoleGrant, TeamPlace, TeamTree
from portal.people.organization.teams import move_team
from portal.standing.exceptions.grant import grant_waiver
from portal.standing.models import RequirementVersion, Span, Waiver
from portal.standing.projection.rebuild import differences, everybody
from portal.standing.requirements.change import change_requirement
from portal.standing.requirements.job import ask_for_change, change_job
from tests.cast import Cast, by, make_cast, make_person
from tests.services.threads import Act, all_at_once, beside, told_in_words
from tests.standing.rules import make_draft, make_qualification, make_requirement

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
TODAY = date(2026, 11, 24)
ORDERS = pytest.mark.parametrize("turned", [False, True], ids=["in this order", "in the other"])


@pytest.fixture
def cast() -> Cast:
    return make_cast(TODAY)


def both(one: Act, other: Act, *, turned: bool) -> list[BaseException]:
    return beside(other, one) if turned else beside(one, other)


def is_clean() -> bool:
    return list(differences(everybody())) == []


def position(who: Person, **values: Any) -> Act:
    given = {"title": "Case manager", "starts_on": TODAY, "by": None, **values}
    return lambda: take_position(who, **given)


# ---- facts beside rules -------------------------------------------------------------------------


@ORDERS
def test_a_hire_beside_a_change_of_rules(cast: Cast, turned: bool) -> None:
    rule = make_requirement("hipaa")
    draft = make_draft(make_qualification("course:other"), starts_on=TODAY)

    def hire() -> None:
        add_employee(
            employee_number="n1",
            first_name="New",
            last_name="Comer",
            team=cast.north,
            title="Case manager",
            starts_on=TODAY,
            by=None,
        )

    assert both(hire, lambda: change_requirement(rule, draft, by=None), turned=turned) == []
    assert Span.objects.filter(person__employee_number="n1").exists()
    assert is_clean()


@ORDERS
def test_a_position_beside_the_move_of_a_team(cast: Cast, turned: bool) -> None:
    south = {"audience": {"any": [{"teams": [cast.south.pk]}]}}
    make_requirement("south", **south)
    move = lambda: move_team(cast.north, parent=cast.south, starts_on=TODAY, by=None)  # noqa: E731
    assert both(position(cast.sol, team=cast.north), move, turned=turned) == []
    asked = Span.objects.on(TODAY).filter(requirement__code="south").values_list("person_id", flat=True)
    assert {cast.sol.pk, cast.dana.pk} <= set(asked)
    assert is_clean()


@ORDERS
def test_two_moves_of_teams_make_no_ring(cast: Cast, turned: bool) -> None:
    errors = both(
        lambda: move_team(cast.north, parent=cast.south, starts_on=TODAY, by=None),
        lambda: move_team(cast.south, parent=cast.north, starts_on=TODAY, by=None),
        turned=turned,
    )
    assert [type(error) for error in errors] == [Cycle]
    parents = TeamTree.load(TODAY).parents
    assert {parents[cast.north.pk], parents[cast.south.pk]} & {cast.network.pk}
    assert TeamPlace.objects.current().on(TODAY).filter(team__in=[cast.north, cast.south]).count() == 2


def test_a_change_of_rules_made_by_two_workers_is_made_once(cast: Cast) -> None:
    rule = make_requirement("hipaa")
    draft = make_draft(make_qualification("course:other"), starts_on=TODAY)
    job = ask_for_change(rule, draft, by=by(cast.hana))
    assert all_at_once(*[lambda: change_job(job)] * 3) == []
    assert RequirementVersion.objects.filter(requirement=rule).count() == 2
    later = make_draft(make_qualification("course:third"), starts_on=TODAY)
    change_requirement(rule, later, by=None)
    assert change_job(job) == {"skipped": "already changed"}
    assert RequirementVersion.objects.current().get(requirement=rule, starts_on=TODAY).number == 3


# ---- rings of supervisors -----------------------------------------------------------------------


@ORDERS
def test_two_do_not_come_to_supervise_one_another(cast: Cast, turned: bool) -> None:
    errors = both(
        position(cast.dana, team=cast.north, supervisor=cast.marcus),
        position(cast.marcus, team=cast.north, supervisor=cast.dana),
        turned=turned,
    )
    assert [type(error) for error in errors] == [Cycle]
    assert Position.objects.current().filter(supervisor__isnull=False).count() == 1


@ORDERS
def test_two_halves_of_a_long_ring_are_not_both_entered(cast: Cast, turned: bool) -> None:
    """Neither of the two is about anybody whom the other one is about."""
    four = [cast.dana, cast.marcus, cast.sol, cast.sam]
    for below, above in ((0, 1), (2, 3)):
        position(four[below], team=cast.north, supervisor=four[above])()
    errors = both(
        position(four[1], team=cast.north, supervisor=four[2]),
        position(four[3], team=cast.north, supervisor=four[0]),
        turned=turned,
    )
    assert [type(error) for error in errors] == [Cycle]


# ---- imports ------------------------------------------------------------------------------------


def an_import(people: list[Person], state: str) -> list[Act]:
    return [
        act
        for who in people
        for act in (
            lambda who=who: set_home_state(who, state, on=TODAY, by=None),
            lambda who=who: change_name(who, first_name="A", last_name=state, on=TODAY, by=None),
            position(who, team=people_team(state, who), title=state),
        )
    ]


def people_team(state: str, who: Person) -> Any:
    return Position.objects.current().filter(person=who, is_primary=True).latest("starts_on").team


def test_two_imports_in_opposite_order_that_commit_in_parts(cast: Cast) -> None:
    people = [cast.dana, cast.marcus, cast.sol]
    one, other = an_import(people, "CA"), an_import(people[::-1], "TX")
    errors = all_at_once(lambda: [act() for act in one], lambda: [act() for act in other])
    assert errors == []
    assert HomeState.objects.current().on(TODAY).filter(person__in=people).count() == 3
    assert is_clean()


def test_two_imports_in_opposite_order_that_name_their_people_first(cast: Cast) -> None:
    people = [cast.dana, cast.marcus, cast.sol]

    def whole(acts: list[Act]) -> Act:
        def run() -> None:
            with together(who.pk for who in people):
                for act in acts:
                    act()

        return run

    one, other = an_import(people, "CA"), an_import(people[::-1], "TX")
    assert all_at_once(whole(one), whole(other)) == []
    states = set(HomeState.objects.current().on(TODAY).values_list("state", flat=True))
    assert len(states) == 1, "one import after the other"
    assert is_clean()


def test_two_imports_that_wait_for_one_another_in_a_ring_end_in_words(cast: Cast) -> None:
    begun: list[Act] = []

    def whole(first: Person, last: Person, state: str) -> Act:
        def run() -> None:
            with transaction.atomic():
                set_home_state(first, state, on=TODAY, by=None)
                begun.append(run)
                while len(begun) < 2:
                    pass
                set_home_state(last, state, on=TODAY, by=None)

        return run

    errors = all_at_once(whole(cast.dana, cast.sol, "CA"), whole(cast.sol, cast.dana, "TX"))
    assert [type(error) for error in errors] == [Stale]
    assert told_in_words(errors)
    rows = HomeState.objects.current().on(TODAY)
    assert rows.count() == 2
    assert len({row.state for row in rows}) == 1, "all of one import, nothing of the other"
    assert is_clean()


# ---- the same thing at once ---------------------------------------------------------------------


def test_a_role_granted_six_times_at_once_is_one_row_and_one_change(cast: Cast) -> None:
    errors = all_at_once(*[lambda: grant_role(cast.dana, "author", starts_on=TODAY, by=None)] * 6)
    assert errors == []
    assert RoleGrant.objects.filter(person=cast.dana).count() == 1
    assert Change.objects.filter(act="role").count() == 1


def test_a_waiver_granted_six_times_at_once_is_one_row_and_one_change(cast: Cast) -> None:
    rule = make_requirement("hipaa")
    waive = lambda: grant_waiver(  # noqa: E731
        cast.dana, rule, starts_on=TODAY, last_day=None, reason="x", by=by(cast.hana)
    )
    assert all_at_once(*[waive] * 6) == []
    assert Waiver.objects.count() == Change.objects.filter(act="waiver").count() == 1
    assert is_clean()


def test_a_number_given_to_two_at_once_is_refused_to_one(cast: Cast) -> None:
    def add() -> None:
        add_employee(
            employee_number="n1",
            first_name="New",
            last_name="Comer",
            team=cast.north,
            title="Case manager",
            starts_on=TODAY,
            supervisor=cast.renata,
            by=None,
        )

    errors = all_at_once(*[add] * 4)
    assert len(errors) == 3
    assert told_in_words(errors)
    assert {error.field for error in errors if isinstance(error, Refused)} == {"employee_number"}


def test_a_change_withdrawn_by_two_at_once_is_withdrawn_once(cast: Cast) -> None:
    position(cast.dana, team=cast.south)()
    change = Change.objects.get(act="position")
    errors = beside(*[lambda: withdraw(Change.objects.get(pk=change.pk), reason="x", by=None)] * 2)
    assert len(errors) == 1
    assert told_in_words(errors)
    assert Position.objects.current().get(person=cast.dana).team == cast.north


@ORDERS
def test_whoever_leaves_is_not_made_a_supervisor(cast: Cast, turned: bool) -> None:
    leave = lambda: end_employment(cast.sam, last_day=TODAY - timedelta(days=1), by=None)  # noqa: E731
    errors = both(leave, position(cast.dana, team=cast.north, supervisor=cast.sam), turned=turned)
    assert told_in_words(errors)
    assert len(errors) == (0 if turned else 1), errors
    assert not Position.objects.current().on(TODAY).filter(supervisor=cast.sam).exists()
    assert is_clean()


# ---- who waits ----------------------------------------------------------------------------------


def test_who_waits_too_long_is_told_so(cast: Cast) -> None:
    def impatient() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        set_home_state(cast.dana, "TX", on=TODAY, by=None)

    errors = beside(lambda: lock_people([cast.dana.pk]), impatient, waits=False)
    assert [type(error) for error in errors] == [Stale]
    assert told_in_words(errors)


def test_people_locked_by_one_keep_nobody_from_pointing_at_them(cast: Cast) -> None:
    def points() -> None:
        Position.objects.create(
            person=cast.dana, team=cast.south, title="x", starts_on=TODAY, is_primary=False
        )

    assert beside(lambda: lock_people([cast.dana.pk]), points, waits=False) == []


PAGES = ["/", "/people/", "/people/teams/", "/learn/", "/inbox/", "/standing/mine/"]


def test_opening_a_page_does_not_wait_behind_a_change_of_rules(
    cast: Cast, sign_in: Callable[[Person], Any]
) -> None:
    rule = make_requirement("hipaa")
    make_person("One", "More", team=cast.north)
    draft = make_draft(make_qualification("course:other"), starts_on=TODAY)
    answers: dict[str, int] = {}

    def open_pages() -> None:
        for who in (cast.dana, cast.hana):
            client = sign_in(who)  # Writes the day of the last sign-in to the person.
            for path in PAGES:
                answers[f"{path} {who}"] = client.get(path, follow=True).status_code
            path = f"/people/{cast.dana.pk}/"
            answers[f"{path} {who}"] = client.get(path, follow=True).status_code

    change = lambda: change_requirement(rule, draft, by=None)  # noqa: E731
    assert beside(change, open_pages, waits=False) == []
    assert set(answers.values()) <= {200, 404}, answers
    assert list(answers.values()).count(200) >= len(PAGES)
