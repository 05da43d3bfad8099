"""The learner's pages: my training, the player, the assessment, certificates."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.errors import Refused
from portal.people.access import require_hr_for
from portal.standing.models import Requirement
from portal.standing.reading import standing_on
from training import learning
from training.certificates import is_superseded, revoke
from training.models import Attempt, Certificate, Completion, CoursePage, Sitting
from training.publishing import latest_edition


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What is asked, what is begun, what is done, and the catalogue."""
    person = request.user
    items = [
        item
        for item in standing_on(person, request.today).items
        if item.requirement.group == Requirement.Group.TRAINING
    ]
    begun = Attempt.objects.open().filter(person=person).select_related("edition", "course")
    context = {
        "items": items,
        "begun": [(row, _progress(row)) for row in begun],
        "completions": Completion.objects.filter(person=person).select_related(
            "edition", "certificate__file"
        ),
        "courses": CoursePage.objects.live().filter(editions__isnull=False).distinct().order_by("title"),
    }
    return render(request, "training/mine.html", context)


def _progress(attempt: Attempt) -> dict[str, int]:
    done, lessons = len(learning.finished(attempt)), len(attempt.edition.lessons)
    steps = lessons + (1 if attempt.edition.assessment else 0)
    return {"done": done, "of": steps}


@login_required
@require_POST
def start_course(request: HttpRequest, code: str) -> HttpResponse:
    course = get_object_or_404(CoursePage.objects.live(), code=code)
    if "staff" not in request.viewer.roles:
        raise PermissionDenied
    attempt = learning.start(request.user, course)
    return redirect("training:attempt", pk=attempt.pk)


def _my_attempt(request: HttpRequest, pk: int) -> Attempt:
    """One's own attempt; another's is not there."""
    rows = Attempt.objects.filter(person=request.user).select_related("edition", "course")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_GET
def attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """Resume: the lesson last looked at, the first that is open, the assessment, or the result."""
    row = _my_attempt(request, pk)
    if row.completed_at:
        return redirect("training:mine")
    if learning.all_finished(row) and row.edition.assessment:
        return redirect("training:assessment", pk=pk)
    done = learning.finished(row)
    ids = [lesson["id"] for lesson in row.edition.lessons]
    here = row.last_lesson if row.last_lesson in ids and row.last_lesson not in done else None
    return redirect("training:lesson", pk=pk, lesson=here or next(i for i in ids if i not in done))


def _outline(row: Attempt) -> dict[str, Any]:
    done = learning.finished(row)
    lessons = [{**lesson, "done": lesson["id"] in done} for lesson in row.edition.lessons]
    return {"attempt": row, "edition": row.edition, "outline": lessons, "ready": learning.all_finished(row)}


@login_required
@require_GET
def lesson(request: HttpRequest, pk: int, lesson: str) -> HttpResponse:
    """One lesson as this edition has it."""
    row = _my_attempt(request, pk)
    lessons = row.edition.lessons
    index = next((i for i, found in enumerate(lessons) if found["id"] == lesson), None)
    if index is None:
        raise Http404
    if not row.completed_at:
        learning.open_lesson(row, lesson)
    context = {
        **_outline(row),
        "lesson": lessons[index],
        "number": index + 1,
        "before": lessons[index - 1] if index else None,
        "is_last": index == len(lessons) - 1,
    }
    return render(request, "training/lesson.html", context)


@login_required
@require_POST
def lesson_finish(request: HttpRequest, pk: int, lesson: str) -> HttpResponse:
    row = _my_attempt(request, pk)
    ids = [found["id"] for found in row.edition.lessons]
    if lesson not in ids:
        raise Http404
    if not row.completed_at:
        learning.finish_lesson(row, lesson, on=request.today)
    left = [pk_ for pk_ in ids[ids.index(lesson) + 1 :]]
    if left:
        return redirect("training:lesson", pk=pk, lesson=left[0])
    return redirect("training:attempt", pk=pk)


# ---- the assessment ---------------------------------------------------------------------------


@login_required
@require_GET
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """Before the assessment: what it is, and the tries so far."""
    row = _my_attempt(request, pk)
    if not row.edition.assessment:
        raise Http404
    sittings = list(row.sittings.order_by("number"))
    context = {
        **_outline(row),
        "sittings": [s for s in sittings if s.submitted_at],
        "open_sitting": next((s for s in sittings if not s.submitted_at), None),
    }
    return render(request, "training/assessment.html", context)


@login_required
@require_POST
def assessment_start(request: HttpRequest, pk: int) -> HttpResponse:
    row = _my_attempt(request, pk)
    try:
        sitting = learning.start_sitting(row)
    except Refused as error:
        messages.error(request, error.message)
        return redirect("training:attempt", pk=pk)
    answered = set(sitting.answers.exclude(saved_at=None).values_list("question", flat=True))
    first = next((i for i, q in enumerate(sitting.order, start=1) if q not in answered), len(sitting.order))
    return redirect("training:question", pk=pk, number=first)


def _sitting(row: Attempt) -> Sitting:
    """The open sitting, or else the last one."""
    found: Sitting | None = row.sittings.order_by("submitted_at", "-number").filter(submitted_at=None).first()
    found = found or row.sittings.order_by("-number").first()
    if found is None:
        raise Http404
    found.attempt = row
    return found


@login_required
def question(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One question of the sitting; its answer is kept on the server as it is given."""
    row = _my_attempt(request, pk)
    sitting = _sitting(row)
    if not 1 <= number <= len(sitting.order):
        raise Http404
    if request.method == "POST":
        return _answer(request, row, sitting, number)
    if sitting.submitted_at:
        return redirect("training:result", pk=pk, number=sitting.number)
    return render(request, "training/question.html", _question_context(row, sitting, number))


def _question_context(row: Attempt, sitting: Sitting, number: int) -> dict[str, Any]:
    asked = {q["id"]: q for q in (row.edition.assessment or {})["questions"]}
    answers = {a.question: a for a in sitting.answers.all()}
    current = asked[sitting.order[number - 1]]
    return {
        **_outline(row),
        "sitting": sitting,
        "number": number,
        "total": len(sitting.order),
        "question": current,
        "chosen": answers[current["id"]].chosen,
        "saved_at": answers[current["id"]].saved_at,
        "pips": [(i, bool(answers[q].chosen)) for i, q in enumerate(sitting.order, start=1)],
        "open": sum(not answers[q].chosen for q in sitting.order),
        "previous": number - 1,
        "following": number + 1 if number < len(sitting.order) else None,
    }


def _answer(request: HttpRequest, row: Attempt, sitting: Sitting, number: int) -> HttpResponse:
    autosave = bool(request.headers.get("X-Autosave"))
    try:
        learning.save_answer(sitting, sitting.order[number - 1], request.POST.getlist("choice"))
    except Refused as error:
        if autosave:
            return JsonResponse({"error": error.message}, status=409)
        messages.error(request, error.message)
        return redirect("training:attempt", pk=row.pk)
    if autosave:
        return JsonResponse({"saved": timezone.localtime().strftime("%H:%M")})
    if request.POST.get("then") == "submit":
        return assessment_submit(request, row.pk)
    step = number - 1 if request.POST.get("then") == "back" else number + 1
    return redirect("training:question", pk=row.pk, number=min(max(step, 1), len(sitting.order)))


@login_required
@require_POST
def assessment_submit(request: HttpRequest, pk: int) -> HttpResponse:
    row = _my_attempt(request, pk)
    sitting = _sitting(row)
    try:
        learning.submit(sitting, on=request.today)
    except Refused as error:
        messages.error(request, error.message)
        unanswered = set(sitting.answers.filter(chosen=[]).values_list("question", flat=True))
        first = next((i for i, q in enumerate(sitting.order, start=1) if q in unanswered), 1)
        return redirect("training:question", pk=pk, number=first)
    return redirect("training:result", pk=pk, number=sitting.number)


@login_required
@require_GET
def result(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The score, and for each question what was chosen, and why."""
    row = _my_attempt(request, pk)
    sitting = get_object_or_404(row.sittings.filter(submitted_at__isnull=False), number=number)
    asked = {q["id"]: q for q in (row.edition.assessment or {})["questions"]}
    answers = {a.question: a for a in sitting.answers.all()}
    lines = [{"question": asked[q], "answer": answers[q]} for q in sitting.order]
    completion = Completion.objects.filter(attempt=row).select_related("certificate__file").first()
    context = {**_outline(row), "sitting": sitting, "lines": lines, "completion": completion}
    return render(request, "training/result.html", context)


# ---- certificates -----------------------------------------------------------------------------


@require_GET
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Public: is a certificate genuine? What, issued when, valid until, superseded or revoked; no name."""
    rows = Certificate.objects.select_related("completion__edition", "completion__person")
    certificate = rows.filter(code=code.replace("-", "").upper()).first()
    context: dict[str, Any] = {"certificate": certificate, "code": code}
    if certificate:
        context["superseded"] = is_superseded(certificate)
    return render(request, "training/verify.html", context, status=200 if certificate else 404)


@login_required
@require_POST
def revoke_certificate(request: HttpRequest, pk: int) -> HttpResponse:
    certificate = get_object_or_404(Certificate.objects.select_related("completion"), pk=pk)
    require_hr_for(request.viewer, certificate.completion.person_id)
    revoke(certificate, reason=request.POST.get("reason", ""), actor=request.user)
    messages.success(request, _("Revoked. Its public page says so."))
    return redirect("people:detail", pk=certificate.completion.person_id)


def course_context(request: HttpRequest, course: CoursePage) -> dict[str, Any]:
    """What the course's own page shows to who is signed in."""
    edition = latest_edition(course)
    context: dict[str, Any] = {"edition": edition, "attempt": None, "done": None}
    if request.user.is_authenticated and edition:
        context["attempt"] = learning.open_attempt(request.user, course)
        context["done"] = (
            Completion.objects.filter(person=request.user, edition__course=course).order_by("-pk").first()
        )
    return context
