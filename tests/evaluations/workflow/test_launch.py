"""Launching freezes the form, opens a part for each rater, and happens once."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluations.models import Answer, Evaluation
from evaluations.workflow.launch import launch_many
from evaluations.workflow.transitions import cancel
from portal.errors import Refused
from portal.notices.models import Notice
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from tests.cast import Cast, by, make_hr, make_person
from tests.evaluations.acts import open_for, part
from tests.evaluations.form import CONTENT, make_template

SignIn = Callable[[Person], Client]
YEAR = {"period_from": date(2026, 1, 1), "period_to": date(2026, 12, 31)}


def test_launching_freezes_the_form_and_names_the_supervisor(evaluation: Evaluation, cast: Cast) -> None:
    assert part(evaluation, "self").rater == cast.dana
    assert part(evaluation, "supervisor").rater == cast.renata
    evaluation.template.content = {**CONTENT, "title": "Changed"}
    evaluation.template.save()
    evaluation.refresh_from_db()
    assert evaluation.form["title"] == "Annual evaluation"
    assert Notice.objects.filter(recipient=cast.dana, kind="evaluations-launched").count() == 1


def test_every_answer_has_its_row_from_the_start(evaluation: Evaluation) -> None:
    rows = set(Answer.objects.values_list("part__role", "item"))
    assert rows == {
        ("self", "planning"),
        ("self", "notes"),
        ("self", "goals"),
        ("supervisor", "planning"),
        ("supervisor", "notes"),
    }


def test_launching_twice_is_once(evaluation: Evaluation, cast: Cast, today: date) -> None:
    assert open_for(cast.dana, cast, today, template=evaluation.template) == evaluation
    assert Notice.objects.filter(kind="evaluations-launched").count() == 1


def test_a_cancelled_one_does_not_stand_in_the_way(evaluation: Evaluation, cast: Cast, today: date) -> None:
    cancel(evaluation, Viewer(cast.hana, today), reason="Wrong person")
    assert open_for(cast.dana, cast, today, template=evaluation.template) != evaluation


def test_nobody_opens_their_own(cast: Cast, today: date) -> None:
    template = make_template()
    with pytest.raises(Refused):
        open_for(cast.renata, cast, today, by=by(cast.renata), template=template)
    made = launch_many(
        [cast.marcus, cast.renata], template, due_on=today, on=today, by=by(cast.renata), **YEAR
    )
    assert [row.person for row in made] == [cast.marcus]


def test_nobody_rates_themselves(cast: Cast, today: date) -> None:
    with pytest.raises(Refused) as refused:
        open_for(cast.dana, cast, today, rater=cast.dana)
    assert refused.value.field == "rater"


def test_the_head_of_everything_is_rated_by_hr(cast: Cast, today: date) -> None:
    assert part(open_for(cast.nadia, cast, today, by=by(make_hr())), "supervisor").rater == cast.hana


@pytest.mark.parametrize(
    "change",
    [{"published_at": None}, {"retired_at": "2026-01-02T00:00Z"}, {"content": {"sections": []}}],
)
def test_a_form_that_cannot_be_used_is_refused(cast: Cast, today: date, change: dict[str, Any]) -> None:
    template = make_template()
    for name, value in change.items():
        setattr(template, name, value)
    template.save()
    with pytest.raises(Refused):
        open_for(cast.dana, cast, today, template=template)
    assert not Evaluation.objects.exists()


def test_a_supervisor_opens_evaluations_of_the_own_line_only(
    cast: Cast, today: date, sign_in: SignIn
) -> None:
    values = {
        "template": make_template().pk,
        "people": [cast.dana.pk, cast.marcus.pk],
        "period_from": "2026-01-01",
        "period_to": "2026-12-31",
        "due_on": today,
    }
    client = sign_in(cast.renata)
    assert client.post(reverse("evaluations:launch"), values).status_code == 302
    assert set(Evaluation.objects.values_list("person", flat=True)) == {cast.dana.pk, cast.marcus.pk}
    for stranger in (cast.sol, cast.renata):
        page = client.post(reverse("evaluations:launch"), {**values, "people": [stranger.pk]})
        assert page.status_code == 200, "refused at the field"
    assert Evaluation.objects.count() == 2


def test_a_period_that_ends_before_it_begins_is_refused_at_its_field(
    cast: Cast, today: date, sign_in: SignIn
) -> None:
    page = sign_in(cast.hana).post(
        reverse("evaluations:launch"),
        {
            "template": make_template().pk,
            "people": [cast.dana.pk],
            "period_from": today,
            "period_to": today - timedelta(days=1),
            "due_on": today,
        },
    )
    assert b"ends before it begins" in page.content
    assert not Evaluation.objects.exists()


def test_staff_and_auditors_do_not_open_evaluations(cast: Cast, sign_in: SignIn) -> None:
    for person in (cast.dana, cast.ada, cast.arthur):
        assert sign_in(person).get(reverse("evaluations:launch")).status_code == 403


def test_many_are_opened_with_one_chart(cast: Cast, today: date) -> None:
    people = [make_person("P", str(number), team=cast.north) for number in range(8)]
    hr = by(cast.hana)
    assert hr.has("hr"), "her own line is asked for once, whoever is launched"
    with CaptureQueriesContext(connection) as queries:
        made = launch_many(people, make_template(), due_on=today, on=today, by=hr, **YEAR)
    assert {part(row, "supervisor").rater for row in made} == {cast.renata}
    charts = [q for q in queries if 'FROM "people_teamlead"' in q["sql"] and "UNION" in q["sql"]]
    assert len(charts) == 1
