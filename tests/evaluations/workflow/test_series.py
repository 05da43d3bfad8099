"""Any series of moves leaves every signed round renderable, word for word, and its hashes true."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.template.loader import render_to_string

from evaluations.documents.render import RENDER, context_of, render_round
from evaluations.models import Document, Evaluation, Signature
from evaluations.ratings.answer import Given, is_open, save_answers
from evaluations.signatures.check import differences
from evaluations.workflow import transitions
from evaluations.workflow.lifecycle import MoveName, moves_for
from evaluations.workflow.rounds import opened_by_the_person
from portal.errors import Refused
from portal.jobs.models import Job
from portal.jobs.queue import run_job
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from tests.cast import Cast

Look = Callable[[Person], Viewer]


def made_of(evaluation: Evaluation) -> dict[int, str]:
    """Each round that was shared, as its document reads now."""
    shared = evaluation.signatures.filter(meaning=Signature.Meaning.SUPERVISOR)
    numbers = sorted(shared.values_list("round", flat=True))
    return {n: render_to_string("pdf/evaluation.html", context_of(evaluation, n, "A" * 16)) for n in numbers}


def run_jobs() -> None:
    """A worker comes up at last, and another beside it."""
    for job in Job.objects.filter(kind=RENDER):
        run_job(job.pk)
        run_job(job.pk)


class Series:
    """Moves at random, by whoever may make them."""

    def __init__(self, evaluation: Evaluation, cast: Cast, viewer: Look, seed: int) -> None:
        self.evaluation, self.cast, self.viewer = evaluation, cast, viewer
        self.random = random.Random(seed)
        self.said = 0

    def act(self) -> None:
        self.evaluation.refresh_from_db()
        self.random.choice([self.write, self.move, self.move, self.open])()

    def write(self) -> None:
        for part in self.evaluation.parts.current().select_related("evaluation", "rater"):
            if is_open(part):
                self.said += 1
                answer = Given(rating=self.random.randint(1, 5), text=f"Said {self.said}.")
                given = {"planning": answer, "notes": answer, "goals": Given(text=answer.text)}
                save_answers(part, given, by=self.viewer(part.rater), revision=None)

    def move(self) -> None:
        people = [self.cast.dana, self.cast.renata, self.cast.sam, self.cast.hana]
        may = [(who, move) for who in people for move in moves_for(self.evaluation, self.viewer(who))]
        may = [(who, move) for who, move in may if move.name is not MoveName.CANCEL]
        if not may:
            return
        who, move = self.random.choice(may)
        with suppress(Refused):
            transitions.move(self.evaluation, self.viewer(who), move.name, **self._given(move.name))

    def _given(self, name: MoveName) -> dict[str, Any]:
        others = [self.cast.renata, self.cast.sam]
        given: dict[MoveName, dict[str, Any]] = {
            MoveName.ACKNOWLEDGE: {"comment": f"Comment {self.said}."},
            MoveName.RECORD_REFUSAL: {"note": f"Note {self.said}.", "witness": self.cast.nadia},
            MoveName.RECORD_GONE: {"note": "Left."},
            MoveName.REASSIGN: {"rater": self.random.choice(others), "reason": "Change"},
        }
        reasons = (MoveName.SKIP_SELF, MoveName.CORRECT, MoveName.REOPEN, MoveName.LEAVE_CLOSED)
        return {"reason": f"Reason {self.said}."} if name in reasons else given.get(name, {})

    def open(self) -> None:
        opened_by_the_person(self.evaluation)


@pytest.mark.parametrize("seed", range(4))
def test_every_signed_round_stays_as_it_was_signed(
    evaluation: Evaluation, cast: Cast, viewer: Look, today: date, seed: int
) -> None:
    series, before = Series(evaluation, cast, viewer, seed), dict[int, str]()
    for _number in range(30):
        series.act()
        now = made_of(evaluation)
        # A round that is open still gets the signature that ends it; those before change no more.
        over = set(evaluation.rounds.filter(ended_at__isnull=False).values_list("number", flat=True))
        assert {n: text for n, text in before.items() if n in now} == before
        before = {n: text for n, text in now.items() if n in over}
        assert list(differences()) == []
    assert before, "a series in which no round came to an end shows nothing"


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 110))
def test_with_real_documents_and_a_worker_that_comes_late(
    evaluation: Evaluation, cast: Cast, viewer: Look, today: date, seed: int
) -> None:
    series = Series(evaluation, cast, viewer, seed)
    for number in range(40):
        series.act()
        if number == 20:
            run_jobs()
    run_jobs()
    for signature in Signature.objects.filter(meaning=Signature.Meaning.SUPERVISOR):
        render_round({"evaluation": evaluation.pk, "round": signature.round})
    assert Document.objects.count() == Signature.objects.filter(meaning="supervisor").count()
    assert list(differences()) == []
