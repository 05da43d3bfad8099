"""Editions as they were published: for authors, HR and auditors, word for word; releasing and withdrawing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from portal.errors import Refused
from portal.people.access.requests import PortalRequest
from portal.ui.form_kit import ReasonForm, reason_field, refusals_into
from training.authoring import release as releasing
from training.authoring.difference import differences
from training.authoring.freeze import content_of
from training.models import CoursePage, Edition
from training.models.edition import last_edition

READERS = ("author", "hr", "auditor")


@login_required
@require_GET
def editions(request: PortalRequest) -> HttpResponse:
    """Every edition of every course, the latest of each first."""
    request.viewer.require(*READERS)
    rows = Edition.objects.defer("content").select_related("course", "published_by", "withdrawal")
    counting = Count("completions", filter=Q(completions__certificate__revoked_at__isnull=True))
    rows = rows.annotate(completed=counting).order_by("course__title", "course_id", "-number")
    return render(request, "training/editions.html", {"rows": rows})


@login_required
@require_GET
def edition(request: PortalRequest, code: str, number: int) -> HttpResponse:
    """What learners of this edition read and were asked, and whether it is still what its hash says."""
    request.viewer.require(*READERS)
    row = _edition(code, number)
    before = Edition.objects.filter(course=row.course_id, number=number - 1).first()
    context = {
        "edition": row,
        "completed": row.completions.counting().count(),
        "new": differences(before.content if before else None, row.content),
        "withdrawal": getattr(row, "withdrawal", None),
        "may_release": releasing.may_release(request.viewer),
    }
    return render(request, "training/edition.html", context)


def _edition(code: str, number: int) -> Edition:
    rows = Edition.objects.select_related("course", "published_by", "withdrawal__withdrawn_by")
    return get_object_or_404(rows, course__code=code, number=number)


# ---- releasing and withdrawing ----------------------------------------------------------------


@login_required
def release(request: PortalRequest, code: str) -> HttpResponse:
    """What the next edition would have that the last has not, what keeps it; and releasing it."""
    _require_author(request)
    course = get_object_or_404(CoursePage, code=code)
    if request.method == "POST":
        return _release(request, course)
    last, problems = last_edition(course), _problems(course)
    new = [] if problems else differences(last.content if last else None, content_of(course))
    context = {"course": course, "last": last, "problems": problems, "new": new}
    return render(request, "training/release.html", context)


def _require_author(request: PortalRequest) -> None:
    if not releasing.may_release(request.viewer):
        raise PermissionDenied


def _problems(course: CoursePage) -> list[str]:
    if not course.live:
        return [_("The course is not published. Publish it in the back office first.")]
    return releasing.what_keeps(course)


def _release(request: PortalRequest, course: CoursePage) -> HttpResponse:
    try:
        edition = releasing.release(course, by=request.viewer, on=request.today)
    except Refused as error:
        messages.error(request, error.message)
        return redirect("training:release", code=course.code)
    words = _("Who begins the course now gets edition %(number)s.")
    messages.success(request, words % {"number": edition.number})
    return redirect("training:edition", code=course.code, number=edition.number)


class WithdrawForm(ReasonForm):
    """Why an edition is withdrawn."""

    reason = reason_field(
        gettext_lazy("Why is it withdrawn?"),
        help_text=gettext_lazy("Kept on record, for authors, HR and auditors."),
    )


@login_required
def withdraw(request: PortalRequest, code: str, number: int) -> HttpResponse:
    """Nobody begins the edition any more, for a reason; first what follows from that."""
    _require_author(request)
    row = _edition(code, number)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        with refusals_into(form):
            releasing.withdraw_edition(row, reason=reason, by=request.viewer, on=request.today)
        if form.is_valid():
            messages.success(request, _("Withdrawn. Nobody begins this edition any more."))
            return redirect("training:edition", code=code, number=number)
    context = {
        "form": form,
        "edition": row,
        "withdrawal": getattr(row, "withdrawal", None),
        "follows": _what_follows(row),
    }
    return render(request, "training/withdraw.html", context, status=422 if form.errors else 200)


def _what_follows(row: Edition) -> list[str]:
    """Withdrawing it, in sentences: who begins, who is in the middle, who has completed."""
    others = Edition.objects.filter(course=row.course_id, withdrawal__isnull=True).exclude(pk=row.pk)
    other = others.order_by("-number").first() if row.course.live else None
    begun = row.attempts.filter(Q(completed_at__isnull=True) & Q(abandoned_at__isnull=True)).count()
    done = row.completions.counting().count()
    found = [
        _("Who begins the course gets edition %(number)d.") % {"number": other.number}
        if other
        else _("Nobody can begin the course until the next release.")
    ]
    if begun:
        found.append(_begun_words(begun, other))
    if done:
        words = ngettext("One completion of it stands.", "%(count)d completions of it stand.", done)
        found.append(words % {"count": done})
    return found


def _begun_words(begun: int, other: Edition | None) -> str:
    if other is None:
        words = ngettext(
            "One person in the middle of it is told to wait for the next edition.",
            "%(count)d people in the middle of it are told to wait for the next edition.",
            begun,
        )
    else:
        words = ngettext(
            "One person in the middle of it is told, and goes on in edition %(number)d.",
            "%(count)d people in the middle of it are told, and go on in edition %(number)d.",
            begun,
        )
    return words % {"count": begun, "number": other.number if other else 0}
