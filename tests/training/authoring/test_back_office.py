"""The back office: authors write there; publishing is checked; what records refer to stays."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Site
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from portal.home.models import RootPage
from portal.home.pages import ensure_page_tree
from portal.people.models import Person
from tests.cast import Cast
from tests.training.authoring.back_office import said
from training.models import (
    AssessmentPage,
    AssessmentQuestion,
    CourseIndexPage,
    CoursePage,
    Edition,
    LessonPage,
    Question,
    QuestionBank,
)
from training.models.blocks import VideoBlock


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def lesson_form(title: str, *, body: list[Any] | None = None, publish: bool = True) -> dict[str, Any]:
    blocks = [("text", rich_text("<p>Words.</p>"))] if body is None else body
    form = {
        "title": title,
        "slug": title.lower().replace(" ", "-"),
        "minutes": "10",
        "body": streamfield(blocks),
    }
    form |= {"comments": inline_formset([])}
    return nested_form_data(form) | ({"action-publish": "1"} if publish else {})


def edit(client: Client, page: Page, form: dict[str, Any]) -> Any:
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form, follow=True)


# ---- the tree ---------------------------------------------------------------------------------


def test_the_tree_is_made_once(index: CourseIndexPage) -> None:
    assert ensure_page_tree() == index
    root = RootPage.objects.get()
    assert Site.objects.get(is_default_site=True).root_page_id == root.pk
    assert (index.get_url(), CourseIndexPage.objects.count()) == ("/training/", 1)
    assert Page.objects.filter(depth=2).count() == 1


def test_pages_stand_only_where_they_belong() -> None:
    assert CoursePage.allowed_parent_page_models() == [CourseIndexPage]
    assert set(CoursePage.allowed_subpage_models()) == {LessonPage, AssessmentPage}
    assert LessonPage.allowed_parent_page_models() == [CoursePage]
    assert LessonPage.allowed_subpage_models() == []


def test_a_lessons_own_address_leads_to_its_course(
    course: CoursePage, cast: Cast, sign_in: Callable[[Person], Client]
) -> None:
    for page in course.get_children():
        response = sign_in(cast.dana).get(page.get_url())
        assert response.headers["Location"] == course.get_url()


# ---- who --------------------------------------------------------------------------------------


def test_an_author_works_in_the_back_office_and_staff_do_not(
    course: CoursePage, author: Client, cast: Cast, sign_in: Callable[[Person], Client]
) -> None:
    addresses = [
        reverse("wagtailadmin_explore", args=[course.pk]),
        reverse("wagtailadmin_pages:edit", args=[course.pk]),
        reverse("wagtailsnippets_training_question:list"),
        reverse("wagtailsnippets_training_questionbank:list"),
        reverse("wagtailimages:index"),
        reverse("wagtailimages:add"),
        reverse("wagtailimages_chooser:choose"),
        reverse("wagtaildocs:index"),
        reverse("wagtaildocs:add"),
        reverse("wagtaildocs_chooser:choose"),
        reverse("wagtailsnippets_training_question:edit", args=[Question.objects.order_by("pk")[0].pk]),
    ]
    assert {author.get(address).status_code for address in addresses} == {200}
    client = sign_in(cast.dana)
    assert {client.get(address).status_code for address in addresses} <= {302, 403}


def test_an_author_finds_the_way_from_the_letterhead(author: Client) -> None:
    page = words(author.get(reverse("training:mine")))
    assert reverse("wagtailadmin_home") in page
    assert reverse("training:editions") in page


def test_a_preview_looks_like_the_player(course: CoursePage, author: Client) -> None:
    lesson = LessonPage.objects.order_by("path")[1]
    page = words(author.get(reverse("wagtailadmin_pages:view_draft", args=[lesson.pk])))
    assert "Preview, as learners will see it after publishing" in page
    assert 'kind="captions"' in page
    assessment = AssessmentPage.objects.get()
    page = words(author.get(reverse("wagtailadmin_pages:view_draft", args=[assessment.pk])))
    assert "What comes first?" in page


# ---- publishing -------------------------------------------------------------------------------


def test_publishing_a_lesson_makes_one_edition(course: CoursePage, author: Client) -> None:
    lesson = LessonPage.objects.order_by("path")[0]
    response = edit(author, lesson, lesson_form("Begin with the task"))
    assert "Who begins the course now gets edition 2." in said(response)
    assert [edition.number for edition in Edition.objects.order_by("number")] == [1, 2]
    assert Edition.objects.latest("number").published_by is not None


def test_saving_a_draft_makes_none(course: CoursePage, author: Client) -> None:
    edit(author, LessonPage.objects.order_by("path")[0], lesson_form("Begin with the task", publish=False))
    assert Edition.objects.count() == 1


def test_publishing_without_a_change_makes_none(course: CoursePage, author: Client) -> None:
    lesson = LessonPage.objects.order_by("path")[0]
    for _time in range(2):
        edit(author, lesson, lesson_form("Begin with the task"))
        lesson.refresh_from_db()
        blocks = [dict(block) for block in lesson.body.raw_data]
        lesson.save_revision().publish()
        assert [dict(block) for block in lesson.body.raw_data] == blocks
    numbers = list(Edition.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len({edition.sha256 for edition in Edition.objects.all()}) == len(numbers)


def test_a_lesson_without_words_is_kept_as_a_draft(course: CoursePage, author: Client) -> None:
    lesson = LessonPage.objects.order_by("path")[0]
    response = edit(author, lesson, lesson_form("Start from the task", body=[]))
    assert Edition.objects.count() == 1
    assert "This field is required." in words(response)


def test_a_course_without_lessons_is_not_published(index: CourseIndexPage, author: Client) -> None:
    page = index.add_child(
        instance=CoursePage(title="Empty", slug="empty", code="empty", summary="Nothing yet.", live=False)
    )
    form = nested_form_data(
        {
            "title": "Empty",
            "slug": "empty",
            "code": "empty",
            "summary": "Nothing yet.",
            "minutes": "30",
            "contact_hours": "1",
            "comments": inline_formset([]),
        }
    )
    response = edit(author, page, form | {"action-publish": "1"})
    assert "The course has no published lesson yet. Publish its lessons first, the course last." in said(
        response
    )
    page.refresh_from_db()
    assert not page.live


def test_lessons_of_an_unpublished_course_wait_for_it(index: CourseIndexPage, author: Client) -> None:
    page = index.add_child(
        instance=CoursePage(title="New", slug="new", code="new", summary="To come.", live=False)
    )
    lesson = page.add_child(instance=LessonPage(title="One", slug="one", minutes=5, live=False))
    response = edit(author, lesson, lesson_form("One"))
    assert "Learners get it when the course “New” is published." in said(response)
    assert not Edition.objects.exists()
    page.save_revision().publish()
    assert Edition.objects.get().lessons[0]["title"] == "One"


def test_the_code_stays_once_there_is_an_edition(course: CoursePage) -> None:
    course.code = "other"
    with pytest.raises(ValidationError, match="stays “handover”"):
        course.full_clean()


def test_a_copy_of_a_course_gets_a_code_of_its_own(course: CoursePage) -> None:
    copy = course.copy(recursive=True, update_attrs={"slug": "handover-2", "title": "Copy"})
    assert copy.code == "handover-2"
    assert not copy.editions.exists()
    assert copy.get_children().count() == 3


def test_captions_of_the_wrong_kind_are_said_beside_the_field(course: CoursePage) -> None:
    video = LessonPage.objects.order_by("path")[1].body[0].value
    wrong = {**video, "captions": video["video"]}
    block = VideoBlock()
    with pytest.raises(ValidationError) as refusal:
        block.clean(block.to_python(block.get_prep_value(block.normalize(wrong))))
    assert "captions" in refusal.value.block_errors


# ---- questions --------------------------------------------------------------------------------


def question_form(bank: QuestionBank, kind: str, *marks: bool) -> dict[str, Any]:
    choices = [{"text": f"Choice {n}", **({"correct": "on"} if mark else {})} for n, mark in enumerate(marks)]
    return nested_form_data(
        {"bank": bank.pk, "kind": kind, "stem": "Which one?", "choices": inline_formset(choices)}
    )


@pytest.mark.parametrize(
    ("kind", "marks", "problem"),
    [
        ("single", (True, False, False), ""),
        ("multiple", (True, True, False), ""),
        ("single", (True, True), "Mark exactly one choice as right: this question has one right answer."),
        ("single", (False, False), "Mark exactly one choice as right: this question has one right answer."),
        ("multiple", (False, False), "Mark at least one choice as right."),
    ],
)
def test_a_question_is_checked_where_it_is_written(
    author: Client, db: Any, kind: str, marks: tuple[bool, ...], problem: str
) -> None:
    bank = QuestionBank.objects.create(code="bank", title="Bank")
    address = reverse("wagtailsnippets_training_question:add")
    response = author.post(address, question_form(bank, kind, *marks), follow=True)
    assert Question.objects.exists() == (not problem)
    assert problem in words(response)


# ---- deleting ---------------------------------------------------------------------------------


def test_a_page_with_editions_is_not_deleted(course: CoursePage, admin: Client) -> None:
    index = course.get_parent()
    for page in (index, course, *course.get_children()):
        response = admin.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
        assert "it stays. Unpublish it instead." in "".join(said(response)), page
    assert Page.objects.filter(path__startswith=index.path).count() == 5


def test_nor_in_bulk(course: CoursePage, admin: Client) -> None:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    response = admin.post(f"{address}?id={course.pk}", follow=True)
    assert "it stays. Unpublish it instead." in "".join(said(response))
    assert CoursePage.objects.exists()


def test_a_page_that_was_never_published_may_go(index: CourseIndexPage, admin: Client) -> None:
    page = index.add_child(
        instance=CoursePage(title="Idea", slug="idea", code="idea", summary="?", live=False)
    )
    admin.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert not CoursePage.objects.exists()


@pytest.mark.parametrize("model", [Question, QuestionBank])
def test_a_question_that_is_asked_is_not_deleted(course: CoursePage, admin: Client, model: Any) -> None:
    row = model.objects.order_by("pk")[0]
    address = reverse(f"wagtailsnippets_training_{model._meta.model_name}:delete", args=[row.pk])
    response = admin.post(address, follow=True)
    assert response.status_code == 200
    assert "first" in "".join(said(response))
    assert model.objects.filter(pk=row.pk).exists()
    assert AssessmentQuestion.objects.count() == 3


def test_the_pages_of_a_course_lead_to_it(
    course: CoursePage, cast: Cast, sign_in: Callable[[Person], Client]
) -> None:
    client = sign_in(cast.dana)
    for page in course.get_children().specific():
        assert client.get(page.get_url())["Location"] == course.get_url(), "learners read their edition"


def test_the_back_office_is_a_part_of_the_portal(author: Client) -> None:
    page = author.get(reverse("wagtailadmin_home")).content.decode()
    assert "Back to the portal" in page
    assert "portal/img/mark.svg" in page
    assert "portal/css/back-office.css" in page
    assert "What you keep here" in page
    assert "Question banks and Questions" in page
    assert '"name": "help"' not in page
