"""Two acts on one evaluation, credential or course at the same time, on PostgreSQL: no deadlock, no error."""

import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, transaction

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
from tests.cast import Cast, by, make_cast
from tests.certifications.acts import claimed
from tests.evaluations.acts import open_for, part, write
from tests.evaluations.form import make_template
from training.authoring.import_course import import_course
from training.learning.lessons import finish_lesson
from training.learning.start import start
from training.models import Completion

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
TODAY = date(2026, 11, 24)


@pytest.fixture
def cast() -> Cast:
    return make_cast(TODAY)


def all_at_once(*acts: Callable[[], object]) -> list[BaseException]:
    """The errors."""
    begin = threading.Barrier(len(acts))
    errors: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        try:
            begin.wait(10)
            act()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return errors


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
    assert Completion.objects.count() == 3
