"""The learner's pages: my training, and the player."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from portal.errors import Refused
from portal.people.access.requests import PortalRequest
from training.completion.complete import making_has_failed
from training.errors import Left
from training.learning import lessons, start
from training.learning.access import my_attempt, saved
from training.learning.leaving import left_of
from training.learning.left import left_page
from training.learning.my_training import completions_of, my_training
from training.learning.outline import outline
from training.models import Attempt, CourseIndexPage, CoursePage


@login_required
@require_GET
def mine(request: PortalRequest) -> HttpResponse:
    """What is asked, what is begun, what is done, and the rest of the catalogue."""
    context = {
        "training": my_training(request.user, request.today),
        "catalog": CourseIndexPage.objects.live().first(),
    }
    return render(request, "training/mine.html", context)


@login_required
@require_POST
def start_course(request: PortalRequest, code: str) -> HttpResponse:
    """Begin or resume. For people who work here: an auditor from outside takes no courses."""
    request.viewer.require("staff")
    course = get_object_or_404(CoursePage, code=code)
    try:
        attempt = start.start(request.user, course)
    except Refused as error:
        messages.error(request, error.message)
        return redirect("training:mine")
    return redirect("training:attempt", pk=attempt.pk)


@login_required
@require_POST
def start_over(request: PortalRequest, pk: int) -> HttpResponse:
    """Leave an older edition for the latest."""
    row = my_attempt(request, pk)
    try:
        fresh = start.start_over(row)
    except Refused as error:
        if (left := left_of(row)) is not None:
            return left_page(request, row, left)
        messages.error(request, error.message)
        return redirect("training:attempt", pk=pk)
    return redirect("training:attempt", pk=fresh.pk)


@login_required
@require_GET
def attempt(request: PortalRequest, pk: int) -> HttpResponse:
    """Resume: the lesson to go on with, the assessment, or what came of it."""
    row = my_attempt(request, pk)
    if row.completed_at:
        return redirect("training:completed", pk=pk)
    lesson = lessons.next_lesson(row)
    if lesson:
        return redirect("training:lesson", pk=pk, lesson=lesson)
    return redirect("training:assessment", pk=pk)


@login_required
@require_GET
def lesson(request: PortalRequest, pk: int, lesson: str) -> HttpResponse:
    """One lesson, as the attempt's edition has it."""
    row = my_attempt(request, pk)
    try:
        progress = lessons.open_lesson(row, lesson)
    except Refused as error:
        raise Http404 from error
    context = {
        **outline(row),
        **_place(row, lesson),
        "progress": progress,
        "newer": start.newer_than(row),
    }
    return render(request, "training/lesson.html", context)


def _place(row: Attempt, lesson: str) -> dict[str, Any]:
    all_lessons = row.edition.lessons
    index = lessons.lesson_ids(row).index(lesson)
    here = all_lessons[index]
    return {
        "lesson": here,
        "number": index + 1,
        "before": all_lessons[index - 1] if index else None,
        "after": all_lessons[index + 1] if index + 1 < len(all_lessons) else None,
        "handouts": [block["value"] for block in here["blocks"] if block["type"] == "document"],
        "has_video": any(block["type"] == "video" for block in here["blocks"]),
    }


@login_required
@require_POST
def lesson_finish(request: PortalRequest, pk: int, lesson: str) -> HttpResponse:
    """Done; on to the next lesson in order, or to where the attempt goes on."""
    row = my_attempt(request, pk)
    try:
        lessons.finish_lesson(row, lesson, on=request.today)
    except Left as left:
        return left_page(request, row, left)
    except Refused as error:
        raise Http404 from error
    ids, done = lessons.lesson_ids(row), lessons.finished(row)
    following = [found for found in ids[ids.index(lesson) + 1 :] if found not in done]
    if following:
        return redirect("training:lesson", pk=pk, lesson=following[0])
    return redirect("training:attempt", pk=pk)


@login_required
@require_POST
def lesson_position(request: PortalRequest, pk: int, lesson: str) -> HttpResponse:
    """Where the videos were left, from the player's script: 204, or 422 where nothing could be kept."""
    row = my_attempt(request, pk)
    given = ((name, str(value)) for name, value in request.POST.items())
    # Nine digits are longer than any video; more are no number that anybody meant.
    positions = {name: int(value[:9]) for name, value in given if value.isdecimal()}
    try:
        lessons.keep_positions(row, lesson, positions)
    except Refused as error:
        return HttpResponse(error.message, status=422)
    return saved()


@login_required
@require_GET
def completed(request: PortalRequest, pk: int) -> HttpResponse:
    """The end of a course: what is on record, and the certificate. Asked for its part while that is made."""
    row = my_attempt(request, pk)
    completion = completions_of(request.user).filter(attempt=row).first()
    if completion is None:
        return redirect("training:attempt", pk=pk)
    certificate = completion.certificate
    context = {
        **outline(row),
        "completion": completion,
        "certificate": certificate,
        "is_stuck": not certificate.file and making_has_failed(certificate),
    }
    if request.htmx:
        return render(request, "training/_certificate.html", context)
    return render(request, "training/completed.html", context)
