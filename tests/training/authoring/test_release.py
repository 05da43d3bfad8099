"""One door: whichever way a page is published, the course is released once, complete, and by somebody."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.models import GroupApprovalTask, Locale, Page, Workflow, WorkflowPage, WorkflowTask
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from portal.errors import NotAllowed, Refused
from portal.notices.models import Notice
from portal.people.access.roles import end_role
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from tests.cast import Cast, by
from tests.training.authoring.back_office import copy, edit, in_bulk, lesson_form, lessons, said
from tests.training.conftest import MakeCourse
from training.authoring.copying import own_lessons
from training.authoring.release import release
from training.authoring.scheduled import NOT_RELEASED, publish_due
from training.authoring.tasks import publish_scheduled
from training.models import (
    AssessmentPage,
    CourseIndexPage,
    CoursePage,
    Edition,
    LessonPage,
    Question,
    QuestionBank,
)
from training.models.edition import latest_edition


def numbers(course: CoursePage) -> list[int]:
    return list(Edition.objects.filter(course=course).order_by("number").values_list("number", flat=True))


def plan(client: Client, page: Page, title: str, *, minutes: int = 60) -> Any:
    """Publish it so many minutes from now."""
    at = timezone.localtime() + timedelta(minutes=minutes)
    form = lesson_form(title, slug=page.slug, go_live_at=at.strftime("%Y-%m-%d %H:%M"))
    return edit(client, page, form)


def an_hour_later(today: date) -> int:
    return publish_due(timezone.now() + timedelta(minutes=61), today)


# ---- planned ----------------------------------------------------------------------------------


def test_planning_a_change_leaves_the_lesson_online_and_makes_no_edition(
    course: CoursePage, author: Client
) -> None:
    page = lessons(course)[0]
    plan(author, page, "Begin with the task")
    page.refresh_from_db()
    assert (page.live, page.title) == (True, "Start from the task")
    assert numbers(course) == [1]


def test_what_was_planned_is_released_in_its_time_under_the_name_of_who_planned_it(
    course: CoursePage, author: Client, cast: Cast, today: date, monkeypatch: Any
) -> None:
    page = lessons(course)[0]
    plan(author, page, "Begin with the task")
    assert publish_scheduled() == 0
    later = timezone.now() + timedelta(minutes=61)
    monkeypatch.setattr("wagtail.actions.publish_revision.timezone.now", lambda: later)
    assert publish_due(later, today) == 1
    edition = latest_edition(course)
    assert edition is not None
    assert (edition.number, edition.published_by) == (2, cast.arthur)
    assert edition.lessons[0]["title"] == "Begin with the task"
    assert publish_due(later, today) == 0


@pytest.fixture
def in_an_hour(monkeypatch: Any) -> None:
    """The clock of publishing stands an hour from now."""
    later = timezone.now() + timedelta(minutes=61)
    monkeypatch.setattr("wagtail.actions.publish_revision.timezone.now", lambda: later)
    monkeypatch.setattr("training.models.publishing.timezone.now", lambda: later)


def test_two_pages_planned_for_the_same_time_make_one_edition(
    course: CoursePage, author: Client, today: date, request: Any
) -> None:
    for page, title in zip(lessons(course), ("First", "Second"), strict=True):
        plan(author, page, title)
    request.getfixturevalue("in_an_hour")
    assert an_hour_later(today) == 2
    assert numbers(course) == [1, 2]


def test_what_cannot_be_published_in_its_time_stays_a_draft_and_the_authors_are_told(
    course: CoursePage, author: Client, cast: Cast, today: date, request: Any
) -> None:
    first, second = lessons(course)
    plan(author, first, "Begin with the task")
    second.body = []
    second.save()
    request.getfixturevalue("in_an_hour")
    assert an_hour_later(today) == 0
    first.refresh_from_db()
    assert (first.title, first.live, numbers(course)) == ("Start from the task", True, [1])
    notice = Notice.objects.get(kind=NOT_RELEASED, recipient=cast.arthur)
    assert "“Call before you send” is empty" in notice.body
    assert an_hour_later(today) == 0, "it is not planned any more"


def test_what_was_planned_by_who_is_no_author_any_more_is_not_published(
    course: CoursePage, author: Client, cast: Cast, today: date, request: Any
) -> None:
    plan(author, lessons(course)[0], "Begin with the task")
    end_role(cast.arthur.grants.get(), last_day=today - timedelta(days=1), by=None)
    request.getfixturevalue("in_an_hour")
    assert an_hour_later(today) == 0
    assert numbers(course) == [1]


def test_a_course_whose_time_is_over_is_taken_down(course: CoursePage) -> None:
    CoursePage.objects.filter(pk=course.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert publish_scheduled() == 1
    course.refresh_from_db()
    assert (course.live, course.expired, numbers(course)) == (False, True, [1])


# ---- in bulk ----------------------------------------------------------------------------------


def test_in_bulk_a_course_and_its_drafts_make_one_edition(index: CourseIndexPage, author: Client) -> None:
    course = index.add_child(
        instance=CoursePage(title="New", slug="new", code="new", summary="To come.", live=False)
    )
    for title in ("One", "Two"):
        body = [("text", "<p>Words.</p>")]
        course.add_child(instance=LessonPage(title=title, slug=title.lower(), body=body, live=False))
    response = in_bulk(author, "publish", course, include_descendants="on")
    assert said(response) == ["3 pages have been published.", "Who begins the course now gets edition 1."]
    assert [row["title"] for row in Edition.objects.get().lessons] == ["One", "Two"]


def test_in_bulk_an_empty_lesson_is_refused_and_nothing_is_published(
    course: CoursePage, author: Client
) -> None:
    empty = course.add_child(instance=LessonPage(title="Empty", slug="empty", live=False))
    changed = lessons(course)[0]
    edit(author, changed, lesson_form("Begin with the task", publish=False))
    response = in_bulk(author, "publish", changed, empty)
    assert said(response) == ["The lesson “Empty” is empty.", "Nothing was published."]
    empty.refresh_from_db()
    changed.refresh_from_db()
    assert (empty.live, changed.title, numbers(course)) == (False, "Start from the task", [1])


def test_in_bulk_unpublishing_changes_no_edition(course: CoursePage, author: Client) -> None:
    in_bulk(author, "unpublish", *lessons(course))
    assert numbers(course) == [1]


# ---- by a workflow ----------------------------------------------------------------------------


@pytest.fixture
def moderated(course: CoursePage, cast: Cast) -> CoursePage:
    workflow = Workflow.objects.create(name="Two pairs of eyes")
    task = GroupApprovalTask.objects.create(name="A second author looks")
    task.groups.set(cast.arthur.groups.all())
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    WorkflowPage.objects.create(workflow=workflow, page=course.page_ptr)
    return course


def approve(client: Client, page: Page) -> Any:
    page = Page.objects.get(pk=page.pk)
    state = page.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    return client.post(address, {"comment": ""})


def test_an_approval_releases_under_the_name_of_who_approved(
    moderated: CoursePage, admin: Client, cast: Cast
) -> None:
    page = lessons(moderated)[0]
    form = lesson_form("Begin with the task", slug=page.slug, publish=False)
    edit(admin, page, form | {"action-submit": "1"})
    assert numbers(moderated) == [1]
    approve(admin, page)
    assert numbers(moderated) == [1, 2]
    assert Edition.objects.get(number=2).published_by == cast.arthur


def test_an_approval_of_what_is_not_complete_is_refused_in_words(
    moderated: CoursePage, admin: Client, cast: Cast
) -> None:
    page = lessons(moderated)[0]
    page.body = []
    page.save_revision(user=cast.arthur, clean=False)
    page.get_workflow().start(page, cast.arthur)
    response = approve(admin, page)
    assert response.status_code == 422
    assert "is empty" in response.content.decode()
    page = LessonPage.objects.get(pk=page.pk)
    assert page.current_workflow_task_state is not None, "it still waits for approval"
    assert (numbers(moderated), len(page.body)) == ([1], 3)


# ---- copies, aliases, translations, moves -----------------------------------------------------


def test_an_alias_is_refused_in_words(course: CoursePage, admin: Client) -> None:
    for page in (course, lessons(course)[0]):
        response = copy(admin, page, alias="on", copy_subpages="on")
        assert "A course is copied, not shown twice: choose a copy that is no alias." in said(response)
    assert not Page.objects.filter(alias_of__isnull=False).exists()
    with pytest.raises(Refused, match="copied"):
        course.create_alias(update_slug="other")


def test_a_copy_that_is_published_is_another_course_with_an_edition_and_lessons_of_its_own(
    course: CoursePage, admin: Client, cast: Cast
) -> None:
    copy(admin, course, copy_subpages="on", publish_copies="on", new_title="Copy")
    made = CoursePage.objects.get(title="Copy")
    edition = latest_edition(made)
    assert edition is not None
    assert (made.code, edition.number, edition.published_by) == ("handover-copy", 1, cast.arthur)
    assert edition.assessment is not None
    own = {row["id"] for row in edition.lessons}
    assert {question["lesson"] for question in edition.assessment["questions"]} == own


def test_a_copy_knows_its_own_lessons_in_its_drafts_too(course: CoursePage, admin: Client) -> None:
    copy(admin, course, copy_subpages="on", new_title="Copy")
    made = CoursePage.objects.get(title="Copy")
    assessment = AssessmentPage.objects.child_of(made).get()
    own = {page.pk for page in lessons(made)}
    assert {row.lesson_id for row in assessment.asked.all()} == own
    draft = assessment.get_latest_revision_as_object()
    assert {row.lesson_id for row in draft.asked.all()} == own


def test_a_translation_has_a_code_and_lessons_of_its_own(course: CoursePage) -> None:
    spanish = Locale.objects.create(language_code="es")
    CopyPageForTranslationAction(course, spanish, copy_parents=True, include_subtree=True).execute()
    made = CoursePage.objects.get(locale=spanish)
    assert (made.code, made.live) == ("handover-es", False)
    assessment = AssessmentPage.objects.child_of(made).get()
    assert {own.locale for _row, own in own_lessons(assessment) if own} == {spanish}
    for page in (*lessons(made), assessment, made):
        page.save_revision().publish()
    edition = latest_edition(made)
    assert edition is not None
    assert edition.assessment is not None
    assert all(question["lesson"] for question in edition.assessment["questions"])


def test_a_title_in_spanish_gives_a_code_that_the_next_save_accepts(
    index: CourseIndexPage, author: Client
) -> None:
    page = index.add_child(
        instance=CoursePage(title="Prevención de caídas", slug="prevención-de-caídas", summary="Caídas.")
    )
    assert page.code == "prevencion-de-caidas"
    page.full_clean()


def test_titles_without_a_latin_letter_have_codes_too(index: CourseIndexPage) -> None:
    made = [
        index.add_child(instance=CoursePage(title="転倒", slug=slug, summary="?"))
        for slug in ("転倒", "予防")
    ]
    assert [page.code for page in made] == ["course", "course-2"]


def test_a_move_changes_no_edition_until_the_course_is_released(
    course: CoursePage, make_course: MakeCourse, admin: Client, cast: Cast, today: date
) -> None:
    other = make_course("other", title="Other")
    page = lessons(course)[0]
    page.slug = "moved"
    page.save()
    address = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, other.pk])
    response = admin.post(address, follow=True)
    assert "Editions stay as they are. Release the course to publish the move." in said(response)
    assert (numbers(course), numbers(other)) == ([1], [1])
    assert len(release(other, by=by(cast.arthur), on=today).lessons) == 3
    assert len(release(course, by=by(cast.arthur), on=today).lessons) == 1


# ---- questions --------------------------------------------------------------------------------


def question_form(question: Question, stem: str, **more: Any) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {"id": c.pk, "text": c.text, "feedback": c.feedback, **({"correct": "on"} if c.correct else {})}
        for c in question.choices.all()
    ]
    form = {"bank": question.bank_id, "kind": question.kind, "stem": stem}
    return nested_form_data({**form, "choices": inline_formset(rows, initial=len(rows))}) | more


def save_question(client: Client, question: Question, stem: str, **more: Any) -> Any:
    address = reverse("wagtailsnippets_training_question:edit", args=[question.pk])
    return client.post(address, question_form(question, stem, **more), follow=True)


def test_a_draft_of_a_question_is_asked_nowhere(
    course: CoursePage, author: Client, cast: Cast, today: date
) -> None:
    question = Question.objects.get(stem="What comes first?")
    response = save_question(author, question, "Half a ques")
    assert "Kept as a draft: no course asks it like this until you publish it." in said(response)
    edit(author, lessons(course)[0], lesson_form("Begin with the task"))
    edition = latest_edition(course)
    assert edition is not None
    assert edition.assessment is not None
    assert (edition.number, edition.assessment["questions"][0]["stem"]) == (2, "What comes first?")


def test_a_published_change_of_a_question_is_its_next_version(
    course: CoursePage, author: Client, cast: Cast, today: date
) -> None:
    question = Question.objects.get(stem="What comes first?")
    response = save_question(author, question, "What comes before all else?", **{"action-publish": "1"})
    assert any(
        "Learners get the change with the next release of the course." in line for line in said(response)
    )
    assert numbers(course) == [1]
    edition = release(course, by=by(cast.arthur), on=today)
    assert edition.assessment is not None
    assert [row["version"] for row in edition.assessment["questions"]] == [2, 1, 1]
    assert list(question.versions.values_list("number", flat=True)) == [2, 1]


def test_a_question_that_is_no_more_than_a_draft_keeps_the_course_from_being_released(
    course: CoursePage, cast: Cast, today: date
) -> None:
    Question.objects.filter(stem="What comes first?").update(live=False)
    with pytest.raises(Refused, match="is a draft. Publish the question"):
        release(course, by=by(cast.arthur), on=today)


def test_a_question_that_was_once_asked_is_not_deleted(course: CoursePage, admin: Client) -> None:
    question = Question.objects.get(stem="What comes first?")
    AssessmentPage.objects.get().asked.filter(question=question).delete()
    address = reverse("wagtailsnippets_training_question:delete", args=[question.pk])
    assert "is or was asked" in "".join(said(admin.post(address, follow=True)))
    assert QuestionBank.objects.exists()
    assert Question.objects.filter(pk=question.pk).exists()


# ---- who --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["dana", "renata", "hana", "ada"])
def test_only_authors_release(course: CoursePage, cast: Cast, today: date, name: str) -> None:
    person: Person = getattr(cast, name)
    with pytest.raises(NotAllowed):
        release(course, by=Viewer(person, today), on=today)


def test_a_course_that_is_not_published_is_not_released(course: CoursePage, cast: Cast, today: date) -> None:
    course.unpublish()
    with pytest.raises(Refused, match="is not published"):
        release(course, by=by(cast.arthur), on=today)
