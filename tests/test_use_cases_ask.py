"""Use cases ask for right and scope themselves: nobody goes round a view.

Each act is tried by wrong people with no view before it. `scoped` is HR of South alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from certifications.catalog.load import load_catalogue
from certifications.credentials.withdraw import withdraw_credential
from certifications.verification.verify import verify
from evaluations.ratings.answer import save_answers
from evaluations.workflow import transitions
from evaluations.workflow.launch import launch_many
from portal.errors import NotAllowed, Refused
from portal.home.pages import ensure_page_tree
from portal.jobs.models import Job
from portal.jobs.queue import run_job, try_again
from portal.jobs.taking_back import ask_for_taking_back
from portal.notices.account_mail import try_account_mail_again
from portal.notices.deliver import try_again as send_again
from portal.notices.going_live import go_live, set_mode
from portal.notices.in_person import passed_on
from portal.notices.models import Message
from portal.people.access.roles import end_role
from portal.people.access.viewer import Viewer
from portal.people.accounts.email import set_email
from portal.people.accounts.invitations import close_account, invite, mail_invitation
from portal.people.employment.end import end_employment
from portal.people.errors import OwnRecord
from portal.people.facts.taking_back import withdraw_fact
from portal.people.models import AccountMail, Change, Person
from portal.standing.exceptions.grant import grant_extension, grant_waiver
from portal.standing.requirements.change import change_requirement
from portal.standing.requirements.job import ask_for_change
from portal.standing.requirements.preview import preview_change
from tests.cast import Cast, by, grant, make_person
from tests.certifications.acts import claimed, finding
from tests.evaluations.acts import open_for, part
from tests.evaluations.form import make_template
from tests.standing.rules import make_draft, make_qualification, make_requirement
from tests.training.conftest import course_data
from training.assessment.tries import grant_tries
from training.authoring.import_course import import_course
from training.authoring.release import release, withdraw_edition
from training.learning.start import start

pytestmark = pytest.mark.django_db

type Act = Callable[[Viewer], Any]


@dataclass
class World:
    """Everything an act is tried on: Dana's, but for what is everybody's."""

    cast: Cast
    today: date
    scoped: Person
    leaver: Person

    def wrong_for_dana(self) -> list[Viewer]:
        """A stranger, an auditor, an author, the site admin, HR of another team, HR who has left."""
        cast = self.cast
        people = (cast.sol, cast.ada, cast.arthur, cast.ilse, self.scoped, self.leaver)
        return [by(person) for person in people]


@pytest.fixture
def world(cast: Cast, today: date) -> World:
    scoped = make_person("Sky", "Scoped", team=cast.network)
    grant(scoped, "hr", scope="team", team=cast.south)
    leaver = make_person("Lea", "Ver", team=cast.network)
    grant(leaver, "hr")
    end_employment(leaver, last_day=today - timedelta(days=1), by=None)
    return World(cast, today, scoped, leaver)


def refused(act: Act, viewers: list[Viewer]) -> None:
    for viewer in viewers:
        with pytest.raises((NotAllowed, OwnRecord)):
            act(viewer)


def test_what_concerns_everybody_is_turned_by_its_keepers(world: World) -> None:
    cast, today = world.cast, world.today
    rule, draft = make_requirement("hipaa"), make_draft(make_qualification("course:new"), starts_on=today)
    wrong = [by(person) for person in (cast.dana, cast.renata, cast.ada, world.scoped, world.leaver)]
    row = AccountMail.objects.create(kind="reset", address="x@example.org", state=AccountMail.State.FAILED)
    acts: list[Act] = [
        lambda who: set_mode("held", on=today, by=who),
        lambda who: go_live(on=today, by=who),
        lambda who: change_requirement(rule, draft, by=who),
        lambda who: preview_change(rule, draft, on=[today], by=who),
        lambda who: ask_for_change(rule, draft, by=who),
        lambda who: ask_for_taking_back(Change.objects.filter(act="requirement").latest("pk"), "x", who),
        lambda who: try_account_mail_again(row, by=who),
    ]
    for act in acts:
        refused(act, wrong)
        for right in (cast.hana, cast.ilse):
            act(by(right))


def test_a_rule_change_of_who_lost_the_right_is_not_made(world: World) -> None:
    rule, draft = (
        make_requirement("hipaa"),
        make_draft(make_qualification("course:new"), starts_on=world.today),
    )
    job = ask_for_change(rule, draft, by=by(world.cast.hana))
    end_role(world.cast.hana.grants.get(), last_day=world.today - timedelta(days=1), by=None)
    run_job(job.pk)
    assert Job.objects.get(pk=job.pk).state != Job.State.DONE
    assert rule.versions.count() == 1


def test_exceptions_are_granted_and_withdrawn_by_hr_of_the_person(world: World) -> None:
    dana, rule = world.cast.dana, make_requirement("hipaa")
    span: dict[str, Any] = {"scope": "", "starts_on": world.today, "last_day": world.today, "reason": "x"}
    wrong = [*world.wrong_for_dana(), by(world.cast.renata), by(dana)]
    refused(lambda who: grant_waiver(dana, rule, **span, by=who), wrong)
    refused(lambda who: grant_extension(dana, rule, **span, by=who), wrong)
    waiver = grant_waiver(dana, rule, **span, by=by(world.cast.hana))
    refused(lambda who: withdraw_fact(waiver, reason="x", by=who), wrong)
    with pytest.raises(Refused, match="Say why"):
        withdraw_fact(waiver, reason=" ", by=by(world.cast.hana))


def test_credentials_are_sent_by_the_line_and_checked_by_hr(world: World) -> None:
    cast, today = world.cast, world.today
    load_catalogue()
    refused(lambda who: claimed(cast, today, by=who), world.wrong_for_dana())
    for right in (cast.dana, cast.renata, cast.hana):
        period = claimed(cast, today, by=by(right))
    wrong = [*world.wrong_for_dana(), by(cast.renata), by(cast.dana)]
    refused(lambda who: verify(period, finding(today), by=who), wrong)
    refused(lambda who: withdraw_credential(period.credential, reason="x", by=who), wrong)
    gone = world.leaver
    refused(lambda who: claimed(cast, today, person=gone, by=who, number="7"), [by(gone)])


def test_evaluations_are_opened_by_the_line_or_hr_and_written_by_raters_who_work_here(world: World) -> None:
    cast, today = world.cast, world.today
    template = make_template()
    wrong = [*world.wrong_for_dana(), by(cast.dana)]
    refused(lambda who: open_for(cast.dana, cast, today, template=template, by=who), wrong)
    evaluation = open_for(cast.dana, cast, today, template=template, by=by(cast.renata))
    days = {"period_from": today, "period_to": today, "due_on": today, "on": today}
    refused(lambda who: launch_many([cast.dana], template, **days, by=who), world.wrong_for_dana())
    self_part, rating = part(evaluation, "self"), part(evaluation, "supervisor")
    refused(lambda who: save_answers(self_part, {}, by=who, revision=None), [by(cast.renata), by(cast.hana)])
    end_employment(cast.renata, last_day=today - timedelta(days=1), by=None)
    refused(lambda who: save_answers(rating, {}, by=who, revision=None), [by(cast.renata), by(cast.dana)])
    with pytest.raises(Refused, match="does not work here"):
        transitions.reassign(evaluation, by(cast.hana), rater=cast.renata, reason="x")
    with pytest.raises(Refused, match="does not work here"):
        open_for(cast.marcus, cast, today, template=template, rater=cast.renata)


def test_accounts_are_kept_by_hr_of_the_person(world: World) -> None:
    cast = world.cast
    strangers = [by(person) for person in (cast.sol, cast.renata, cast.ada, world.scoped, world.leaver)]
    refused(lambda who: invite(cast.dana, "mail", by=who), strangers)
    secret = invite(cast.dana, "mail", by=by(cast.hana))
    refused(lambda who: mail_invitation(secret.invitation, by=who), strangers)
    refused(lambda who: set_email(cast.dana, "new@example.org", by=who), [*strangers, by(cast.dana)])
    refused(lambda who: close_account(cast.dana, by=who), [*strangers, by(cast.dana), by(cast.ilse)])
    set_email(cast.dana, "new@example.org", by=by(cast.ilse))
    # An address is a way in: HR never writes that of somebody with rights over others.
    refused(lambda who: set_email(cast.ilse, "new2@example.org", by=who), [by(cast.hana)])


def test_messages_and_jobs_are_looked_after_within_the_scope(world: World) -> None:
    cast = world.cast
    message = Message.objects.create(recipient=cast.dana, state=Message.State.FAILED)
    refused(lambda who: send_again(message, by=who), [by(cast.dana), by(cast.renata), by(world.scoped)])
    send_again(message, by=by(cast.ilse))
    job = Job.objects.create(kind="x", key="1", state=Job.State.FAILED, asked_by=cast.hana)
    refused(lambda who: try_again(job, by=who), [by(cast.dana), by(cast.ada), by(world.scoped)])
    carried = Message.objects.create(
        recipient=cast.dana, state=Message.State.CARRIED, created_at=timezone.now()
    )
    refused(lambda who: passed_on(carried, by=who), [by(cast.sam), by(cast.hana), by(cast.dana)])
    passed_on(carried, by=by(cast.renata))


def test_courses_are_released_by_authors_and_tries_given_by_the_line_or_hr(world: World) -> None:
    cast, today = world.cast, world.today
    quiz = {**course_data()["assessment"], "tries_allowed": 1}
    lesson = {
        "title": "One",
        "slug": "one",
        "minutes": 5,
        "blocks": [{"type": "text", "value": "<p>Call.</p>"}],
    }
    data = course_data(lessons=[lesson], assessment=quiz)
    course = import_course(data, index=ensure_page_tree(), actor=None, on=today)
    edition, attempt = course.editions.get(), start(cast.dana, course)
    wrong = [by(person) for person in (cast.dana, cast.renata, cast.hana, cast.ada, world.leaver)]
    refused(lambda who: release(course, by=who, on=today), wrong)
    refused(lambda who: withdraw_edition(edition, reason="x", by=who, on=today), wrong)
    given: dict[str, Any] = {"tries": 1, "reason": "x", "on": today}
    refused(lambda who: grant_tries(attempt, **given, by=who), [*world.wrong_for_dana(), by(cast.dana)])
    for right in (cast.renata, cast.hana):
        grant_tries(attempt, **given, by=by(right))
    release(course, by=by(cast.arthur), on=today)
