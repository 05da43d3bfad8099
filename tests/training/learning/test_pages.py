"""The learner's pages: the whole way by hand, without a script; and who may not."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.people.models import Person
from portal.standing.evidence import qualification
from portal.standing.models import Requirement
from portal.standing.requirements.change import Draft, change_requirement
from tests.cast import Cast, by
from tests.cost import cost_of_page
from tests.training.conftest import answer_all, pass_course, read_all, right_choices, wrong_choices
from training.assessment.take import questions_of, start_sitting, submit
from training.authoring.publish import publish_edition
from training.learning.lessons import LONGEST_VIDEO, finish_lesson
from training.learning.start import start
from training.models import (
    Attempt,
    Completion,
    CourseIndexPage,
    CoursePage,
    Edition,
    LessonProgress,
    Sitting,
)

type SignIn = Callable[[Person], Client]


def url(name: str, *args: Any) -> str:
    return reverse(f"training:{name}", args=args)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def ask_for(course: CoursePage, cast: Cast, on: date) -> Requirement:
    """Everybody must take the course within 30 days of being asked."""
    code = qualification(course.qualification_code, kind="course", name=course.title)
    must = Requirement.objects.create(
        code=f"must-{course.code}", name=f"Must: {course.title}", group=Requirement.Group.TRAINING
    )
    values = {"audience": {"everyone": True}, "due_anchor": "requirement_start", "due_days": 30}
    draft = Draft(starts_on=on, values=values, accepted=({"qualification_id": code.pk},))
    change_requirement(must, draft, by=by(cast.hana))
    return must


# ---- the whole way ----------------------------------------------------------------------------


def test_the_whole_way_works_without_a_script(course: CoursePage, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.dana)
    page = client.get(course.get_url())
    assert "Start course" in text(page)
    page = client.post(url("start", course.code), follow=True)
    attempt = Attempt.objects.get(person=cast.dana)
    first, second = (lesson["id"] for lesson in attempt.edition.lessons)
    assert page.redirect_chain[-1][0] == url("lesson", attempt.pk, first)
    assert "The task first" in text(page)
    page = client.post(url("lesson_finish", attempt.pk, first), follow=True)
    assert page.redirect_chain[-1][0] == url("lesson", attempt.pk, second)
    assert 'kind="captions"' in text(page)
    page = client.post(url("lesson_finish", attempt.pk, second), follow=True)
    assert page.redirect_chain[-1][0] == url("assessment", attempt.pk)
    page = client.post(url("assessment_begin", attempt.pk), follow=True)
    sitting = Sitting.objects.get()
    for number, pk in enumerate(sitting.order, start=1):
        choice = right_choices(questions_of(attempt)[pk])
        page = client.post(
            url("question", attempt.pk, 1, number), {"choice": choice, "then": "next"}, follow=True
        )
    assert page.redirect_chain[-1][0] == url("review", attempt.pk, 1)
    assert "Every question is answered" in text(page)
    page = client.post(url("submit", attempt.pk, 1), follow=True)
    assert "3 of 3 right, 100 percent." in text(page)
    page = client.get(url("attempt", attempt.pk), follow=True)
    assert page.redirect_chain[-1][0] == url("completed", attempt.pk)
    assert "is on your record since" in text(page)


def test_coming_back_goes_on_where_one_was(
    course: CoursePage, cast: Cast, sign_in: SignIn, today: date
) -> None:
    attempt = start(cast.dana, course)
    client = sign_in(cast.dana)
    second = attempt.edition.lessons[1]["id"]
    client.get(url("lesson", attempt.pk, second))
    assert client.get(url("attempt", attempt.pk)).headers["Location"] == url("lesson", attempt.pk, second)
    read_all(attempt, today)
    sitting = start_sitting(attempt)
    question = questions_of(attempt)[sitting.order[0]]
    client.post(url("question", attempt.pk, 1, 1), {"choice": right_choices(question)})
    response = client.post(url("assessment_begin", attempt.pk))
    assert response.headers["Location"] == url("question", attempt.pk, 1, 2)


def test_the_player_shows_the_edition_and_not_the_live_page(
    course: CoursePage, cast: Cast, sign_in: SignIn, today: date
) -> None:
    attempt = start(cast.dana, course)
    page = course.get_children().first().specific
    page.title = "Begin with the task"
    page.save()
    publish_edition(course, actor=cast.arthur, on=today)
    shown = text(sign_in(cast.dana).get(url("attempt", attempt.pk), follow=True))
    assert "Start from the task" in shown
    assert "Begin with the task" not in shown
    assert "A newer edition of this course is published" in shown


def test_a_newer_edition_can_be_begun(course: CoursePage, cast: Cast, sign_in: SignIn, today: date) -> None:
    attempt = start(cast.dana, course)
    course.summary = "Shorter."
    course.save()
    publish_edition(course, actor=cast.arthur, on=today)
    sign_in(cast.dana).post(url("start_over", attempt.pk))
    assert Attempt.objects.open().get(person=cast.dana).edition.number == 2


# ---- autosave, tabs, late answers -------------------------------------------------------------


@pytest.fixture
def sitting(course: CoursePage, cast: Cast, today: date) -> Sitting:
    return start_sitting(read_all(start(cast.dana, course), today))


def test_an_answer_saves_itself(sitting: Sitting, cast: Cast, sign_in: SignIn) -> None:
    question = questions_of(sitting.attempt)[sitting.order[0]]
    response = sign_in(cast.dana).post(
        url("question", sitting.attempt_id, 1, 1),
        {"choice": right_choices(question)},
        headers={"X-Autosave": "1"},
    )
    assert response.status_code == 204
    assert response.headers["X-Saved"] == timezone.localtime().strftime("%H:%M")
    assert sitting.answers.get(question=question["id"]).chosen == right_choices(question)


def test_a_late_answer_is_told_that_the_try_is_closed(
    course: CoursePage, cast: Cast, sign_in: SignIn, today: date
) -> None:
    attempt = read_all(start(cast.dana, course), today)
    sitting = answer_all(attempt)
    submit(sitting, on=today)
    question = questions_of(attempt)[sitting.order[0]]
    client, late = sign_in(cast.dana), {"choice": wrong_choices(question)}
    response = client.post(url("question", attempt.pk, 1, 1), late, headers={"X-Autosave": "1"})
    assert response.status_code == 422
    assert "was handed in on" in response.content.decode()
    page = client.post(url("question", attempt.pk, 1, 1), late, follow=True)
    assert page.redirect_chain[-1][0] == url("result", attempt.pk, 1)
    assert "was not added" in text(page)
    assert sitting.answers.get(question=question["id"]).chosen == right_choices(question)


def test_an_old_tab_does_not_write_into_the_next_try(
    course: CoursePage, cast: Cast, sign_in: SignIn, today: date
) -> None:
    attempt = read_all(start(cast.dana, course), today)
    submit(answer_all(attempt, wrong=3), on=today)
    second = start_sitting(attempt)
    question = questions_of(attempt)[second.order[0]]
    client = sign_in(cast.dana)
    client.post(url("question", attempt.pk, 1, 1), {"choice": right_choices(question)})
    assert not second.answers.exclude(chosen=[]).exists()


def test_a_flagged_question_keeps_its_answer_and_stays_in_view(
    sitting: Sitting, cast: Cast, sign_in: SignIn
) -> None:
    question = questions_of(sitting.attempt)[sitting.order[0]]
    page = sign_in(cast.dana).post(
        url("question", sitting.attempt_id, 1, 1),
        {"choice": right_choices(question), "then": "flag"},
        follow=True,
    )
    assert page.redirect_chain[-1][0] == url("question", sitting.attempt_id, 1, 1)
    assert "Flagged for review" in text(page)
    answer = sitting.answers.get(question=question["id"])
    assert (answer.flagged, answer.chosen) == (True, right_choices(question))


def test_handing_in_too_early_leads_to_the_open_question(
    sitting: Sitting, cast: Cast, sign_in: SignIn
) -> None:
    page = sign_in(cast.dana).post(url("submit", sitting.attempt_id, 1), follow=True)
    assert page.redirect_chain[-1][0] == url("question", sitting.attempt_id, 1, 1)
    assert "Questions 1, 2, 3 have no answer yet." in text(page)


def test_the_assessment_page_says_what_is_missing(course: CoursePage, cast: Cast, sign_in: SignIn) -> None:
    attempt = start(cast.dana, course)
    client = sign_in(cast.dana)
    assert "2 are left" in text(client.get(url("assessment", attempt.pk)))
    page = client.post(url("assessment_begin", attempt.pk), follow=True)
    assert "opens when every lesson is finished" in text(page)


def test_the_place_in_a_video_is_kept(course: CoursePage, cast: Cast, sign_in: SignIn) -> None:
    attempt = start(cast.dana, course)
    lesson = attempt.edition.lessons[1]
    video = lesson["blocks"][0]["id"]
    client = sign_in(cast.dana)
    assert client.post(url("lesson_position", attempt.pk, lesson["id"]), {video: "72"}).status_code == 204
    assert LessonProgress.objects.get(attempt=attempt).positions == {video: 72}
    assert 'data-at="72"' in text(client.get(url("lesson", attempt.pk, lesson["id"])))
    assert client.post(url("lesson_position", attempt.pk, "lesson-0"), {video: "1"}).status_code == 422
    address = url("lesson_position", attempt.pk, lesson["id"])
    assert client.post(address, {video: "9" * 5000}).status_code == 204
    assert LessonProgress.objects.get(attempt=attempt).positions[video] <= LONGEST_VIDEO


# ---- feedback ---------------------------------------------------------------------------------


def test_after_failing_one_sees_why_and_what_to_read_again(
    course: CoursePage, cast: Cast, sign_in: SignIn, today: date
) -> None:
    attempt = read_all(start(cast.dana, course), today)
    submit(answer_all(attempt, wrong=2), on=today)
    page = text(sign_in(cast.dana).get(url("result", attempt.pk, 1)))
    assert "Not passed yet" in page
    assert "1 of 3 right, 33.3 percent. 2 right answers pass." in page
    assert "Read again before the next try" in page
    assert "Why: The task." in page
    assert "Try again" in page
    # What was right is not given away before the course is passed.
    assert "this was right" not in page


def test_after_passing_one_sees_what_was_right(
    course: CoursePage, cast: Cast, sign_in: SignIn, today: date
) -> None:
    attempt = read_all(start(cast.dana, course), today)
    submit(answer_all(attempt, wrong=1), on=today)
    page = text(sign_in(cast.dana).get(url("result", attempt.pk, 1)))
    assert "Passed" in page
    assert "this was right" in page


def test_a_try_that_is_not_handed_in_has_no_result(sitting: Sitting, cast: Cast, sign_in: SignIn) -> None:
    response = sign_in(cast.dana).get(url("result", sitting.attempt_id, 1))
    assert response.headers["Location"] == url("review", sitting.attempt_id, 1)


# ---- my training ------------------------------------------------------------------------------


def test_what_is_asked_comes_first_with_its_course(
    course: CoursePage, cast: Cast, sign_in: SignIn, today: date
) -> None:
    ask_for(course, cast, today)
    page = text(sign_in(cast.dana).get(url("mine")))
    assert "One course is due by" in page
    assert "Must: A safe handover" in page
    assert "Start" in page
    start(cast.dana, course)
    assert "0 of 3 steps done" in text(sign_in(cast.dana).get(url("mine")))
    pass_course(cast.dana, course, today)
    page = text(sign_in(cast.dana).get(url("mine")))
    assert "Nothing is due." in page
    assert "Up to date" in page


def test_without_anything_asked_it_points_at_the_catalogue(
    course: CoursePage, cast: Cast, sign_in: SignIn
) -> None:
    page = text(sign_in(cast.dana).get(url("mine")))
    assert "No training is asked of you. The catalog has one course." in page
    assert "No course was completed in the portal yet." in page


def test_the_queries_of_my_training_do_not_grow(
    make_course: Callable[..., CoursePage], cast: Cast, sign_in: SignIn, today: date
) -> None:
    client = sign_in(cast.dana)

    def some(number: int) -> None:
        for n in range(2):
            asked, begun, done = (make_course(f"{word}-{number}-{n}") for word in ("asked", "begun", "done"))
            ask_for(asked, cast, today)
            finish_lesson(attempt := start(cast.dana, begun), attempt.edition.lessons[0]["id"], on=today)
            pass_course(cast.dana, done, today)

    catalog = CourseIndexPage.objects.get().get_url()
    some(1)
    before = {address: cost_of_page(client, address) for address in (url("mine"), catalog)}
    some(2)
    assert {address: cost_of_page(client, address) for address in before} == before


def test_the_queries_of_the_editions_do_not_grow(
    make_course: Callable[..., CoursePage], cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.arthur)
    make_course("one")
    few = cost_of_page(client, url("editions"))
    for code in ("two", "three"):
        make_course(code)
    assert cost_of_page(client, url("editions")) == few


# ---- who may not ------------------------------------------------------------------------------


def addresses(attempt: Attempt, course: CoursePage) -> list[tuple[str, str]]:
    """(method, address) of everything that is one's own."""
    lesson = attempt.edition.lessons[0]["id"]
    return [
        ("get", url("attempt", attempt.pk)),
        ("post", url("start_over", attempt.pk)),
        ("get", url("completed", attempt.pk)),
        ("get", url("lesson", attempt.pk, lesson)),
        ("post", url("lesson_finish", attempt.pk, lesson)),
        ("post", url("lesson_position", attempt.pk, lesson)),
        ("get", url("assessment", attempt.pk)),
        ("post", url("assessment_begin", attempt.pk)),
        ("get", url("review", attempt.pk, 1)),
        ("post", url("submit", attempt.pk, 1)),
        ("get", url("result", attempt.pk, 1)),
        ("get", url("question", attempt.pk, 1, 1)),
        ("post", url("question", attempt.pk, 1, 1)),
    ]


@pytest.mark.parametrize("who", ["marcus", "renata", "sam", "hana", "ada", "arthur"])
def test_an_attempt_is_only_the_learners_own(
    sitting: Sitting, course: CoursePage, cast: Cast, sign_in: SignIn, who: str
) -> None:
    client = sign_in(getattr(cast, who))
    asked = addresses(sitting.attempt, course)
    answers = {address: getattr(client, how)(address).status_code for how, address in asked}
    assert set(answers.values()) == {404}
    assert not Sitting.objects.filter(submitted_at__isnull=False).exists()


def test_a_visitor_is_asked_to_sign_in(sitting: Sitting, course: CoursePage, index: CourseIndexPage) -> None:
    client = Client()
    others = [
        ("get", url("mine")),
        ("get", url("editions")),
        ("post", url("start", course.code)),
        ("get", index.get_url()),
        ("get", course.get_url()),
    ]
    for how, address in [*addresses(sitting.attempt, course), *others]:
        response = getattr(client, how)(address)
        assert response.status_code == 302, address
        assert "/accounts/login/" in response.headers["Location"], address


def test_an_auditor_takes_no_courses(course: CoursePage, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ada)
    assert client.post(url("start", course.code)).status_code == 403
    assert "Start course" not in text(client.get(course.get_url()))


@pytest.mark.parametrize(
    ("who", "status"),
    [("arthur", 200), ("hana", 200), ("ada", 200), ("dana", 403), ("renata", 403), ("ilse", 403)],
)
def test_editions_are_read_by_authors_hr_and_auditors(
    course: CoursePage, cast: Cast, sign_in: SignIn, who: str, status: int
) -> None:
    client = sign_in(getattr(cast, who))
    assert client.get(url("editions")).status_code == status
    assert client.get(url("edition", course.code, 1)).status_code == status


def test_an_edition_shows_its_hash_and_every_question(
    course: CoursePage, cast: Cast, sign_in: SignIn
) -> None:
    page = text(sign_in(cast.ada).get(url("edition", course.code, 1)))
    assert Edition.objects.get().sha256 in page
    assert "Unchanged" in page
    assert "Who needs the line type?" in page


def test_the_line_sees_completions_on_the_persons_page(
    course: CoursePage, cast: Cast, sign_in: SignIn, today: date
) -> None:
    completion: Completion = pass_course(cast.dana, course, today)
    address = reverse("people:detail", args=[cast.dana.pk])
    revoking = url("revoke", completion.certificate.pk)
    seen = {who: text(sign_in(getattr(cast, who)).get(address)) for who in ("renata", "hana", "marcus")}
    assert "A safe handover" in seen["renata"]
    assert revoking not in seen["renata"]
    assert revoking in seen["hana"]
    assert "A safe handover" not in seen["marcus"]


def test_files_of_an_edition_are_for_signed_in_people(
    course: CoursePage, cast: Cast, sign_in: SignIn
) -> None:
    address = "/content/" + Edition.objects.get().lessons[1]["blocks"][0]["value"]["file"]["path"]
    assert Client().get(address).status_code == 302
    part = sign_in(cast.dana).get(address, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.headers["Content-Type"]) == (206, "video/webm")
