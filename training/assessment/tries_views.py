"""Giving more tries; and the courses under way on a person's page."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.people.access.requests import PortalRequest
from portal.people.directory.panels import register_panel
from portal.people.models import Person
from portal.ui.form_kit import ReasonForm, reason_field, refusals_into
from training.assessment.tries import MOST, grant_tries, is_out, may_grant, tries_allowed
from training.learning.lessons import progress_of
from training.models import Attempt

SHOWN = 20


class TriesForm(ReasonForm):
    """How many tries more, and why."""

    tries = forms.IntegerField(
        label=gettext_lazy("Tries"), min_value=1, max_value=MOST, initial=1, help_text=gettext_lazy("1 to 10")
    )
    reason = reason_field(
        gettext_lazy("Why are more tries given?"),
        help_text=gettext_lazy("Kept on record. The learner does not see it."),
    )
    field_order = ("tries", "reason")


@login_required
def tries(request: PortalRequest, pk: int) -> HttpResponse:
    """Where an attempt stands with its tries; more of them, with a reason."""
    attempt = _grantable(request, pk)
    form = TriesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            grant_tries(attempt, **form.cleaned_data, on=request.today, by=request.viewer)
        if form.is_valid():
            words = ngettext("One more try given.", "%(count)d more tries given.", form.cleaned_data["tries"])
            messages.success(request, words % {"count": form.cleaned_data["tries"]})
            return redirect("people:detail", pk=attempt.person_id)
    row = row_of(attempt)
    needs_none = attempt.completed_at or attempt.abandoned_at or row.allowed is None
    # What was sent comes back in the form, whether or not more are needed.
    asks = form.is_bound or not needs_none
    context = {"form": form, "row": row, "attempt": attempt, "given": _given(attempt), "asks": asks}
    return render(request, "training/tries.html", context, status=422 if form.errors else 200)


def _grantable(request: PortalRequest, pk: int) -> Attempt:
    """Http404 for a stranger to the record, PermissionDenied for an insider who may not."""
    attempt = get_object_or_404(Attempt.objects.select_related("edition", "person"), pk=pk)
    if not request.viewer.sees_standing_of(attempt.person_id):
        raise Http404
    if not may_grant(request.viewer, attempt.person_id):
        raise PermissionDenied
    return attempt


def _given(attempt: Attempt) -> list[dict[str, object]]:
    rows = attempt.more_tries.counting().select_related("granted_by")
    return [
        {
            "words": ngettext("One try", "%(count)d tries", row.tries) % {"count": row.tries},
            "by": row.granted_by,
            "on": row.granted_on,
            "reason": row.reason,
        }
        for row in rows
    ]


# ---- on a person's page -----------------------------------------------------------------------


@dataclass(frozen=True)
class UnderWay:
    """An attempt under way: its steps, its tries, and whether it can go on."""

    attempt: Attempt
    done: int
    steps: int
    used: int
    allowed: int | None
    is_out: bool

    @property
    def steps_words(self) -> str:
        return _("%(done)d of %(all)d steps done") % {"done": self.done, "all": self.steps}

    @property
    def tries_words(self) -> str:
        """Of tries that are not limited nothing is said."""
        if self.allowed is None:
            return ""
        words = ngettext("%(used)d of %(count)d try used", "%(used)d of %(count)d tries used", self.allowed)
        return words % {"used": self.used, "count": self.allowed}


def row_of(attempt: Attempt) -> UnderWay:
    done, steps = progress_of([attempt])[attempt.pk]
    used = attempt.sittings.filter(submitted_at__isnull=False).count()
    return UnderWay(attempt, done, steps, used, tries_allowed(attempt), is_out(attempt))


def under_way_panel(request: PortalRequest, person: Person) -> SafeString:
    """Courses under way; who may gives more tries where none is left."""
    attempts = Attempt.objects.visible_to(request.viewer).open().filter(person=person)
    rows = [row_of(attempt) for attempt in attempts.select_related("edition")[:SHOWN]]
    if not rows:
        return SafeString("")
    context = {"rows": rows, "may_grant": may_grant(request.viewer, person.pk)}
    return render_to_string("training/_under_way.html", context, request=request)


def register_panels() -> None:
    register_panel("training-under-way", under_way_panel, order=29)
