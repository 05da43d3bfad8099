"""The assessment: before it, one question per page, handing in, and the result."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from portal.errors import Refused
from portal.people.access.requests import PortalRequest
from portal.ui.notation import percent
from training.assessment import take
from training.assessment.take import (
    as_revision,
    choices_shown,
    flag,
    questions_of,
    save_answer,
    start_sitting,
)
from training.assessment.tries import tries_left
from training.errors import AnsweredElsewhere, Left, Submitted, Unanswered
from training.learning.access import my_attempt, my_sitting, saved
from training.learning.leaving import left_of
from training.learning.left import left_page
from training.learning.outline import outline
from training.learning.start import newer_than
from training.models import Sitting, SittingAnswer


@login_required
@require_GET
def assessment(request: PortalRequest, pk: int) -> HttpResponse:
    """Before the assessment: what it is, and the tries so far."""
    row = my_attempt(request, pk)
    if not row.edition.assessment:
        raise Http404
    tries = list(row.sittings.order_by("number"))
    context = {
        **outline(row),
        "on_assessment": True,
        "assessment": row.edition.assessment,
        "tries": [sitting for sitting in tries if sitting.submitted_at],
        "open_try": next((sitting for sitting in tries if not sitting.submitted_at), None),
        "tries_left": tries_left(row, len(tries)),
        "newer": newer_than(row),
    }
    return render(request, "training/assessment.html", context)


@login_required
@require_POST
def begin(request: PortalRequest, pk: int) -> HttpResponse:
    """Begin a try, or go on at the first question that is open."""
    row = my_attempt(request, pk)
    try:
        sitting = start_sitting(row)
    except Left as left:
        return left_page(request, row, left)
    except Refused as error:
        messages.error(request, error.message)
        return redirect("training:assessment", pk=pk)
    chosen = dict(sitting.answers.values_list("question", "chosen"))
    first = next((n for n, q in enumerate(sitting.order, start=1) if not chosen[q]), len(sitting.order))
    return redirect("training:question", pk=pk, sitting=sitting.number, number=first)


@login_required
def question(request: PortalRequest, pk: int, sitting: int, number: int) -> HttpResponse:
    """One question of a try; its answer is kept on the server as it is given."""
    row = my_sitting(request, pk, sitting)
    if not 1 <= number <= len(row.order):
        raise Http404
    if request.method == "POST":
        return _answer(request, row, number)
    if row.submitted_at:
        return redirect("training:result", pk=pk, sitting=sitting)
    if (left := left_of(row.attempt)) is not None:
        return left_page(request, row.attempt, left, _chosen(row))
    return render(request, "training/question.html", _question_context(row, number))


def _chosen(sitting: Sitting, now: dict[str, list[str]] | None = None) -> list[tuple[str, str]]:
    """Each question with what was chosen, as words; `now`: what was just posted, by question."""
    found = []
    for row in sitting.answers.order_by("pk"):
        asked = questions_of(sitting.attempt)[row.question]
        picked = (now or {}).get(row.question, row.chosen)
        if words := [choice["text"] for choice in asked["choices"] if choice["id"] in picked]:
            found.append((asked["stem"], "; ".join(words)))
    return found


def _pips(sitting: Sitting, answers: dict[str, SittingAnswer]) -> list[dict[str, Any]]:
    return [
        {"n": n, "answered": bool(answers[q].chosen), "flagged": answers[q].flagged}
        for n, q in enumerate(sitting.order, start=1)
    ]


def _try_context(sitting: Sitting) -> dict[str, Any]:
    """What every page of a try shows."""
    answers = {answer.question: answer for answer in sitting.answers.all()}
    pips = _pips(sitting, answers)
    edition = sitting.attempt.edition
    asked, passing = len(sitting.order), (edition.assessment or {})["passing_percent"]
    return {
        "attempt": sitting.attempt,
        "edition": edition,
        "assessment": edition.assessment,
        "sitting": sitting,
        "answers": answers,
        "pips": pips,
        "total": asked,
        "answered": sum(pip["answered"] for pip in pips),
        "open": [pip["n"] for pip in pips if not pip["answered"]],
        "needed": -(-passing * asked // 100),
        "tries_words": _tries_words(tries_left(sitting.attempt, sitting.number)),
    }


def _question_context(sitting: Sitting, number: int) -> dict[str, Any]:
    context = _try_context(sitting)
    asked = questions_of(sitting.attempt)[sitting.order[number - 1]]
    answer = context["answers"][asked["id"]]
    return {
        **context,
        "question": asked,
        "choices": choices_shown(sitting, asked),
        "answer": answer,
        "revision": as_revision(answer.chosen),
        "number": number,
        "before": number - 1,
        "after": number + 1 if number < context["total"] else None,
    }


def _answer(request: PortalRequest, sitting: Sitting, number: int) -> HttpResponse:
    """Keep the answer, then go where the button said. An autosave gets 204, or 422 with the reason."""
    asked = sitting.order[number - 1]
    autosave = "X-Autosave" in request.headers
    step = request.POST.get("then", "next")
    try:
        kept = save_answer(
            sitting, asked, request.POST.getlist("choice"), revision=request.POST.get("revision")
        )
        if not autosave and step in ("flag", "unflag"):
            flag(sitting, asked, flagged=step == "flag")
    except Refused as error:
        status = 409 if isinstance(error, AnsweredElsewhere) else 422
        if autosave:
            return JsonResponse({"error": error.message}, status=status)
        if status == 409:
            return _both_answers(request, sitting, number, error.message)
        if isinstance(error, Left):
            typed = _chosen(sitting, {asked: request.POST.getlist("choice")})
            return left_page(request, sitting.attempt, error, typed)
        messages.error(request, error.message)
        page = (
            "training:result" if isinstance(error, Submitted) and sitting.submitted_at else "training:attempt"
        )
        if page == "training:attempt":
            return redirect("training:question", pk=sitting.attempt_id, sitting=sitting.number, number=number)
        return redirect(page, pk=sitting.attempt_id, sitting=sitting.number)
    if autosave:
        return saved(as_revision(kept.chosen))
    return _step(sitting, number, step)


def _both_answers(request: PortalRequest, sitting: Sitting, number: int, said: str) -> HttpResponse:
    """The answer that another window gave, and beside it the one that was sent."""
    context = _question_context(sitting, number)
    sent = request.POST.getlist("choice")
    context |= {"said": said, "sent": [row["text"] for row in context["choices"] if row["id"] in sent]}
    return render(request, "training/question.html", context, status=409)


def _step(sitting: Sitting, number: int, step: str) -> HttpResponse:
    at: dict[str, Any] = {"pk": sitting.attempt_id, "sitting": sitting.number}
    last = len(sitting.order)
    if step == "review" or (step == "next" and number == last):
        return redirect("training:review", **at)
    moves = {"back": number - 1, "next": number + 1}
    return redirect("training:question", **at, number=min(max(moves.get(step, number), 1), last))


@login_required
@require_GET
def review(request: PortalRequest, pk: int, sitting: int) -> HttpResponse:
    """Every question with what was chosen, before handing in."""
    row = my_sitting(request, pk, sitting)
    if row.submitted_at:
        return redirect("training:result", pk=pk, sitting=sitting)
    if (left := left_of(row.attempt)) is not None:
        return left_page(request, row.attempt, left, _chosen(row))
    shown = _try_context(row)
    context = {**shown, "lines": _lines(row), "open_words": _open_words(len(shown["open"]))}
    return render(request, "training/review.html", context)


@login_required
@require_POST
def submit(request: PortalRequest, pk: int, sitting: int) -> HttpResponse:
    """Hand in. What is still open is said, with the way to it."""
    row = my_sitting(request, pk, sitting)
    try:
        take.submit(row, on=request.today)
    except Left as left:
        return left_page(request, row.attempt, left, _chosen(row))
    except Unanswered as error:
        messages.error(request, error.message)
        return redirect("training:question", pk=pk, sitting=sitting, number=error.numbers[0])
    except Refused as error:
        messages.error(request, error.message)
        return redirect("training:attempt", pk=pk)
    return redirect("training:result", pk=pk, sitting=sitting)


@login_required
@require_GET
def result(request: PortalRequest, pk: int, sitting: int) -> HttpResponse:
    """The score; for each question what was chosen, right or not, and why; what to read again."""
    row = my_sitting(request, pk, sitting)
    if not row.submitted_at:
        return redirect("training:review", pk=pk, sitting=sitting)
    lines = _lines(row)
    shown = _try_context(row)
    context = {
        **outline(row.attempt),
        **shown,
        "score_words": _score_words(row, lines, shown["needed"]),
        "on_assessment": True,
        "lines": lines,
        "read_again": _read_again(row, lines),
        "may_try": not row.passed and _may_try(row),
    }
    return render(request, "training/result.html", context)


def _score_words(sitting: Sitting, lines: list[dict[str, Any]], needed: int) -> str:
    score = _("%(right)d of %(all)d right, %(percent)s percent.") % {
        "right": sum(line["answer"].right for line in lines),
        "all": len(lines),
        "percent": percent(sitting.score_percent).removesuffix("%"),
    }
    after = (
        _("The course is on your record.")
        if sitting.passed
        else _("%(count)d right answers pass.") % {"count": needed}
    )
    return f"{score} {after}"


def _open_words(count: int) -> str:
    if not count:
        return _("Every question is answered. You can hand in.")
    return ngettext("One question has no answer yet.", "%(count)d questions have no answer yet.", count) % {
        "count": count
    }


def _tries_words(left: int | None) -> str:
    if left is None:
        return _("You may try as often as you need.")
    return ngettext("One try is left after this one.", "%(count)d tries are left after this one.", left) % {
        "count": left
    }


def _lines(sitting: Sitting) -> list[dict[str, Any]]:
    asked = questions_of(sitting.attempt)
    answers = {answer.question: answer for answer in sitting.answers.all()}
    return [
        {
            "n": n,
            "question": asked[q],
            "answer": answers[q],
            "choices": _marked(sitting, asked[q], answers[q]),
            "mark": _mark(asked[q], answers[q]),
        }
        for n, q in enumerate(sitting.order, start=1)
    ]


def _mark(question: dict[str, Any], answer: SittingAnswer) -> tuple[str, str]:
    """The state and the word for an answer that was handed in."""
    if answer.right:
        return "met", _("Right")
    return "todo", _("Not all of it") if _is_part_of_it(question, answer) else _("Not right")


def _is_part_of_it(question: dict[str, Any], answer: SittingAnswer) -> bool:
    """Everything chosen was right, but not everything right was chosen."""
    right = {choice["id"] for choice in question["choices"] if choice["correct"]}
    return bool(answer.chosen) and set(answer.chosen) < right


def _marked(sitting: Sitting, question: dict[str, Any], answer: SittingAnswer) -> list[dict[str, Any]]:
    return [{**c, "chosen": c["id"] in answer.chosen} for c in choices_shown(sitting, question)]


def _read_again(sitting: Sitting, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lessons where the questions that went wrong are taught, with how many."""
    wrong = [line["question"].get("lesson") for line in lines if not line["answer"].right]
    lessons = [{**row, "wrong": wrong.count(row["id"])} for row in sitting.attempt.edition.lessons]
    return [row for row in lessons if row["wrong"]]


def _may_try(sitting: Sitting) -> bool:
    attempt = sitting.attempt
    if attempt.completed_at or attempt.abandoned_at:
        return False
    return tries_left(attempt, attempt.sittings.count()) != 0 or _has_open_try(sitting)


def _has_open_try(sitting: Sitting) -> bool:
    return bool(sitting.attempt.sittings.filter(submitted_at__isnull=True).exists())
