"""Moving a person starts from what they work as today; a profession is never lost by a blank."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.formats import date_format

from portal.errors import Refused
from portal.people.employment.end import end_employment
from portal.people.employment.hire import hire
from portal.people.employment.positions import take_position
from portal.people.models import Person, Position, Profession
from tests.cast import Cast, by, make_person
from tests.people.directory.pages import confirmed, shown
from tests.standing.rules import make_requirement

SignIn = Callable[[Person], Client]
DAY = timedelta(days=1)


@pytest.fixture
def nurse(cast: Cast) -> Person:
    return make_person(
        "Nur",
        "Se",
        team=cast.north,
        profession="rn",
        title="RN case manager",
        states=["CA", "TX"],
        supervisor=cast.marcus,
        work_setting="field",
        employment_type="part_time",
    )


def filled(form: Any) -> dict[str, Any]:
    """The form as a browser would send it back untouched."""
    values = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value not in (None, False)}


def test_the_form_opens_with_what_holds_today_and_says_it(
    cast: Cast, nurse: Person, today: date, sign_in: SignIn
) -> None:
    address = reverse("people:act", args=[nurse.pk, "position"])
    form = sign_in(cast.hana).get(address).context["form"]
    now = Position.objects.get(person=nurse)
    for name in ("team", "profession", "supervisor"):
        assert form[name].value() == getattr(now, f"{name}_id")
    for name in ("title", "work_setting", "employment_type"):
        assert form[name].value() == getattr(now, name)
    assert form["states_served"].value() == "CA, TX"
    said = {name: str(form.fields[name].help_text) for name in ("team", "profession", "states_served")}
    assert said["team"].startswith("Now: Case Management North.")
    assert said["profession"].startswith("Now: Registered nurse.")
    assert said["states_served"].startswith("Now: CA, TX.")


@pytest.mark.parametrize("changed", ["team", "title", "work_setting"])
def test_moving_changes_what_is_changed_and_nothing_else(
    cast: Cast, nurse: Person, today: date, sign_in: SignIn, changed: str
) -> None:
    client, address = sign_in(cast.hana), reverse("people:act", args=[nurse.pk, "position"])
    data = filled(client.get(address).context["form"])
    data[changed] = {"team": cast.south.pk, "title": "Lead", "work_setting": "office"}[changed]
    answer = client.get(confirmed(client, address, data)["Location"])
    before = Position.objects.current().get(person=nurse, last_day=today - DAY)
    after = Position.objects.current().get(person=nurse, starts_on=today)
    kept = {"team", "title", "profession", "work_setting", "employment_type", "states_served", "supervisor"}
    assert {name for name in kept if getattr(before, name) != getattr(after, name)} == {changed}
    label = {"team": "Team", "title": "Title", "work_setting": "Work setting"}[changed]
    assert f"Changed: {label}." in answer.content.decode()


def test_the_profession_is_demanded_where_there_is_one(
    cast: Cast, nurse: Person, today: date, sign_in: SignIn
) -> None:
    client, address = sign_in(cast.hana), reverse("people:act", args=[nurse.pk, "position"])
    data = filled(client.get(address).context["form"]) | {"profession": "", "team": cast.south.pk}
    assert client.post(address, data).context["form"].errors.keys() == {"profession"}
    office = make_person("Off", "Ice", team=cast.north)
    address = reverse("people:act", args=[office.pk, "position"])
    data = filled(client.get(address).context["form"]) | {"title": "Clerk"}
    assert confirmed(client, address, data).status_code == 302


def test_no_use_case_loses_a_profession(cast: Cast, nurse: Person, today: date) -> None:
    def move(**values: Any) -> Position:
        day = values.pop("starts_on", today)
        return take_position(nurse, team=cast.south, title="X", starts_on=day, by=by(cast.hana), **values)

    with pytest.raises(Refused) as refused:
        move()
    assert refused.value.field == "profession"
    assert move(profession=Profession.objects.get(code="other")).profession.code == "other"
    end_employment(nurse, last_day=today, by=by(cast.hana))
    hire(nurse, starts_on=today + 9 * DAY, by=by(cast.hana))
    with pytest.raises(Refused):
        move(starts_on=today + 9 * DAY)


def test_adding_by_the_page_keeps_to_the_form(cast: Cast, today: date, sign_in: SignIn) -> None:
    client = sign_in(cast.hana)
    data = filled(client.get(reverse("people:add")).context["form"]) | {
        "employee_number": "N1",
        "last_name": "Newby",
        "kind": "employee",
        "team": cast.north.pk,
        "title": "Case manager",
        "work_setting": "office",
        "employment_type": "full_time",
        "home_state": "tx",
    }
    make_requirement("hipaa", audience={"any": [{"teams": [cast.north.pk]}]})
    asked = shown(client, reverse("people:add"), data).content.decode()
    assert "Position: Case manager, Case Management North" in asked
    assert f"Newby, from {date_format(today, 'M j, Y')}" in asked
    assert "Hipaa is asked" in asked
    assert not Person.objects.filter(employee_number="n1").exists(), "looking writes nothing"
    assert confirmed(client, reverse("people:add"), data).status_code == 302
    newby = Person.objects.get(employee_number="n1")
    assert newby.home_states.get().state == "TX"
    assert newby.positions.get().team == cast.north
    assert (
        client.post(reverse("people:add"), data | {"employee_number": "n2", "home_state": "1"}).status_code
        == 200
    )
    assert "already" in shown(client, reverse("people:add"), data).content.decode(), "the number is in use"
