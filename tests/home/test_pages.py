"""My work, the board and compliance: what they say, and what they cost."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from portal.clock import business_today
from portal.home.compliance import count, expirations
from portal.notices.notify import notify
from portal.people.models import Person
from portal.standing.alerts.scan import KIND
from portal.standing.items import standing_on
from portal.standing.models import AlertRun, Requirement
from tests.cast import Cast, grant, make_person
from tests.cost import cost_of_page
from tests.standing.rules import make_qualification, make_requirement

SignIn = Callable[[Person], Client]


@pytest.fixture
def rules(cast: Cast) -> None:
    make_requirement("hipaa")
    make_requirement("license", make_qualification("license:RN:CA"), due_days=-1, severity="blocks")


def test_home_leads_each_role_to_its_page(cast: Cast, sign_in: SignIn) -> None:
    for who, name in (
        ("dana", "my_work"),
        ("renata", "team_board"),
        ("hana", "compliance"),
        ("ada", "compliance"),
    ):
        assert sign_in(getattr(cast, who)).get("/")["Location"] == reverse(name)


def test_my_work_says_that_i_am_not_cleared_and_why(cast: Cast, rules: None, sign_in: SignIn) -> None:
    page = sign_in(cast.dana).get(reverse("my_work")).content.decode()
    assert "not cleared to work with patients" in page
    assert "License" in page


def test_the_board_shows_the_line_as_of_a_day(cast: Cast, rules: None, sign_in: SignIn) -> None:
    client = sign_in(cast.renata)
    page = client.get(reverse("team_board"), {"as_of": "2021-05-03"}).content.decode()
    assert "May" in page
    assert "Dana Whitfield" in page
    assert "Sol Reyes" not in page
    assert client.get(reverse("team_board"), {"as_of": "no day", "team": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("who", "name"), [("renata", "team_board"), ("hana", "compliance"), ("hana", "not_cleared")]
)
def test_lists_cost_the_same_for_many(cast: Cast, rules: None, sign_in: SignIn, who: str, name: str) -> None:
    client = sign_in(getattr(cast, who))
    few = cost_of_page(client, reverse(name))
    for number in range(12):
        make_person("P", str(number), team=cast.north)
    assert cost_of_page(client, reverse(name)) == few


def test_the_csv_writes_the_words_out_and_no_formula(cast: Cast, rules: None, sign_in: SignIn) -> None:
    make_person("=cmd", "Danger", team=cast.north)
    Requirement.objects.update(name="=1+1")
    text = sign_in(cast.renata).get(reverse("team_board_csv")).content.decode()
    assert "over" in text or "Missing" in text
    assert "Danger, =cmd" in text
    assert "'=1+1" in text
    assert all(not cell.startswith("=") for line in text.splitlines() for cell in line.split(","))


def test_ready_asks_everything_and_names_what_fails(client: Client, db: object, today: date) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "ok"
    assert "failed" in answer.json()["alert_run"]
    from django.utils import timezone

    AlertRun.objects.create(on=today, finished_at=timezone.now())
    assert client.get("/readyz").status_code == 200
    AlertRun.objects.update(finished_at=timezone.now() - timedelta(days=2))
    assert client.get("/readyz").status_code == 503


def test_the_row_that_opens_below_a_cell_spans_the_table(cast: Cast, rules: None, sign_in: SignIn) -> None:
    client = sign_in(cast.renata)
    board = client.get(reverse("team_board"))
    cell = board.context["board"].rows[0].cells[0]
    address = cell.detail_address + board.context["board"].width_query
    row = client.get(address, headers={"HX-Request": "true"}).content.decode()
    # The person and two requirements; more would squeeze the columns.
    assert '<td colspan="3">' in row


@pytest.mark.parametrize("name", ["team_board", "compliance_items", "not_cleared"])
def test_what_filters_swap_holds_heading_and_counts(
    cast: Cast, rules: None, sign_in: SignIn, name: str
) -> None:
    page = sign_in(cast.hana).get(reverse(name), {"as_of": "2021-05-03"}).content.decode()
    assert 'hx-select-oob="#pagehead' in page
    head = page[page.index('id="pagehead"') : page.index('id="results"')]
    assert "May\xa03, 2021" in head or "May\xa03,\xa02021" in head


def test_the_chart_counts_what_expires_by_month(cast: Cast, sign_in: SignIn, today: date) -> None:
    chart = expirations(count(today, Person.objects.none()), today)
    assert len(chart.rows) == 12
    assert "0 items expire" in chart.finding


def test_signing_in_welcomes_by_name(cast: Cast, client: Client) -> None:
    text = render_to_string("account/messages/logged_in.txt", {"user": cast.dana}).strip()
    assert text == "Welcome back, Dana."


def test_every_page_says_the_same_of_an_item_that_bars(cast: Cast, rules: None, sign_in: SignIn) -> None:
    """The word of the board, with the day since when, wherever it is said why somebody is not cleared."""
    client = sign_in(cast.renata)
    item = next(i for i in standing_on(cast.dana, business_today()).items if i.requirement.code == "license")
    assert item.phrase == "Missing"
    assert item.day_words.startswith("since ")
    for address in (reverse("not_cleared"), reverse("standing:person", args=[cast.dana.pk])):
        page = client.get(address).content.decode()
        assert "License" in page
        assert "Missing" in page
        assert "Overdue" not in page
    assert item.day_words in client.get(reverse("standing:person", args=[cast.dana.pk])).content.decode()


@pytest.mark.parametrize(
    ("word", "title", "chosen"),
    [
        ("", "Exceptions", ""),
        ("late", "Exceptions", "Overdue or missing"),
        ("good", "Items", "Met or expiring"),
        ("met", "Items", "Met"),
        ("nonsense", "Exceptions", ""),
    ],
)
def test_the_list_behind_a_figure_has_the_name_of_what_it_lists(
    cast: Cast, rules: None, sign_in: SignIn, word: str, title: str, chosen: str
) -> None:
    page = sign_in(cast.hana).get(reverse("compliance_items"), {"word": word}).content.decode()
    assert f"<title>{title} · Preceptor</title>" in page
    assert page.count(" selected>") == bool(chosen)
    assert not chosen or f" selected>{chosen}</option>" in page


def test_who_leads_a_team_is_not_told_that_it_has_no_lead(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.renata).get(reverse("my_work")).content.decode()
    assert "Leads the level above your team." in page
    assert "has no lead present" not in page


def test_an_external_auditor_is_asked_for_nothing(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.ada).get(reverse("my_work")).content.decode()
    assert "Nothing needs you today." in page
    for words in ("May I work with patients?", "Add one", "Browse the training catalog"):
        assert words not in page


@pytest.mark.parametrize("who", ["renata", "arthur", "hana"])
@pytest.mark.parametrize(
    "name", ["team_board", "compliance", "compliance_items", "not_cleared", "people:list"]
)
def test_a_page_asks_twelve_queries_of_whomever(
    cast: Cast, rules: None, sign_in: SignIn, who: str, name: str
) -> None:
    """A supervisor, HR of a team and HR for everybody, with notices in their queues."""
    grant(cast.arthur, "hr", scope="team", team=cast.south)
    for person in (cast.dana, cast.sol):
        for role in ("supervisor", "hr"):
            notify(role=role, about=person, kind=KIND, key=str(person.pk), subject="x")
    client = sign_in(getattr(cast, who))
    if client.get(reverse(name)).status_code == 200:
        assert cost_of_page(client, reverse(name)) <= 12
