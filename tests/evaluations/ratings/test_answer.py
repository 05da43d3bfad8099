"""Answers are saved as they come, by the rater alone; nothing typed is ever lost."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from evaluations.errors import ChangedElsewhere, Closed, NotComplete
from evaluations.models import Answer, Evaluation
from evaluations.ratings.answer import TEXT_MAX, Given, missing, save_answers
from evaluations.workflow import transitions
from portal.errors import NotAllowed, Refused
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from tests.cast import Cast, by
from tests.evaluations.acts import FULL, close, open_for, part, write
from tests.evaluations.form import CONTENT, make_template

Look = Callable[[Person], Viewer]
SignIn = Callable[[Person], Client]


def test_answers_are_saved_incomplete_and_only_by_the_rater(evaluation: Evaluation, cast: Cast) -> None:
    mine = save_answers(part(evaluation, "self"), {"planning": Given(rating=3)}, by=by(cast.dana), revision=0)
    assert mine.revision == 1
    for other in (cast.renata, cast.hana):
        with pytest.raises(NotAllowed):
            save_answers(mine, {"planning": Given(rating=5)}, by=by(other), revision=1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (Given(rating=9), "rating-planning"),
        (Given(rating=0), "rating-planning"),
        (Given(text="x" * (TEXT_MAX + 1)), "text-planning"),
    ],
)
def test_what_is_off_the_scale_or_too_long_is_refused_at_its_field(
    evaluation: Evaluation, cast: Cast, given: Given, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        save_answers(part(evaluation, "self"), {"planning": given}, by=by(cast.dana), revision=0)
    assert refused.value.field == field
    assert not Answer.objects.filter(saved_at__isnull=False).exists()


def test_a_text_takes_no_rating(evaluation: Evaluation, cast: Cast) -> None:
    with pytest.raises(Refused):
        save_answers(part(evaluation, "self"), {"goals": Given(rating=5)}, by=by(cast.dana), revision=0)


def test_what_applies_always_cannot_be_said_not_to_apply(cast: Cast, today: date) -> None:
    content = deepcopy(CONTENT)
    content["scale"]["allow_na"] = False
    template = make_template()
    template.content = content
    evaluation = open_for(cast.dana, cast, today, template=template)
    with pytest.raises(Refused):
        save_answers(
            part(evaluation, "self"), {"planning": Given(not_applicable=True)}, by=by(cast.dana), revision=0
        )


def test_saving_what_is_there_already_changes_nothing(evaluation: Evaluation) -> None:
    first = write(evaluation, "self")
    assert write(evaluation, "self").revision == first.revision


def test_a_second_window_cannot_overwrite_the_first(evaluation: Evaluation, cast: Cast) -> None:
    save_answers(part(evaluation, "self"), {"goals": Given(text="first")}, by=by(cast.dana), revision=0)
    with pytest.raises(ChangedElsewhere):
        save_answers(part(evaluation, "self"), {"goals": Given(text="second")}, by=by(cast.dana), revision=0)
    assert Answer.objects.get(part__role="self", item="goals").text == "first"


def test_the_overall_is_weighted_by_section(evaluation: Evaluation) -> None:
    assert write(evaluation, "supervisor").overall == Decimal("3.50")


def test_signing_demands_completeness_and_names_what_is_missing(
    evaluation: Evaluation, cast: Cast, viewer: Look
) -> None:
    write(evaluation, "self", {"planning": Given(rating=3), "goals": Given(text="  ")})
    with pytest.raises(NotComplete) as refused:
        transitions.submit_self(evaluation, viewer(cast.dana))
    assert [item for item, _title, _words in refused.value.missing] == ["notes", "goals"]
    evaluation.refresh_from_db()
    assert evaluation.state == "self"
    assert part(evaluation, "self").submitted_at is None


def test_not_applicable_is_an_answer(evaluation: Evaluation) -> None:
    write(evaluation, "self", {**FULL, "notes": Given(not_applicable=True)})
    assert list(missing(part(evaluation, "self"))) == []
    assert part(evaluation, "self").overall == Decimal(4)


def test_a_rating_that_needs_a_comment_asks_for_it_from_the_supervisor_only(
    evaluation: Evaluation, cast: Cast, viewer: Look
) -> None:
    extreme = {**FULL, "planning": Given(rating=5), "notes": Given(rating=3)}
    write(evaluation, "self", extreme)
    transitions.submit_self(evaluation, viewer(cast.dana))
    write(evaluation, "supervisor", extreme)
    with pytest.raises(NotComplete) as refused:
        transitions.share(evaluation, viewer(cast.renata))
    assert [item for item, _title, _words in refused.value.missing] == ["planning"]


def test_nothing_is_written_after_signing(evaluation: Evaluation, cast: Cast, viewer: Look) -> None:
    write(evaluation, "self")
    transitions.submit_self(evaluation, viewer(cast.dana))
    with pytest.raises(Closed):
        save_answers(part(evaluation, "self"), {"goals": Given(text="late")}, by=by(cast.dana), revision=None)


# ---- the page -------------------------------------------------------------------------------


def test_saving_from_the_page_keeps_and_comes_back(
    evaluation: Evaluation, cast: Cast, sign_in: SignIn
) -> None:
    address = reverse("evaluations:save", args=[evaluation.code])
    values = {"rating-planning": "4", "text-planning": "One\r\nTwo", "rating-notes": "na", "revision": "0"}
    assert sign_in(cast.dana).post(address, values).status_code == 302
    rows = {row.item: row for row in Answer.objects.filter(part__role="self")}
    assert (rows["planning"].rating, rows["planning"].text) == (4, "One\nTwo")
    assert rows["notes"].not_applicable
    assert rows["goals"].saved_at is None


def test_saving_by_itself_answers_with_the_revision(
    evaluation: Evaluation, cast: Cast, sign_in: SignIn
) -> None:
    address = reverse("evaluations:save", args=[evaluation.code])
    answer = sign_in(cast.dana).post(
        address, {"text-goals": "More", "revision": "0"}, headers={"X-Autosave": "1"}
    )
    assert (answer.status_code, answer["X-Revision"]) == (204, "1")
    answer = sign_in(cast.dana).post(
        address, {"text-goals": "Older", "revision": "0"}, headers={"X-Autosave": "1"}
    )
    assert answer.status_code == 409
    assert "another window" in json.loads(answer.content)["error"]
    assert Answer.objects.get(part__role="self", item="goals").text == "More"


def test_two_windows_on_the_page_lose_nothing(evaluation: Evaluation, cast: Cast, sign_in: SignIn) -> None:
    client, address = sign_in(cast.dana), reverse("evaluations:save", args=[evaluation.code])
    client.post(address, {"text-goals": "first", "revision": "0"})
    page = client.post(address, {"text-goals": "written in the second window", "revision": "0"})
    assert page.status_code == 409
    assert b"written in the second window" in page.content


def test_a_rating_off_the_scale_keeps_the_texts(evaluation: Evaluation, cast: Cast, sign_in: SignIn) -> None:
    address = reverse("evaluations:save", args=[evaluation.code])
    for rating in ("9", "9" * 5000):
        page = sign_in(cast.dana).post(
            address, {"rating-planning": rating, "text-planning": "Do not lose me"}
        )
        assert page.status_code == 422
        assert b"Do not lose me" in page.content


def test_an_answer_after_closing_is_refused_and_comes_back_to_copy(
    evaluation: Evaluation, cast: Cast, today: date, sign_in: SignIn
) -> None:
    close(evaluation, cast, today)
    answer = sign_in(cast.dana).post(
        reverse("evaluations:save", args=[evaluation.code]),
        {"text-goals": "What I wrote too late", "revision": "1"},
    )
    assert answer.status_code == 409
    assert b"What I wrote too late" in answer.content


def test_signing_what_is_incomplete_leads_to_each_item(
    evaluation: Evaluation, cast: Cast, sign_in: SignIn
) -> None:
    page = sign_in(cast.dana).post(
        reverse("evaluations:save", args=[evaluation.code]),
        {"rating-planning": "3", "revision": "0", "then": "submit_self"},
    )
    assert page.status_code == 422
    assert b'href="#item-notes"' in page.content
    assert b'href="#item-goals"' in page.content
    assert b'href="#item-planning"' not in page.content
    assert Answer.objects.get(part__role="self", item="planning").rating == 3, "what was given is kept"


def test_saving_and_signing_in_one_step(evaluation: Evaluation, cast: Cast, sign_in: SignIn) -> None:
    values = {"rating-planning": "3", "rating-notes": "4", "text-goals": "Go on.", "then": "submit_self"}
    answer = sign_in(cast.dana).post(reverse("evaluations:save", args=[evaluation.code]), values)
    assert answer.status_code == 302
    evaluation.refresh_from_db()
    assert evaluation.state == "rating"


def test_who_has_no_part_in_it_saves_nothing(evaluation: Evaluation, cast: Cast, sign_in: SignIn) -> None:
    address = reverse("evaluations:save", args=[evaluation.code])
    for person, status in ((cast.hana, 403), (cast.ada, 403), (cast.sol, 404), (cast.sam, 404)):
        assert sign_in(person).post(address, {"text-goals": "x"}).status_code == status
    assert not Answer.objects.filter(saved_at__isnull=False).exists()
