"""The PDF: made once by a worker from what was signed, stored with its hash, one of a series."""

import hashlib
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from evaluations.documents.render import RENDER, make_document
from evaluations.models import Document, Evaluation
from evaluations.ratings.answer import Given
from evaluations.ratings.layout import sections_of
from evaluations.workflow import transitions
from portal.files.models import StoredFile
from portal.jobs.models import Job
from portal.jobs.queue import run_job
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from tests.cast import Cast
from tests.evaluations.acts import close, write

SignIn = Callable[[Person], Client]


def pages_of(document: Document) -> PdfReader:
    with document.file.content.open("rb") as opened:
        return PdfReader(io.BytesIO(opened.read()))


def text_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_closing_has_the_pdf_made_once(
    evaluation: Evaluation, cast: Cast, today: date, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        close(evaluation, cast, today)
    [job] = Job.objects.filter(kind=RENDER)
    [document] = Document.objects.all()
    assert (job.state, job.result) == (Job.State.DONE, {"document": document.pk})
    with document.file.content.open("rb") as opened:
        content = opened.read()
    assert content.startswith(b"%PDF-")
    assert document.file.sha256 == hashlib.sha256(content).hexdigest()
    assert document.file.person == cast.dana


def test_the_pdf_has_every_answer_both_ratings_and_the_signatures(
    evaluation: Evaluation, cast: Cast, today: date
) -> None:
    reader = pages_of(make_document(close(evaluation, cast, today, comment="I see it the same way.")))
    text = text_of(reader)
    for words in (
        "Dana Whitfield",
        "Renata Okafor",
        "Case Management North",
        "Plans name an owner.",
        "Late twice.",
        "A back-up in every plan.",
        "planning 4",
        "Self-rating 4",
        "Self-rating 2",
        "I see it the same way.",
        "3.50",
        "Self-evaluation submitted",
        "Signed by supervisor",
        "received, not agreed",
        f"of {len(reader.pages)}",
    ):
        assert words in text, words


def test_the_pdf_can_be_read_aloud(evaluation: Evaluation, cast: Cast, today: date) -> None:
    reader = pages_of(make_document(close(evaluation, cast, today)))
    root = reader.trailer["/Root"]
    assert root["/Lang"].startswith("en")
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Annual evaluation, Dana Whitfield"


def test_rendered_twice_is_one_document_with_the_same_bytes(
    evaluation: Evaluation, cast: Cast, today: date
) -> None:
    evaluation = close(evaluation, cast, today)
    document = make_document(evaluation)
    assert make_document(evaluation) == document
    job = Job.objects.get(kind=RENDER)
    run_job(job.pk)
    assert Document.objects.count() == StoredFile.objects.count() == 1


def test_markup_in_an_answer_is_text_in_the_document(evaluation: Evaluation, cast: Cast, today: date) -> None:
    comment = '<img src="file:///etc/passwd"> & <b>bold</b>'
    document = make_document(close(evaluation, cast, today, comment=comment))
    assert comment in text_of(pages_of(document))


def test_what_was_left_unsigned_is_not_in_the_document(
    evaluation: Evaluation, cast: Cast, viewer: Callable[[Person], Viewer]
) -> None:
    write(evaluation, "self", {"planning": Given(rating=1, text="A draft of mine.")})
    transitions.skip_self(evaluation, viewer(cast.renata), reason="Ill")
    write(evaluation, "supervisor")
    transitions.share(evaluation, viewer(cast.renata))
    text = text_of(pages_of(make_document(transitions.acknowledge(evaluation, viewer(cast.dana)))))
    assert "A draft of mine." not in text
    assert "Self-rating 1" not in text
    assert "No self-evaluation was signed." in text


def test_a_refusal_is_in_the_document(
    evaluation: Evaluation, cast: Cast, viewer: Callable[[Person], Viewer]
) -> None:
    transitions.skip_self(evaluation, viewer(cast.renata), reason="Ill")
    write(evaluation, "supervisor")
    transitions.share(evaluation, viewer(cast.renata))
    done = transitions.record_refusal(
        evaluation, viewer(cast.hana), note="Read it, declined to sign.", witness=cast.sam
    )
    text = text_of(pages_of(make_document(done)))
    assert "Note by HR" in text
    assert "Read it, declined to sign." in text
    assert f"Witness: {cast.sam}" in text


def test_the_document_shows_the_hash_of_each_signature_it_rests_on(
    evaluation: Evaluation, cast: Cast, today: date
) -> None:
    close(evaluation, cast, today)
    transitions.reopen(evaluation, Viewer(cast.hana, today), reason="Wrong period rated")
    transitions.share(evaluation, Viewer(cast.renata, today))
    again = transitions.acknowledge(evaluation, Viewer(cast.dana, today))
    text = "".join(text_of(pages_of(make_document(again))).split())
    shown = {row.meaning: row.content.sha256 in text for row in again.signatures.filter(round=2)}
    assert shown == {"supervisor": True, "acknowledged": True}
    assert again.signatures.get(meaning="self").content.sha256 in text


def test_a_reopened_one_gets_a_document_of_its_own(
    evaluation: Evaluation, cast: Cast, today: date, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        close(evaluation, cast, today)
    [first] = Document.objects.all()
    before = first.file.sha256
    transitions.reopen(evaluation, Viewer(cast.hana, today), reason="Wrong period rated")
    transitions.share(evaluation, Viewer(cast.renata, today))
    with django_capture_on_commit_callbacks(execute=True):
        transitions.acknowledge(evaluation, Viewer(cast.dana, today))
    assert list(Document.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    first.refresh_from_db()
    assert first.file.sha256 == before
    with first.file.content.open("rb") as opened:
        assert hashlib.sha256(opened.read()).hexdigest() == before


def test_reopened_before_it_was_made_it_is_made_of_what_was_signed(
    evaluation: Evaluation, cast: Cast, today: date
) -> None:
    close(evaluation, cast, today, comment="Thank you.")
    transitions.reopen(evaluation, Viewer(cast.hana, today), reason="x")
    write(evaluation, "supervisor", {"planning": Given(rating=5, text="Written in the second round.")})
    run_job(Job.objects.get(kind=RENDER).pk)
    [document] = Document.objects.all()
    text = text_of(pages_of(document))
    assert document.number == 1
    assert "Thank you." in text
    assert "Plans name an owner." in text
    assert "Written in the second round." not in text


def test_the_document_does_not_follow_a_later_name_or_position(
    evaluation: Evaluation, cast: Cast, today: date
) -> None:
    done = close(evaluation, cast, today)
    Person.objects.filter(pk=cast.dana.pk).update(last_name="Married")
    text = text_of(pages_of(make_document(done)))
    assert "Dana Whitfield" in text
    assert "Married" not in text


@pytest.mark.parametrize("act", ["update", "delete"])
def test_a_document_cannot_be_replaced(evaluation: Evaluation, cast: Cast, today: date, act: str) -> None:
    make_document(close(evaluation, cast, today))
    rows = Document.objects.all()
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        rows.update(number=9) if act == "update" else rows._raw_delete("default")


def test_the_pdf_is_read_by_whoever_may_read_the_evaluation(
    evaluation: Evaluation, cast: Cast, today: date, sign_in: SignIn
) -> None:
    document = make_document(close(evaluation, cast, today))
    address = reverse("files:download", args=[document.file.code])
    for person, status in (
        (cast.dana, 200),
        (cast.renata, 200),
        (cast.hana, 200),
        (cast.ada, 403),
        (cast.sol, 404),
        (cast.sam, 404),
        (cast.arthur, 404),
    ):
        assert sign_in(person).get(address).status_code == status, person


def test_the_public_page_tells_no_name_and_no_rating(
    evaluation: Evaluation, cast: Cast, today: date, client: Client
) -> None:
    document = make_document(close(evaluation, cast, today))
    code = document.code
    grouped = "-".join(code[n : n + 4] for n in range(0, 16, 4)).lower()
    for written in (code, grouped):
        page = client.get(reverse("documents:check", args=[written]))
        assert page.status_code == 200
        assert b"genuine" in page.content
        assert b"In force" in page.content
        assert f"{today:%B} {today.day}, {today.year}" in " ".join(page.content.decode().split())
        for secret in (b"Whitfield", b"Dana", b"3.50", b"Plans name", cast.dana.employee_number.encode()):
            assert secret not in page.content


def test_the_public_page_says_when_it_was_superseded(
    evaluation: Evaluation, cast: Cast, today: date, client: Client
) -> None:
    document = make_document(close(evaluation, cast, today))
    transitions.reopen(evaluation, Viewer(cast.hana, today), reason="x")
    page = client.get(reverse("documents:check", args=[document.code]))
    assert b"Superseded" in page.content


def test_who_has_one_name_is_called_by_it(evaluation: Evaluation) -> None:
    evaluation.person.first_name, evaluation.person.last_name = "", "Suharto"
    [section, *_more] = sections_of(evaluation, {})
    assert {line.wrote for line in section.lines} == {"Suharto wrote"}
