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
from portal.people.employment.clock import (
    ClockRules,
    change_clock,
    clock_words,
    kinds_in_use,
    make_absence_kind,
)
from portal.people.employment.forms import AbsenceKindForm, AddPersonForm, ClockForm
from portal.people.employment.hire import add_employee
from portal.people.facts.call import Call
from portal.people.models import AbsenceKind, AbsenceKindRule, Person
from portal.people.record.asking import ask_first
from portal.people.record.kept import Kept, ask_to_take_back, kept
from portal.people.record.views import planned_changes


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
    rows = [(kind, clock_words(rules.of(kind, request.today))) for kind in kinds_in_use()]
    return render(request, "people/absence_kinds.html", {"rows": rows})


@login_required
def add_absence_kind(request: PortalRequest) -> HttpResponse:
    """A new kind of absence, by HR for everybody; first what follows."""
    _require_hr_for_all(request)
    form = AbsenceKindForm(request.POST or None)

    def call() -> Call:
        return Call(make_absence_kind, (), {**form.cleaned_data, "by": request.viewer})

    context = {"title": _("Add a kind of absence"), "back": reverse("people:absence_kinds")}
    answer = ask_first(request, form, call, context)
    if answer is not None:
        return answer
    messages.success(request, _("Added. It can be chosen when an absence is recorded."))
    return redirect("people:absence_kind", code=form.cleaned_data["code"])


@login_required
def absence_kind(request: PortalRequest, code: str) -> HttpResponse:
    """What a kind of absence does to the clock, over time; and changing it from a day on, first what would follow."""
    _require_hr_for_all(request)
    kind = get_object_or_404(AbsenceKind, code=code)
    now = ClockRules.load().of(kind, request.today)
    initial: dict[str, Any] = {"starts_on": request.today}
    if now is not None:
        initial |= {"stops_clock": now.stops_clock, "stops_from_days": now.stops_from_days}
    form = ClockForm(request.POST or None, initial=initial)

    def call() -> Call:
        return Call(change_clock, (kind,), {**form.cleaned_data, "by": request.viewer})

    rules = _rules(kind)
    context = {
        "kind": kind,
        "rules": rules,
        "planned": planned_changes(request.viewer, [rule.row for rule in rules]),
    }
    answer = ask_first(request, form, call, context, template="people/absence_kind.html")
    if answer is not None:
        return answer
    messages.success(request, _("Recorded."))
    return redirect("people:absence_kind", code=code)


def _rules(kind: AbsenceKind) -> list[Kept]:
    rows = AbsenceKindRule.objects.current().filter(kind=kind).order_by("-starts_on", "-id")
    rows = rows.select_related("kind", "recorded_by", "inserted_in", "origin__inserted_in")
    return kept(list(rows), clock_words, may=True, born=make_absence_kind.name)


@login_required
def withdraw_clock(request: PortalRequest, pk: int) -> HttpResponse:
    """A change of what a kind does never was: first what follows, then a job does it, since it concerns everybody."""
    _require_hr_for_all(request)
    rule = get_object_or_404(AbsenceKindRule.objects.current().select_related("kind"), pk=pk)
    back = reverse("people:absence_kind", args=[rule.kind.code])
    return ask_to_take_back(request, rule, back=back, born=make_absence_kind.name)


def _require_hr_for_all(request: PortalRequest) -> None:
    if not request.viewer.is_hr_for_all:
        raise PermissionDenied
