"""What concerns everybody is taken back by a job: asked for on a page, done once, refused in words."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.errors import NotAllowed
from portal.jobs.models import Job
from portal.jobs.queue import run_job
from portal.jobs.taking_back import TAKE_BACK, ask_for_taking_back, take_back_job
from portal.people.access.roles import end_role
from portal.people.employment.details import change_name
from portal.people.facts import recompute
from portal.people.facts.act import recording
from portal.people.facts.batches import open_batch
from portal.people.facts.taking_back import withdraw
from portal.people.models import Change, Person
from portal.people.record.later import told_of
from portal.standing.models import Requirement, Span
from portal.standing.projection.rebuild import differences, everybody
from portal.standing.requirements.change import change_requirement
from tests.cast import Cast, by
from tests.people.directory.pages import confirmed, shown
from tests.standing.rules import make_draft, make_qualification, make_requirement, version_of

SignIn = Callable[[Person], Client]
DAY = timedelta(days=1)


@pytest.fixture
def rule(cast: Cast, today: date) -> Requirement:
    """Its first version asks everyone, its second, from today on, nobody."""
    made = make_requirement("hipaa")
    changed(made, today, audience={"any": []})
    return made


def changed(rule: Requirement, starts_on: date, **values: Any) -> Change:
    draft = make_draft(make_qualification(f"course:{rule.code}"), starts_on=starts_on, **values)
    change_requirement(rule, draft, by=None)
    return latest()


def latest() -> Change:
    return Change.objects.filter(act="requirement").latest("pk")


def asked_of(cast: Cast, rule: Requirement, today: date) -> bool:
    return Span.objects.on(today).filter(requirement=rule, person=cast.dana).exists()


def text(response: Any) -> str:
    return str(response.content.decode())


def the_job() -> Job:
    return Job.objects.get(kind=TAKE_BACK)


@pytest.mark.parametrize("page", ["change", "rule"])
def test_a_page_asks_for_it_and_a_job_does_it(
    cast: Cast, today: date, rule: Requirement, sign_in: SignIn, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = reverse("people:change", args=[latest().pk])
    rules = reverse("standing:requirement", args=[rule.code])
    take_back = reverse("standing:take_back_version", args=[rule.code, version_of(rule).pk])
    hana = sign_in(cast.hana)
    assert take_back in text(hana.get(rules))
    address = changes if page == "change" else take_back
    with monkeypatch.context() as patched:
        patched.setattr(recompute, "_subscribers", [lambda people: pytest.fail("computed in the request")])
        assert confirmed(hana, address, {"reason": "Wrong day"}).status_code == 302
    assert version_of(rule).number == 2
    assert latest().stands
    for place in (changes, rules, reverse("people:changes")):
        assert "Being taken back" in text(hana.get(place))
    assert take_back not in text(hana.get(rules))
    run_job(the_job().pk)
    assert version_of(rule).number == 1
    assert asked_of(cast, rule, today)
    assert list(differences(everybody())) == []
    assert "Being taken back" not in text(hana.get(changes)) + text(hana.get(rules))


def test_it_is_done_once_however_often_it_is_asked_for_or_run(cast: Cast, rule: Requirement) -> None:
    jobs = [ask_for_taking_back(latest(), "Wrong day", by(cast.hana)) for _twice in range(2)]
    assert jobs[0] == jobs[1]
    assert jobs[0].key.startswith(f"change:{latest().pk}:")
    assert "taken_back" in take_back_job(jobs[0])
    assert take_back_job(jobs[0]) == {"skipped": "taken back already"}
    assert Change.objects.filter(act="withdraw").count() == 1


def test_a_conflict_is_told_on_the_pages_and_goes_with_its_cause(
    cast: Cast, today: date, rule: Requirement, sign_in: SignIn
) -> None:
    change, version = latest(), version_of(rule)
    hana = sign_in(cast.hana)
    address = reverse("standing:take_back_version", args=[rule.code, version.pk])
    assert confirmed(hana, address, {"reason": "Wrong day"}).status_code == 302
    later = changed(rule, today, grace_days=5)
    run_job(the_job().pk)
    assert Job.objects.get().state == Job.State.DONE
    page = text(hana.get(reverse("people:change", args=[change.pk])))
    assert "Not taken back" in page
    assert "A later change builds on this" in page
    assert "Requirement changed" in page
    assert "Not taken back" in text(hana.get(reverse("people:changes")))
    asked = text(shown(hana, reverse("people:change", args=[change.pk]), {"reason": "x"}))
    assert asked.count("A later change builds on this. Withdraw that one first.") == 1, "said once"
    assert asked.count(reverse("people:change", args=[later.pk])) == 1
    assert "Not taken back" not in asked, "the answer of now, not that of then"
    withdraw(later, reason="x", by=by(cast.hana))
    again = ask_for_taking_back(change, "Wrong day", by(cast.hana))
    assert again.pk != Job.objects.earliest("pk").pk, "what was refused can be asked for again"
    assert "Being taken back" in text(hana.get(reverse("standing:requirement", args=[rule.code])))
    run_job(again.pk)
    assert not Change.objects.get(pk=change.pk).stands
    assert told_of([Change.objects.get(pk=change.pk)]) == {}


def test_a_batch_with_a_rule_in_it_is_undone_by_a_job(
    cast: Cast, today: date, rule: Requirement, sign_in: SignIn
) -> None:
    batch = open_batch(kind="rules", reason="The new handbook", actor=cast.hana)
    with recording(batch=batch):
        changed(rule, today + DAY, grace_days=3)
        change_name(cast.dana, first_name="Dana", last_name="Wrong", on=today, by=by(cast.hana))
    hana, address = sign_in(cast.hana), reverse("people:batch", args=[batch.pk])
    assert confirmed(hana, address, {"reason": "Not yet"}).status_code == 302
    assert batch.changes.standing().count() == 2
    for place in (address, reverse("people:batches")):
        assert "Being taken back" in text(hana.get(place))
    run_job(the_job().pk)
    assert not batch.changes.standing().exists()
    assert take_back_job(the_job()) == {"skipped": "taken back already"}
    assert "Being taken back" not in text(hana.get(address))


def test_a_batch_that_grew_meanwhile_is_looked_at_again(cast: Cast, today: date, rule: Requirement) -> None:
    batch = open_batch(kind="rules", reason="The new handbook", actor=cast.hana)
    with recording(batch=batch):
        changed(rule, today + DAY, grace_days=3)
    job = ask_for_taking_back(batch, "Not yet", by(cast.hana))
    with recording(batch=batch):
        changed(rule, today + 2 * DAY, grace_days=4)
    assert "has changed since you looked" in take_back_job(job)["refused"]
    assert batch.changes.standing().count() == 2


def test_rights_are_asked_when_it_is_asked_for_and_when_it_is_done(
    cast: Cast, today: date, rule: Requirement
) -> None:
    for person in (cast.dana, cast.renata, cast.ada):
        with pytest.raises(NotAllowed):
            ask_for_taking_back(latest(), "Wrong day", by(person))
    job = ask_for_taking_back(latest(), "Wrong day", by(cast.hana))
    end_role(cast.hana.grants.get(), last_day=today - DAY, by=None)
    assert "only HR for everybody" in take_back_job(job)["refused"]
    assert latest().stands


def test_what_concerns_a_few_is_taken_back_at_once(cast: Cast, today: date, sign_in: SignIn) -> None:
    change_name(cast.dana, first_name="Dana", last_name="Wrong", on=today, by=by(cast.hana))
    change = Change.objects.latest("pk")
    address = reverse("people:change", args=[change.pk])
    assert confirmed(sign_in(cast.hana), address, {"reason": "x"}).status_code == 302
    assert not Change.objects.get(pk=change.pk).stands
    assert not Job.objects.filter(kind=TAKE_BACK).exists()


def test_an_error_is_told_with_what_to_do(cast: Cast, rule: Requirement, sign_in: SignIn) -> None:
    job = ask_for_taking_back(latest(), "Wrong day", by(cast.hana))
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED)
    page = text(sign_in(cast.hana).get(reverse("people:change", args=[latest().pk])))
    assert "Could not be taken back" in page
    assert "background work" in page
