"""The page that adds a person, and those of the kinds of absence."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.people.access.requests import PortalRequest
from portal.people.employment.clock import ClockRules, change_clock, clock_words
from portal.people.employment.forms import AddPersonForm, ClockForm
from portal.people.employment.hire import add_employee
from portal.people.facts.call import Call
from portal.people.models import AbsenceKind, Person
from portal.people.record.asking import ask_first


@login_required
def add(request: PortalRequest) -> HttpResponse:
    """A new person, employed in a first position; HR of a scope adds people to that scope only. First what follows."""
    request.viewer.require("hr")
    form = AddPersonForm(request.POST or None, initial={"starts_on": request.today}, viewer=request.viewer)

    def call() -> Call:
        return Call(add_employee, (), {**form.cleaned_data, "by": request.viewer})

    answer = ask_first(request, form, call, {"title": _("Add a person")})
    if answer is not None:
        return answer
    number = form.cleaned_data["employee_number"].strip().lower()
    messages.success(request, _("Added. Invite the person to open an account."))
    return redirect("people:detail", pk=Person.objects.get(employee_number=number).pk)


@login_required
@require_GET
def absence_kinds(request: PortalRequest) -> HttpResponse:
    """The kinds of absence, and what each does to the clock today: for HR of everybody."""
    _require_hr_for_all(request)
    rules = ClockRules.load()
    rows = [(kind, clock_words(rules.of(kind, request.today))) for kind in AbsenceKind.objects.all()]
    return render(request, "people/absence_kinds.html", {"rows": rows})


@login_required
def absence_kind(request: PortalRequest, code: str) -> HttpResponse:
    """What a kind of absence does to the clock from a day on; first what would follow."""
    _require_hr_for_all(request)
    kind = get_object_or_404(AbsenceKind, code=code)
    now = ClockRules.load().of(kind, request.today)
    initial: dict[str, Any] = {"starts_on": request.today}
    if now is not None:
        initial |= {"stops_clock": now.stops_clock, "stops_from_days": now.stops_from_days}
    form = ClockForm(request.POST or None, initial=initial)

    def call() -> Call:
        return Call(change_clock, (kind,), {**form.cleaned_data, "by": request.viewer})

    answer = ask_first(request, form, call, {"title": kind.name, "back": reverse("people:absence_kinds")})
    if answer is not None:
        return answer
    messages.success(request, _("Recorded."))
    return redirect("people:absence_kinds")


def _require_hr_for_all(request: PortalRequest) -> None:
    if not request.viewer.is_hr_for_all:
        raise PermissionDenied
