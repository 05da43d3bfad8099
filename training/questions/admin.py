"""Question banks in the back office: kept by authors; what an assessment asks is not deleted."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from training.models import AssessmentPage, AssessmentQuestion, Question, QuestionBank


class QuestionBankViewSet(SnippetViewSet):
    model = QuestionBank
    icon = "folder-open-inverse"
    list_display = ("title", "code")
    search_fields = ("code", "title")
    panels = (FieldPanel("title"), FieldPanel("code"))


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    list_display = ("stem", "bank", "kind", "retired")
    list_filter = ("bank", "kind", "retired")
    search_fields = ("stem",)
    panels = (
        FieldPanel("bank"),
        FieldPanel("kind"),
        FieldPanel("stem"),
        InlinePanel(
            "choices",
            panels=[FieldPanel("text"), FieldPanel("correct"), FieldPanel("feedback")],
            heading=gettext_lazy("Choices"),
            label=gettext_lazy("Choice"),
            min_num=2,
        ),
        FieldPanel("explanation"),
        FieldPanel("retired"),
    )


class Questions(SnippetViewSetGroup):
    menu_label = gettext_lazy("Questions")
    menu_icon = "help"
    items = (QuestionBankViewSet, QuestionViewSet)


register_snippet(Questions)


# ---- publishing -------------------------------------------------------------------------------


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def say_what_comes_of_it(request: HttpRequest, row: Any) -> None:
    """A draft is asked nowhere; a published change reaches learners with the next release of a course."""
    if not isinstance(row, Question):
        return
    # Publishing wrote another object of the same row.
    row = Question.objects.get(pk=row.pk)
    if row.has_unpublished_changes:
        messages.info(request, _("Kept as a draft: no course asks it like this until you publish it."))
        return
    for page in AssessmentPage.objects.live().filter(asked__question=row).distinct():
        words = _("“%(course)s” asks it. Learners get the change with the next release of the course.")
        course = page.get_parent().specific
        address = reverse("training:release", args=[course.code])
        button = messages.button(address, _("What would be new"))
        messages.info(request, words % {"course": course.title}, buttons=[button])


# ---- deleting ---------------------------------------------------------------------------------

REFUSAL = gettext_lazy(
    "“%(title)s” is or was asked in an assessment, so it stays. Take it out there first, or retire it."
)


def _is_asked(row: Any) -> bool:
    if isinstance(row, QuestionBank):
        return row.questions.exists()
    if not isinstance(row, Question):
        return False
    return AssessmentQuestion.objects.filter(question=row).exists() or row.versions.exists()


def _refuse_question(request: HttpRequest, row: Any) -> HttpResponse:
    if isinstance(row, QuestionBank):
        words = _("“%(title)s” still holds questions. Move or delete them first.") % {"title": row}
        messages.error(request, words)
        return redirect("wagtailsnippets_training_questionbank:list")
    messages.error(request, REFUSAL % {"title": row})
    return redirect("wagtailsnippets_training_question:list")


@hooks.register("before_delete_snippet")
def keep_questions_that_are_asked(request: HttpRequest, instances: Any) -> HttpResponse | None:
    asked = [row for row in instances if _is_asked(row)]
    return _refuse_question(request, asked[0]) if asked else None


@hooks.register("before_bulk_action")
def keep_them_in_bulk_too(
    request: HttpRequest, action_type: str, objects: Any, _action: Any
) -> HttpResponse | None:
    asked = [row for row in objects if _is_asked(row)] if action_type == "delete" else []
    return _refuse_question(request, asked[0]) if asked else None
