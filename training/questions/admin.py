"""Question banks in the back office: kept by authors; what an assessment asks is not deleted."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from training.models import AssessmentQuestion, Question, QuestionBank


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


# ---- deleting ---------------------------------------------------------------------------------

REFUSAL = gettext_lazy("“%(title)s” is asked in an assessment. Take it out there first, or retire it.")


def _is_asked(row: Any) -> bool:
    if isinstance(row, QuestionBank):
        return row.questions.exists()
    return isinstance(row, Question) and AssessmentQuestion.objects.filter(question=row).exists()


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
