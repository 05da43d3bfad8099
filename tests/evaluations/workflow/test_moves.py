"""The lifecycle: who may take which step when, what each step leaves behind."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from evaluations.errors import WrongMove
from evaluations.models import Answer, Document, Evaluation, Part, Round, Signature, SignedContent
from evaluations.ratings.answer import Given
from evaluations.signatures.check import differences
from evaluations.workflow import transitions
from evaluations.workflow.access import sees_part
from evaluations.workflow.lifecycle import MOVES, MoveName, moves_for
from evaluations.workflow.notify import KINDS
from portal.errors import NotAllowed, Refused
from portal.notices.inbox import open_notices
from portal.notices.models import Notice
from portal.people.access.viewer import Viewer
from portal.people.facts.taking_back import withdraw
from portal.people.models import Change, Person
from portal.standing.evidence import qualification
from portal.standing.models import Evidence, Requirement, Span
from tests.cast import Cast, by, make_hr
from tests.evaluations.acts import close, open_for, part, share, write
from tests.standing.rules import make_requirement

Look = Callable[[Person], Viewer]


@pytest.fixture
def annual(db: object) -> Requirement:
    held = qualification("evaluation:annual", kind="evaluation", name="Annual evaluation")
    return make_requirement("annual", held, recurrence="every_months", recurrence_months=12, due_months=12)


def acts(evaluation: Evaluation, viewer: Viewer) -> set[MoveName]:
    evaluation.refresh_from_db()
    return {move.name for move in moves_for(evaluation, viewer)}


def waiting(person: Person) -> list[str]:
    rows = open_notices(by(person)).filter(kind__startswith="evaluations")
    return list(rows.order_by("id").values_list("kind", flat=True))


# ---- the way of an evaluation -----------------------------------------------------------------


def test_an_evaluation_goes_from_self_to_rating_to_shared_to_closed(
    evaluation: Evaluation, cast: Cast, viewer: Look, today: date
) -> None:
    write(evaluation, "self")
    assert transitions.submit_self(evaluation, viewer(cast.dana)).state == "rating"
    write(evaluation, "supervisor")
    assert transitions.share(evaluation, viewer(cast.renata)).state == "shared"
    done = transitions.acknowledge(evaluation, viewer(cast.dana), comment=" Fair. ")
    assert (done.state, bool(done.closed_at)) == ("closed", True)
    signed = {row.meaning: (row.name, row.title, row.comment) for row in done.signatures.all()}
    assert signed == {
        "self": ("Dana Whitfield", "Case manager", ""),
        "supervisor": ("Renata Okafor", "Supervisor", ""),
        "acknowledged": ("Dana Whitfield", "Case manager", "Fair."),
    }


def test_each_signature_holds_what_its_signer_saw(evaluation: Evaluation, cast: Cast, today: date) -> None:
    write(evaluation, "supervisor", {"planning": Given(rating=3, text="A draft of the supervisor.")})
    write(evaluation, "self")
    transitions.submit_self(evaluation, Viewer(cast.dana, today))
    write(evaluation, "supervisor")
    transitions.share(evaluation, Viewer(cast.renata, today))
    done = transitions.acknowledge(evaluation, Viewer(cast.dana, today), comment="Fair.")
    seen = {row.meaning: row.content for row in done.signatures.all()}
    assert "A draft of the supervisor." not in seen["self"].text
    assert seen["self"].data["answers"]["planning"]["text"] == "Plans name an owner."
    assert seen["supervisor"].data["self"]["answers"] == seen["self"].data["answers"]
    assert seen["supervisor"].data["supervisor"]["overall"] == "3.50"
    assert seen["acknowledged"].data["shared"] == seen["supervisor"].sha256
    assert seen["acknowledged"].data["comment"] == "Fair."
    assert list(differences()) == []


def test_whose_turn_it_is_is_told_and_what_is_done_is_not_told_any_more(
    evaluation: Evaluation, cast: Cast, today: date
) -> None:
    assert waiting(cast.dana) == ["evaluations-launched"]
    share(evaluation, cast, today)
    assert waiting(cast.dana) == ["evaluations-shared"]
    assert waiting(cast.renata) == []
    transitions.acknowledge(evaluation, Viewer(cast.dana, today))
    assert waiting(cast.dana) == []
    assert waiting(cast.renata) == ["evaluations-closed"]


def test_mails_tell_no_rating_and_no_comment(
    evaluation: Evaluation, cast: Cast, today: date, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        close(evaluation, cast, today, comment="I see it differently.")
    for notice in Notice.objects.all():
        for secret in ("3.50", "Plans name", "Late twice", "differently"):
            assert secret not in notice.subject + notice.body
    assert not any("differently" in str(message.message()) for message in mail.outbox)


@pytest.mark.parametrize("name", list(MoveName))
def test_a_step_out_of_turn_or_of_somebody_else_changes_nothing(
    evaluation: Evaluation, cast: Cast, viewer: Look, name: MoveName
) -> None:
    given: dict[MoveName, dict[str, Any]] = {
        MoveName.SKIP_SELF: {"reason": "x"},
        MoveName.RECORD_REFUSAL: {"note": "x", "witness": cast.sam},
        MoveName.RECORD_GONE: {"note": "x"},
        MoveName.CORRECT: {"reason": "x"},
        MoveName.REASSIGN: {"rater": cast.sam, "reason": "x"},
        MoveName.CANCEL: {"reason": "x"},
        MoveName.REOPEN: {"reason": "x"},
        MoveName.LEAVE_CLOSED: {"reason": "x"},
    }
    for person in (cast.dana, cast.renata, cast.nadia, cast.hana, cast.ada, cast.sol):
        if any(move.name is name for move in moves_for(evaluation, viewer(person))):
            continue
        with pytest.raises((NotAllowed, WrongMove)):
            transitions.move(evaluation, viewer(person), name, **given.get(name, {}))
    evaluation.refresh_from_db()
    assert evaluation.state == "self"
    assert not Signature.objects.exists()


def test_the_table_says_what_each_may_do_when(
    evaluation: Evaluation, cast: Cast, viewer: Look, today: date
) -> None:
    dana, renata, hana = viewer(cast.dana), viewer(cast.renata), viewer(cast.hana)
    assert acts(evaluation, dana) == {MoveName.SUBMIT_SELF}
    assert acts(evaluation, renata) == {MoveName.SKIP_SELF}
    assert acts(evaluation, hana) == {MoveName.SKIP_SELF, MoveName.REASSIGN, MoveName.CANCEL}
    assert acts(evaluation, viewer(cast.nadia)) == acts(evaluation, viewer(cast.ada)) == set()
    share(evaluation, cast, today)
    assert acts(evaluation, dana) == {MoveName.ACKNOWLEDGE}
    assert acts(evaluation, renata) == {MoveName.RECALL}
    assert acts(evaluation, hana) == {MoveName.RECORD_REFUSAL, MoveName.RECORD_GONE, MoveName.CORRECT}
    transitions.acknowledge(evaluation, dana)
    assert acts(evaluation, dana) == acts(evaluation, renata) == set()
    assert acts(evaluation, hana) == {MoveName.REOPEN}


def test_nobody_has_a_privileged_step_in_their_own(cast: Cast, viewer: Look, today: date) -> None:
    own = open_for(cast.hana, cast, today, by=by(make_hr()))
    assert acts(own, viewer(cast.hana)) == {MoveName.SUBMIT_SELF}


def test_every_move_has_a_row_whose_notices_exist() -> None:
    assert set(MOVES) == set(MoveName)
    told = {kind for move in MOVES.values() for kind in (*move.settles, *dict(move.notifies))}
    assert told == set(KINDS)


def test_every_state_but_the_last_has_a_way_on() -> None:
    begun = {state for move in MOVES.values() for state in move.states}
    assert begun == set(Evaluation.State.values) - {Evaluation.State.CANCELLED}


# ---- evidence ---------------------------------------------------------------------------------


def test_closing_appends_evidence_dated_by_the_supervisors_signature(
    evaluation: Evaluation, cast: Cast, viewer: Look, today: date, annual: Requirement
) -> None:
    share(evaluation, cast, today)
    assert not Evidence.objects.exists()
    later = Viewer(cast.dana, today + timedelta(days=9))
    transitions.acknowledge(evaluation, later)
    row = Evidence.objects.get()
    assert (row.effective_on, row.level, row.person) == (today, "verified", cast.dana)
    assert Span.objects.on(today + timedelta(days=1)).get(person=cast.dana).state == "met"


def test_acknowledging_twice_is_once(evaluation: Evaluation, cast: Cast, viewer: Look, today: date) -> None:
    close(evaluation, cast, today)
    with pytest.raises(WrongMove):
        transitions.acknowledge(evaluation, viewer(cast.dana))
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize("model", [Answer, Part, Evaluation, Signature, SignedContent, Round])
@pytest.mark.parametrize("act", ["update", "delete"])
def test_what_is_closed_is_closed_in_the_database(
    evaluation: Evaluation, cast: Cast, today: date, model: Any, act: str
) -> None:
    close(evaluation, cast, today)
    change: dict[str, Any] = {
        Answer: {"text": "x"},
        Part: {"revision": 7},
        Evaluation: {"title": "x"},
        Signature: {"name": "x"},
        SignedContent: {"text": "{}"},
        Round: {"reason": "x"},
    }[model]
    rows = model.objects.all()
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        rows.update(**change) if act == "update" else rows._raw_delete("default")


@pytest.mark.parametrize("model", [Part, Evaluation])
def test_what_is_closed_does_not_open_by_writing_the_state(
    evaluation: Evaluation, cast: Cast, today: date, model: Any
) -> None:
    close(evaluation, cast, today)
    change = {"closed_at": None} if model is Part else {"state": "rating", "closed_at": None}
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        model.objects.update(**change)


# ---- the other ways ---------------------------------------------------------------------------


def test_declining_to_sign_is_witnessed_and_closes(
    evaluation: Evaluation, cast: Cast, viewer: Look, today: date
) -> None:
    share(evaluation, cast, today)
    with pytest.raises(Refused):
        transitions.record_refusal(evaluation, viewer(cast.hana), note=" ", witness=cast.sam)
    with pytest.raises(NotAllowed):
        transitions.record_refusal(evaluation, viewer(cast.renata), note="Declined.", witness=cast.sam)
    for witness in (cast.renata, cast.dana):
        with pytest.raises(Refused) as refused:
            transitions.record_refusal(evaluation, viewer(cast.hana), note="Declined.", witness=witness)
        assert refused.value.field == "witness"
    done = transitions.record_refusal(evaluation, viewer(cast.hana), note="Declined.", witness=cast.sam)
    assert done.state == "closed"
    row = done.signatures.get(meaning="refused")
    assert (row.signer, row.witness, row.witness_name) == (cast.hana, cast.sam, str(cast.sam))
    assert not done.signatures.filter(meaning="acknowledged").exists()
    assert Evidence.objects.count() == 1
    assert waiting(cast.renata) == ["evaluations-closed"]


def test_going_on_without_a_self_evaluation_needs_a_reason(
    evaluation: Evaluation, cast: Cast, viewer: Look
) -> None:
    with pytest.raises(Refused) as refused:
        transitions.skip_self(evaluation, viewer(cast.renata), reason="  ")
    assert refused.value.field == "reason"
    transitions.skip_self(evaluation, viewer(cast.renata), reason="On leave until May")
    assert waiting(cast.dana) == ["evaluations-skipped"]
    write(evaluation, "supervisor")
    transitions.share(evaluation, viewer(cast.renata))
    done = transitions.acknowledge(evaluation, viewer(cast.dana))
    assert set(done.signatures.values_list("meaning", flat=True)) == {"supervisor", "acknowledged"}


def test_a_cancelled_one_stays_on_record_and_takes_no_step(
    evaluation: Evaluation, cast: Cast, viewer: Look
) -> None:
    with pytest.raises(Refused):
        transitions.cancel(evaluation, viewer(cast.hana), reason="")
    transitions.cancel(evaluation, viewer(cast.hana), reason="Opened for the wrong year")
    assert waiting(cast.dana) == []
    evaluation.refresh_from_db()
    assert (evaluation.state, evaluation.cancel_reason) == ("cancelled", "Opened for the wrong year")
    for person in (cast.dana, cast.renata, cast.hana):
        assert acts(evaluation, viewer(person)) == set()
    assert not Evidence.objects.exists()


def test_another_rater_takes_the_part_over_with_what_was_written(
    evaluation: Evaluation, cast: Cast, viewer: Look, today: date
) -> None:
    write(evaluation, "self")
    transitions.submit_self(evaluation, viewer(cast.dana))
    write(evaluation, "supervisor")
    assert waiting(cast.renata) == ["evaluations-self-submitted"]
    transitions.reassign(evaluation, viewer(cast.hana), rater=cast.sam, reason="Left")
    assert part(evaluation, "supervisor").rater == cast.sam
    assert part(evaluation, "supervisor").answers.get(item="planning").text == "Plans name an owner."
    assert waiting(cast.sam) == ["evaluations-reassigned"]
    assert waiting(cast.renata) == [], "it is not hers to rate any more"
    assert MoveName.SHARE in acts(evaluation, viewer(cast.sam))
    assert MoveName.SHARE not in acts(evaluation, viewer(cast.renata))
    with pytest.raises(Refused):
        transitions.reassign(evaluation, viewer(cast.hana), rater=cast.dana, reason="x")


def test_who_gets_it_back_is_told_again(evaluation: Evaluation, cast: Cast, viewer: Look) -> None:
    for rater in (cast.sam, cast.nadia, cast.sam):
        transitions.reassign(evaluation, viewer(cast.hana), rater=rater, reason="x")
    assert waiting(cast.sam) == ["evaluations-reassigned"]
    assert waiting(cast.nadia) == []


def test_a_reopening_is_a_change_that_is_taken_back_before_its_round_is_begun(
    evaluation: Evaluation, cast: Cast, viewer: Look, today: date, annual: Requirement
) -> None:
    close(evaluation, cast, today)
    evaluation.refresh_from_db()
    before = {name: getattr(evaluation, name) for name in ("state", "round", "closed_at", "shared_at")}
    parts = list(evaluation.parts.order_by("pk").values("pk", "role", "submitted_at", "closed_at"))
    transitions.reopen(evaluation, viewer(cast.hana), reason="Wrong person")
    change = Change.objects.get(act="reopen")
    assert [row.person for row in change.people.all()] == [cast.dana]
    withdraw(change, reason="It was the right one", by=viewer(cast.hana))
    evaluation.refresh_from_db()
    for name, value in before.items():
        there = getattr(evaluation, name)
        close_by = timedelta(seconds=1)
        assert there == value or abs(there - value) < close_by, name
    there = evaluation.parts.current().order_by("pk").values("pk", "role", "submitted_at", "closed_at")
    assert list(there) == parts
    assert "evaluations-reopened" not in waiting(cast.renata)
    assert Span.objects.on(today + timedelta(days=1)).get(person=cast.dana).state == "met"
    with pytest.raises(IntegrityError), transaction.atomic():
        Evaluation.objects.filter(pk=evaluation.pk).update(title="Another")
    withdraw(Change.objects.get(act="withdraw"), reason="It was hers after all", by=viewer(cast.hana))
    evaluation.refresh_from_db()
    assert (evaluation.state, evaluation.round) == ("rating", 3)
    assert "evaluations-reopened" in waiting(cast.renata)


def test_reopening_makes_a_new_round_and_leaves_the_evidence_in_force(
    evaluation: Evaluation, cast: Cast, viewer: Look, today: date, annual: Requirement
) -> None:
    close(evaluation, cast, today)
    with pytest.raises(Refused):
        transitions.reopen(evaluation, viewer(cast.hana), reason="")
    transitions.reopen(evaluation, viewer(cast.hana), reason="Wrong period rated")
    assert not Evidence.objects.filter(kind="void").exists()
    assert Span.objects.on(today + timedelta(days=1)).get(person=cast.dana).state == "met"
    evaluation.refresh_from_db()
    assert (evaluation.state, evaluation.round, evaluation.closed_at) == ("rating", 2, None)
    assert not sees_part(viewer(cast.dana), evaluation, part(evaluation, "supervisor")), "a draft again"
    assert waiting(cast.renata)[-1] == "evaluations-reopened"
    transitions.share(evaluation, viewer(cast.renata))
    transitions.acknowledge(evaluation, viewer(cast.dana))
    assert Signature.objects.filter(meaning="supervisor").count() == 2
    assert Evidence.objects.filter(kind="piece").values("subject", "effective_on").distinct().count() == 1
    assert Evidence.objects.filter(kind="piece").count() == 2
    assert Span.objects.on(today + timedelta(days=1)).get(person=cast.dana).state == "met"
    assert not Document.objects.exists(), "documents are made by a worker"
