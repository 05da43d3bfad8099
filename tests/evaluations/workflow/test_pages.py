"""The pages: what each reader finds there, and who is refused."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from evaluations.models import Evaluation
from evaluations.ratings.answer import Given
from evaluations.workflow import transitions
from evaluations.workflow.launch import launch_many
from portal.audit.models import AccessLog
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from tests.cast import Cast, by, make_person
from tests.cost import cost_of_page
from tests.evaluations.acts import FULL, close, open_for, part, share, write
from tests.evaluations.form import make_template

SignIn = Callable[[Person], Client]
DRAFT = b"Plans name an owner."


def page_of(evaluation: Evaluation) -> str:
    return reverse("evaluations:detail", args=[evaluation.code])


def step(evaluation: Evaluation, act: str) -> str:
    return reverse("evaluations:move", args=[evaluation.code, act])


def test_a_draft_is_on_nobody_elses_page(
    evaluation: Evaluation, cast: Cast, today: date, sign_in: SignIn
) -> None:
    write(evaluation, "self")
    for person in (cast.renata, cast.hana, cast.ada):
        assert DRAFT not in sign_in(person).get(page_of(evaluation)).content
    transitions.submit_self(evaluation, Viewer(cast.dana, today))
    write(evaluation, "supervisor")
    page = sign_in(cast.dana).get(page_of(evaluation))
    assert b"Supervisor 4" not in page.content, "the rating is not shared yet"
    assert b"overall, supervisor" not in page.content
    transitions.share(evaluation, Viewer(cast.renata, today))
    assert b"Supervisor 4" in sign_in(cast.dana).get(page_of(evaluation)).content


def test_each_finds_the_buttons_of_the_own_next_step(
    evaluation: Evaluation, cast: Cast, today: date, sign_in: SignIn
) -> None:
    assert b'value="submit_self"' in sign_in(cast.dana).get(page_of(evaluation)).content
    assert b'value="share"' not in sign_in(cast.renata).get(page_of(evaluation)).content
    share(evaluation, cast, today)
    page = sign_in(cast.dana).get(page_of(evaluation)).content
    assert b"Acknowledge receipt" in page
    assert b"does not mean that you agree" in page
    assert b"Acknowledge receipt" not in sign_in(cast.renata).get(page_of(evaluation)).content
    assert b"declined to sign" in sign_in(cast.hana).get(page_of(evaluation)).content


def test_the_whole_way_on_the_pages(
    evaluation: Evaluation, cast: Cast, sign_in: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    dana, renata = sign_in(cast.dana), sign_in(cast.renata)
    save = reverse("evaluations:save", args=[evaluation.code])
    values = {"rating-planning": "4", "rating-notes": "3", "text-goals": "More.", "then": "submit_self"}
    assert dana.post(save, values).status_code == 302
    values = {"rating-planning": "3", "rating-notes": "4", "then": "share"}
    asked = renata.post(save, values)
    assert asked["Location"] == reverse("evaluations:confirm", args=[evaluation.code, "share"])
    assert "3.25" in renata.get(asked["Location"]).content.decode()
    assert renata.post(step(evaluation, "share")).status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        assert dana.post(step(evaluation, "acknowledge"), {"comment": "Thanks."}).status_code == 302
    page = renata.get(page_of(evaluation))
    assert b"Download PDF" in page.content
    assert "“Thanks.”".encode() in page.content


def test_a_stranger_gets_404_and_an_insider_without_the_right_403(
    evaluation: Evaluation, cast: Cast, today: date, sign_in: SignIn
) -> None:
    share(evaluation, cast, today)
    for person in (cast.marcus, cast.sam, cast.sol, cast.arthur, cast.ilse):
        assert sign_in(person).get(page_of(evaluation)).status_code == 404
        assert sign_in(person).post(step(evaluation, "acknowledge")).status_code == 404
    for act in ("acknowledge", "share", "reopen", "cancel", "record_refusal", "reassign"):
        assert sign_in(cast.ada).post(step(evaluation, act), {"reason": "x", "note": "x"}).status_code == 403
        assert sign_in(cast.nadia).post(step(evaluation, act), {"reason": "x"}).status_code == 403
    assert sign_in(cast.dana).post(step(evaluation, "share")).status_code == 403
    assert sign_in(cast.renata).post(step(evaluation, "acknowledge")).status_code == 403
    assert sign_in(cast.dana).post(step(evaluation, "no-such-step")).status_code == 404
    evaluation.refresh_from_db()
    assert evaluation.state == "shared"


def test_a_step_of_the_own_out_of_turn_says_where_it_is(
    evaluation: Evaluation, cast: Cast, sign_in: SignIn
) -> None:
    page = sign_in(cast.dana).post(step(evaluation, "acknowledge"))
    assert page.status_code == 422
    assert b"not open any more" in page.content


@pytest.mark.parametrize("act", ["cancel", "skip_self", "reassign"])
def test_a_step_without_its_reason_comes_back(
    evaluation: Evaluation, cast: Cast, sign_in: SignIn, act: str
) -> None:
    page = sign_in(cast.hana).post(step(evaluation, act), {"reason": " "})
    assert page.status_code == 422
    assert b"required" in page.content
    evaluation.refresh_from_db()
    assert evaluation.state == "self"


def test_hr_gives_it_to_another_rater(evaluation: Evaluation, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.hana)
    values = {"rater": cast.sam.pk, "reason": "Renata is on leave"}
    assert client.post(step(evaluation, "reassign"), values).status_code == 302
    assert part(evaluation, "supervisor").rater == cast.sam
    page = client.post(step(evaluation, "reassign"), {**values, "rater": cast.dana.pk})
    assert page.status_code == 422


def test_reading_another_persons_evaluation_is_logged(
    evaluation: Evaluation, cast: Cast, sign_in: SignIn
) -> None:
    for person in (cast.dana, cast.renata):
        sign_in(person).get(page_of(evaluation))
    [row] = AccessLog.objects.filter(what="evaluation")
    assert (row.reader, row.person, row.detail) == (cast.renata, cast.dana, evaluation.code)


def test_a_visitor_is_led_to_the_sign_in(evaluation: Evaluation, client: Client) -> None:
    for address in (reverse("evaluations:list"), page_of(evaluation)):
        answer = client.get(address)
        assert answer.status_code == 302
        assert reverse("account_login") in answer["Location"]


def test_the_list_can_be_narrowed_to_a_state(
    evaluation: Evaluation, cast: Cast, today: date, sign_in: SignIn
) -> None:
    close(evaluation, cast, today)
    client = sign_in(cast.hana)
    link = page_of(evaluation).encode()
    assert link in client.get(reverse("evaluations:list"), {"state": "closed"}).content
    assert link not in client.get(reverse("evaluations:list"), {"state": "rating"}).content
    assert client.get(reverse("evaluations:list"), {"state": "nonsense", "page": "x"}).status_code == 200


def test_the_list_costs_the_same_for_many(
    evaluation: Evaluation, cast: Cast, today: date, sign_in: SignIn
) -> None:
    address = reverse("evaluations:list")
    span = {"period_from": today, "period_to": today, "due_on": today, "on": today}
    clients = [sign_in(cast.renata), sign_in(cast.hana)]
    # Two of them and one to rate, so that every part of the page has something to show.
    launch_many([cast.marcus], evaluation.template, by=by(cast.hana), **span)
    first = list(Evaluation.objects.order_by("id"))[1]
    transitions.skip_self(first, Viewer(cast.renata, today), reason="x")
    few = [cost_of_page(client, address) for client in clients]
    people = [make_person("P", str(n), team=cast.north) for n in range(12)]
    for row in launch_many(people, evaluation.template, by=by(cast.hana), **span):
        transitions.skip_self(row, Viewer(cast.renata, today), reason="x")
    assert [cost_of_page(client, address) for client in clients] == few


def test_the_page_costs_the_same_for_a_long_form(
    evaluation: Evaluation, cast: Cast, today: date, sign_in: SignIn
) -> None:
    close(evaluation, cast, today)
    more = [f"more-{number}" for number in range(10)]
    template = make_template("long", more)
    long = open_for(cast.marcus, cast, today, template=template)
    given = {**FULL, **dict.fromkeys(more, Given(rating=3))}
    write(long, "self", given)
    transitions.submit_self(long, Viewer(cast.marcus, today))
    write(long, "supervisor", given)
    transitions.share(long, Viewer(cast.renata, today))
    transitions.acknowledge(long, Viewer(cast.marcus, today), comment="Fair.")
    client = sign_in(cast.hana)
    assert b"More-9" in client.get(page_of(long)).content
    assert cost_of_page(client, page_of(long)) == cost_of_page(client, page_of(evaluation))
