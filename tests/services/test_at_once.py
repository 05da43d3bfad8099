"""Two acts on one evaluation, credential or course at the same time, on PostgreSQL: no deadlock, no error."""

import threading
import time
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction

from certifications.catalog.load import load_catalogue
from certifications.errors import NumberTaken
from certifications.models import Credential
from evaluations.models import Evaluation
from evaluations.ratings.answer import Given, save_answers
from evaluations.workflow import transitions
from evaluations.workflow.lifecycle import MoveName
from portal.errors import Refused
from portal.home.pages import ensure_page_tree
from portal.people.access.viewer import Viewer
from portal.standing.models import Evidence
from tests.cast import Cast, by, make_cast
from tests.certifications.acts import claimed
from tests.evaluations.acts import open_for, part, write
from tests.evaluations.form import make_template
from tests.services.threads import all_at_once, beside
from training.authoring.import_course import import_course
from training.learning.lessons import finish_lesson
from training.learning.start import start
from training.models import Certificate, Completion

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
TODAY = date(2026, 11, 24)


@pytest.fixture
def cast() -> Cast:
    return make_cast(TODAY)


def test_saving_while_signing_makes_no_deadlock(cast: Cast) -> None:
    evaluation = open_for(cast.dana, cast, TODAY)
    write(evaluation, "self")
    mine = part(evaluation, "self")
    begun = threading.Event()

    def sign() -> None:
        with transaction.atomic():
            transitions._begin(evaluation, Viewer(cast.dana, TODAY), MoveName.SUBMIT_SELF)
            begun.set()
            time.sleep(0.5)
            transitions.submit_self(evaluation, Viewer(cast.dana, TODAY))

    def save() -> None:
        begun.wait(10)
        save_answers(mine, {"goals": Given(text="More")}, by=by(cast.dana), revision=None)

    assert all_at_once(sign, save) == []
    evaluation.refresh_from_db()
    assert evaluation.state == "rating"
    assert part(evaluation, "self").answers.get(item="goals").text == "More", "it came before the signature"


def test_opening_it_twice_at_once_is_once(cast: Cast) -> None:
    template = make_template()
    errors = all_at_once(*[lambda: open_for(cast.dana, cast, TODAY, template=template)] * 4)
    assert errors == []
    assert Evaluation.objects.count() == 1


def test_acknowledging_twice_at_once_is_once(cast: Cast) -> None:
    evaluation = open_for(cast.dana, cast, TODAY)
    transitions.skip_self(evaluation, Viewer(cast.renata, TODAY), reason="x")
    write(evaluation, "supervisor")
    transitions.share(evaluation, Viewer(cast.renata, TODAY))
    acknowledge = lambda: transitions.acknowledge(evaluation, Viewer(cast.dana, TODAY))  # noqa: E731
    [error] = all_at_once(acknowledge, acknowledge)
    assert isinstance(error, Refused)
    assert evaluation.signatures.filter(meaning="acknowledged").count() == 1


def test_one_number_sent_by_two_at_once_is_one_persons(cast: Cast) -> None:
    load_catalogue()
    senders = [
        lambda who=who: claimed(cast, TODAY, person=who, by=by(who)) for who in (cast.dana, cast.marcus)
    ]
    [error] = all_at_once(*senders)
    assert isinstance(error, NumberTaken)
    assert Credential.objects.count() == 1


@pytest.mark.parametrize("turned", [False, True])
def test_one_number_sent_by_two_belongs_to_who_was_first(cast: Cast, turned: bool) -> None:
    load_catalogue()
    first, second = (cast.marcus, cast.dana) if turned else (cast.dana, cast.marcus)
    sent = [lambda who=who: claimed(cast, TODAY, person=who, by=by(who)) for who in (first, second)]
    [error] = beside(*sent)
    assert isinstance(error, NumberTaken)
    assert Credential.objects.get().person == first


def test_one_number_sent_twice_by_its_holder_is_one(cast: Cast) -> None:
    load_catalogue()
    assert all_at_once(*[lambda: claimed(cast, TODAY, person=cast.dana, by=by(cast.dana))] * 3) == []
    assert Credential.objects.get().periods.count() == Evidence.objects.count() == 1


def test_the_last_two_lessons_finished_at_once_complete_the_course(cast: Cast, tmp_path: Path) -> None:
    lessons = [
        {"slug": slug, "title": slug, "minutes": 5, "blocks": [{"type": "text", "value": "<p>Call.</p>"}]}
        for slug in ("one", "two")
    ]
    data = {
        "slug": "handover",
        "title": "Handover",
        "summary": "Short.",
        "minutes": 10,
        "contact_hours": "1.00",
        "lessons": lessons,
    }
    for _round in range(3):
        course = import_course(data, index=ensure_page_tree(), folder=tmp_path, actor=cast.arthur)
        attempt = start(cast.dana, course)
        names = [lesson["id"] for lesson in attempt.edition.lessons]
        finish = [lambda name=name, row=attempt: finish_lesson(row, name, on=TODAY) for name in names]
        assert all_at_once(*finish) == []
        assert Completion.objects.filter(attempt=attempt).count() == 1
        assert Certificate.objects.filter(completion__attempt=attempt).count() == 1
    assert Completion.objects.count() == Evidence.objects.count() == 3
