"""An evaluation from launch to PDF: who may do what, what is refused, what follows."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from evaluations import moving
from evaluations.access import sees_part
from evaluations.answering import Given, save_answers
from evaluations.documents import make_document
from evaluations.errors import ChangedElsewhere, Closed, NotComplete, WrongMove
from evaluations.launching import launch, launch_many
from evaluations.models import Answer, Document, Evaluation, Part, Signature
from portal.errors import NotAllowed, Refused
from portal.jobs.models import Job
from portal.notices.models import Notice
from portal.people.access import Viewer
from portal.people.models import Person
from portal.standing.models import Evidence, Span
from portal.standing.recording import qualification
from tests.cast import Cast
from tests.evaluations.form import CONTENT, make_template
from tests.standing.rules import make_requirement

Look = Callable[[Person], Viewer]
FULL = {
    "planning": Given(rating=4, text="Plans name an owner."),
    "notes": Given(rating=2, text="Late twice."),
    "goals": Given(text="A back-up in every plan."),
}


@pytest.fixture
def evaluation(cast: Cast, today: date) -> Evaluation:
    return launch(
        cast.dana,
        make_template(),
        period_from=date(2026, 1, 1),
        period_to=date(2026, 12, 31),
        due_on=today,
        on=today,
        actor=cast.hana,
    )


def part(evaluation: Evaluation, role: str) -> Part:
    return evaluation.parts.get(role=role)


def write(evaluation: Evaluation, role: str, given: dict[str, Given] | None = None) -> Part:
    mine = part(evaluation, role)
    asked = {a.item for a in mine.answers.all()}
    wanted = {k: v for k, v in (given or FULL).items() if k in asked}
    return save_answers(mine, wanted, actor=mine.rater, revision=None)


def close(evaluation: Evaluation, cast: Cast, look: Look, comment: str = "Fair.") -> Evaluation:
    write(evaluation, "self")
    moving.submit_self(evaluation, look(cast.dana))
    write(evaluation, "supervisor")
    moving.share(evaluation, look(cast.renata))
    return moving.acknowledge(evaluation, look(cast.dana), comment=comment)


def test_launching_freezes_the_form_and_names_the_supervisor(evaluation: Evaluation, cast: Cast) -> None:
    assert part(evaluation, "supervisor").rater == cast.renata
    evaluation.template.content = {**CONTENT, "title": "Changed"}
    evaluation.template.save()
    evaluation.refresh_from_db()
    assert evaluation.form["title"] == "Annual evaluation"
    assert Notice.objects.filter(recipient=cast.dana, kind="evaluations-launched").count() == 1


def test_launching_twice_is_once_and_oneself_is_refused(
    evaluation: Evaluation, cast: Cast, today: date
) -> None:
    again = {"period_from": date(2026, 1, 1), "period_to": date(2026, 12, 31), "due_on": today, "on": today}
    assert launch(cast.dana, evaluation.template, actor=cast.hana, **again) == evaluation
    with pytest.raises(Refused):
        launch(cast.renata, evaluation.template, actor=cast.renata, **again)
    made = launch_many([cast.marcus, cast.renata], evaluation.template, actor=cast.renata, **again)
    assert [row.person for row in made] == [cast.marcus]


def test_answers_are_saved_incomplete_and_only_by_the_rater(evaluation: Evaluation, cast: Cast) -> None:
    mine = save_answers(part(evaluation, "self"), {"planning": Given(rating=3)}, actor=cast.dana, revision=0)
    assert mine.revision == 1
    with pytest.raises(NotAllowed):
        save_answers(part(evaluation, "self"), {"planning": Given(rating=5)}, actor=cast.renata, revision=1)
    with pytest.raises(Refused, match="not on the scale"):
        save_answers(part(evaluation, "self"), {"planning": Given(rating=9)}, actor=cast.dana, revision=1)


def test_a_second_window_cannot_overwrite_the_first(evaluation: Evaluation, cast: Cast) -> None:
    save_answers(part(evaluation, "self"), {"goals": Given(text="first")}, actor=cast.dana, revision=0)
    with pytest.raises(ChangedElsewhere):
        save_answers(part(evaluation, "self"), {"goals": Given(text="second")}, actor=cast.dana, revision=0)
    assert Answer.objects.get(part__role="self", item="goals").text == "first"


def test_signing_demands_completeness_and_names_what_is_missing(
    evaluation: Evaluation, cast: Cast, viewer: Look
) -> None:
    write(evaluation, "self", {"planning": Given(rating=3)})
    with pytest.raises(NotComplete) as refused:
        moving.submit_self(evaluation, viewer(cast.dana))
    assert [item for item, _title, _words in refused.value.missing] == ["notes", "goals"]


def test_a_rating_that_needs_a_comment_asks_for_it_from_the_supervisor_only(
    evaluation: Evaluation, cast: Cast, viewer: Look
) -> None:
    extreme = {**FULL, "planning": Given(rating=5), "notes": Given(rating=3)}
    write(evaluation, "self", extreme)
    moving.submit_self(evaluation, viewer(cast.dana))
    write(evaluation, "supervisor", extreme)
    with pytest.raises(NotComplete, match="1 answers"):
        moving.share(evaluation, viewer(cast.renata))


def test_the_overall_is_weighted_by_section(evaluation: Evaluation) -> None:
    assert write(evaluation, "supervisor").overall == Decimal("3.50")


def test_drafts_are_hidden_until_they_are_signed(evaluation: Evaluation, cast: Cast, viewer: Look) -> None:
    def sees(who: Person, role: str) -> bool:
        evaluation.refresh_from_db()
        return sees_part(viewer(who), evaluation, part(evaluation, role))

    write(evaluation, "self")
    assert not sees(cast.renata, "self")
    moving.submit_self(evaluation, viewer(cast.dana))
    assert sees(cast.renata, "self")
    write(evaluation, "supervisor")
    assert not sees(cast.dana, "supervisor")
    assert not sees(cast.hana, "supervisor")
    moving.share(evaluation, viewer(cast.renata))
    assert sees(cast.dana, "supervisor")


def test_the_lifecycle_refuses_moves_out_of_turn_and_of_others(
    evaluation: Evaluation, cast: Cast, viewer: Look
) -> None:
    with pytest.raises(WrongMove):
        moving.acknowledge(evaluation, viewer(cast.dana))
    with pytest.raises(NotAllowed):
        moving.share(evaluation, viewer(cast.dana))
    with pytest.raises(NotAllowed):
        moving.cancel(evaluation, viewer(cast.renata), reason="x")


def test_closing_appends_evidence_dated_by_the_supervisors_signature(
    evaluation: Evaluation, cast: Cast, viewer: Look, today: date
) -> None:
    annual = qualification("evaluation:annual", kind="evaluation", name="Annual evaluation")
    make_requirement("annual", annual, recurrence="every_months", recurrence_months=12, due_months=12)
    close(evaluation, cast, viewer)
    row = Evidence.objects.get(qualification=annual)
    assert (row.effective_on, row.level, row.person) == (today, "verified", cast.dana)
    assert Span.objects.on(today + timedelta(days=1)).get(person=cast.dana).state == "met"
    assert set(evaluation.signatures.values_list("meaning", flat=True)) == {
        "self",
        "supervisor",
        "acknowledged",
    }


@pytest.mark.parametrize("model", [Answer, Part, Evaluation, Signature])
@pytest.mark.parametrize("act", ["update", "delete"])
def test_what_is_closed_is_closed_in_the_database(
    evaluation: Evaluation, cast: Cast, viewer: Look, model: Any, act: str
) -> None:
    close(evaluation, cast, viewer)
    column = {"Answer": "text", "Part": "revision", "Evaluation": "title", "Signature": "name"}[
        model.__name__
    ]
    rows = model.objects.all()
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        rows.update(**{column: 7 if column == "revision" else "x"}) if act == "update" else rows._raw_delete(
            "default"
        )


def test_an_answer_after_closing_is_refused_and_comes_back_to_copy(
    evaluation: Evaluation, cast: Cast, viewer: Look, sign_in: Callable[[Person], Client]
) -> None:
    close(evaluation, cast, viewer)
    with pytest.raises(Closed):
        save_answers(part(evaluation, "self"), {"goals": Given(text="late")}, actor=cast.dana, revision=None)
    answer = sign_in(cast.dana).post(
        reverse("evaluations:save", args=[evaluation.code]),
        {"text-goals": "What I wrote too late", "revision": "1"},
    )
    assert answer.status_code == 409
    assert b"What I wrote too late" in answer.content


def test_the_pdf_has_every_answer_both_ratings_and_the_signatures(
    evaluation: Evaluation, cast: Cast, viewer: Look
) -> None:
    evaluation = close(evaluation, cast, viewer, comment="I see it the same way.")
    assert Job.objects.filter(kind=moving.RENDER).count() == 1
    document = make_document(evaluation)
    assert make_document(evaluation) == document, "rendered twice is one document"
    with document.file.content.open("rb") as opened:
        content = opened.read()
    assert document.file.sha256 == __import__("hashlib").sha256(content).hexdigest()
    reader = PdfReader(io.BytesIO(content))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    wanted = [
        "Dana Whitfield",
        "Renata Okafor",
        "Plans name an owner.",
        "Late twice.",
        "A back-up in every plan.",
    ]
    for words in [*wanted, "I see it the same way.", "3.50", f"of {len(reader.pages)}"]:
        assert words in text, words
    root = reader.trailer["/Root"]
    assert root["/Lang"].startswith("en")
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root


def test_declining_to_sign_is_witnessed_and_closes(evaluation: Evaluation, cast: Cast, viewer: Look) -> None:
    write(evaluation, "self")
    moving.submit_self(evaluation, viewer(cast.dana))
    write(evaluation, "supervisor")
    moving.share(evaluation, viewer(cast.renata))
    with pytest.raises(Refused):
        moving.record_refusal(evaluation, viewer(cast.hana), note=" ")
    done = moving.record_refusal(evaluation, viewer(cast.hana), note="Read it, declined; Ilse was there.")
    assert done.state == "closed"
    assert done.signatures.get(meaning="refused").signer == cast.hana


def test_reopening_makes_a_new_round_and_keeps_the_series(
    evaluation: Evaluation, cast: Cast, viewer: Look
) -> None:
    evaluation = close(evaluation, cast, viewer)
    make_document(evaluation)
    moving.reopen(evaluation, viewer(cast.hana), reason="Wrong period rated")
    assert Evidence.objects.filter(kind="void").count() == 1
    evaluation.refresh_from_db()
    moving.share(evaluation, viewer(cast.renata))
    evaluation = moving.acknowledge(evaluation, viewer(cast.dana))
    make_document(evaluation)
    assert list(Document.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert Signature.objects.filter(meaning="supervisor").count() == 2


def test_another_rater_takes_the_part_over(evaluation: Evaluation, cast: Cast, viewer: Look) -> None:
    moving.reassign(evaluation, viewer(cast.hana), rater=cast.sam, reason="Left")
    assert part(evaluation, "supervisor").rater == cast.sam
    with pytest.raises(Refused):
        moving.reassign(evaluation, viewer(cast.hana), rater=cast.dana, reason="x")


def test_the_public_page_tells_no_name_and_no_rating(
    evaluation: Evaluation, cast: Cast, viewer: Look, client: Client
) -> None:
    document = make_document(close(evaluation, cast, viewer))
    page = client.get(reverse("evaluations:verify", args=[document.code]))
    assert page.status_code == 200
    assert b"genuine" in page.content
    for secret in (b"Whitfield", b"3.50", b"Plans name"):
        assert secret not in page.content


def test_the_list_costs_the_same_for_many(
    evaluation: Evaluation,
    cast: Cast,
    today: date,
    sign_in: Callable[[Person], Client],
    django_assert_max_num_queries: Any,
) -> None:
    from tests.cast import make_person

    people = [make_person("P", str(n), team=cast.north) for n in range(12)]
    span = {"period_from": today, "period_to": today, "due_on": today, "on": today}
    launch_many(people, evaluation.template, actor=cast.hana, **span)
    client = sign_in(cast.renata)
    with django_assert_max_num_queries(26):
        assert client.get(reverse("evaluations:list")).status_code == 200
