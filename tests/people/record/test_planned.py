"""What is on record for later days says what it will do, in the words of a preview."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format

from portal.people.employment.clock import make_absence_kind
from portal.people.employment.details import change_name
from portal.people.employment.end import end_employment
from portal.people.employment.leave import record_absence, remove_from_patient_work
from portal.people.employment.positions import profession_on, take_position
from portal.people.facts.taking_back import withdraw
from portal.people.models import Change, Person, Position
from portal.people.organization.teams import set_lead
from portal.people.record.planned import planned_ids, what_it_does
from portal.people.record.preview import preview_of
from portal.standing.models import Span
from portal.standing.requirements.change import change_requirement
from tests.cast import Cast, by
from tests.people.directory.test_acts import move
from tests.standing.rules import make_draft, make_qualification, make_requirement

SignIn = Callable[[Person], Client]
DAY = timedelta(days=1)


@pytest.fixture
def hr(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.hana)


def text(response: Any) -> str:
    return str(response.content.decode())


def lines_of(change: Change, today: date) -> dict[str, list[str]]:
    found = what_it_does(change, today)
    assert not found.why_not
    return {section.title: [line.text for line in section.lines] for section in found.sections}


def latest() -> Change:
    return Change.objects.latest("pk")


def from_day(person: Person, day: date) -> str:
    return f"{person}, from {date_format(day, 'M j, Y')}"


def test_a_planned_position_says_from_which_day_what_is_asked(cast: Cast, today: date, hr: Client) -> None:
    make_requirement("hipaa", audience={"any": [{"teams": [cast.south.pk]}]})
    make_requirement("north", audience={"any": [{"teams": [cast.north.pk]}]})
    day = today + 9 * DAY
    move(cast.dana, cast.south, day, by(cast.hana))
    change = latest()
    asked, no_longer = sorted(lines_of(change, today)[from_day(cast.dana, day)])
    assert asked.startswith("Hipaa is asked: ")
    assert no_longer == "North is not asked any longer"
    assert len(lines_of(change, today)) == 1
    page = text(hr.get(reverse("people:change", args=[change.pk])))
    assert from_day(cast.dana, day) in page
    assert "Hipaa is asked" in page
    asking = reverse("people:doing", args=[change.pk])
    assert asking in text(hr.get(reverse("people:changes")))
    assert asking in text(hr.get(reverse("people:detail", args=[cast.dana.pk])))
    part = text(hr.get(asking, headers={"HX-Request": "true"}))
    assert "Hipaa is asked" in part
    assert "<html" not in part
    assert "<html" in text(hr.get(asking))


def test_it_says_what_the_preview_of_the_act_said(cast: Cast, today: date) -> None:
    make_requirement("hipaa", audience={"any": [{"teams": [cast.south.pk]}]})
    day = today + 9 * DAY
    values: dict[str, Any] = {"profession": profession_on(cast.dana, day)}
    values |= {"team": cast.south, "title": "Lead", "starts_on": day, "by": by(cast.hana)}
    preview = preview_of(take_position.plan(cast.dana, **values), today)
    take_position(cast.dana, **values)
    said = [section for section in preview.sections if section.title == from_day(cast.dana, day)]
    assert said
    assert list(what_it_does(latest(), today).sections) == said


def test_a_planned_ending_and_removal_say_who_is_no_longer_cleared(cast: Cast, today: date) -> None:
    remove_from_patient_work(cast.dana, starts_on=today + 3 * DAY, reason="x", by=by(cast.hana))
    assert lines_of(latest(), today) == {from_day(cast.dana, today + 3 * DAY): ["No longer cleared in CA"]}
    end_employment(cast.sol, last_day=today + 4 * DAY, by=by(cast.hana))
    assert (
        "No longer cleared to work with patients"
        in lines_of(latest(), today)[from_day(cast.sol, today + 5 * DAY)]
    )


def test_a_planned_rule_says_what_it_does_to_everybody(cast: Cast, today: date, hr: Client) -> None:
    rule = make_requirement("hipaa")
    draft = make_draft(make_qualification("course:hipaa"), starts_on=today + 5 * DAY, audience={"any": []})
    change_requirement(rule, draft, by=by(cast.hana))
    [words] = lines_of(latest(), today)[f"Hipaa, from {date_format(today + 5 * DAY, 'M j, Y')}"]
    assert words.startswith("Everybody: nobody is asked instead of ")
    page = text(hr.get(reverse("people:change", args=[latest().pk])))
    assert reverse("people:doing", args=[latest().pk]) in page, "computed when it is asked for"


def test_looking_writes_nothing(cast: Cast, today: date, hr: Client) -> None:
    make_requirement("hipaa", audience={"any": [{"teams": [cast.south.pk]}]})
    move(cast.dana, cast.south, today + DAY, by(cast.hana))
    before = list(Span.objects.values_list("pk")), Change.objects.count(), Position.objects.count()
    hr.get(reverse("people:change", args=[latest().pk]))
    hr.get(reverse("people:doing", args=[latest().pk]))
    assert before == (list(Span.objects.values_list("pk")), Change.objects.count(), Position.objects.count())


def test_the_list_of_what_is_planned(cast: Cast, today: date, hr: Client) -> None:
    kind = make_absence_kind(code="fmla", name="Family leave", stops_clock=True, by=None)
    change_name(cast.dana, first_name="Dana", last_name="New", on=today, by=by(cast.hana))
    planned = []
    move(cast.dana, cast.south, today + DAY, by(cast.hana))
    planned.append(latest())
    record_absence(cast.marcus, kind=kind, starts_on=today + DAY, last_day=today + 9 * DAY, by=by(cast.hana))
    planned.append(latest())
    end_employment(cast.sol, last_day=today + 4 * DAY, by=by(cast.hana))
    planned.append(latest())
    set_lead(cast.north, cast.sam, acting=True, starts_on=today + 2 * DAY, by=by(cast.hana))
    planned.append(latest())
    assert set(planned_ids(today)) == {change.pk for change in planned}
    page = text(hr.get(reverse("people:changes"), {"planned": "1"}))
    assert page.count("<details>") == len(planned)
    withdraw(planned[0], reason="x", by=by(cast.hana))
    assert set(planned_ids(today)) == {change.pk for change in planned[1:]}
    assert text(hr.get(reverse("people:changes"))).count("<details>") == len(planned) - 1
    assert "It was taken back" in text(hr.get(reverse("people:doing", args=[planned[0].pk])))


def test_what_later_changes_build_on_names_them(cast: Cast, today: date) -> None:
    move(cast.dana, cast.south, today + DAY, by(cast.hana))
    first = latest()
    move(cast.dana, cast.network, today + 9 * DAY, by(cast.hana))
    found = what_it_does(first, today)
    assert found.sections == ()
    assert "New position" in found.conflicts[0]


def test_the_line_sees_what_is_planned_and_not_the_changes_of_hr(
    cast: Cast, today: date, sign_in: SignIn
) -> None:
    move(cast.dana, cast.north, today + DAY, by(cast.hana), states_served=["CA"])
    page = text(sign_in(cast.renata).get(reverse("people:detail", args=[cast.dana.pk])))
    assert "Planned" in page
    assert reverse("people:doing", args=[latest().pk]) not in page


def test_the_list_does_not_compute_what_is_planned(cast: Cast, today: date, hr: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            hr.get(reverse("people:changes"), {"planned": "1"})
        return len(queries)

    move(cast.dana, cast.south, today + DAY, by(cast.hana))
    cost()
    few = cost()
    for number in range(5):
        move(cast.marcus, cast.south, today + (9 - number) * DAY, by(cast.hana), states_served=["CA"])
    assert cost() == few
