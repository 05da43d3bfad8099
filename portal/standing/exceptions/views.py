"""Pages that grant and withdraw waivers and extensions."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.errors import Refused
from portal.people.access.guards import require_hr_for
from portal.people.access.requests import PortalRequest
from portal.people.facts.taking_back import withdraw_fact
from portal.people.models import Person
from portal.standing.exceptions.forms import ExceptionForm
from portal.standing.exceptions.grant import grant_extension, grant_waiver
from portal.standing.models import Extension, Requirement, Waiver
from portal.ui.form_kit import ReasonForm, refusals_into


@login_required
def waive(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    return _excuse(request, pk, code, grant_waiver, _("Waive with a reason"), _("Waived."))


@login_required
def extend(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    return _excuse(request, pk, code, grant_extension, _("Give more time"), _("More time given."))


def _excuse(request: PortalRequest, pk: int, code: str, act: Any, title: str, done: str) -> HttpResponse:
    require_hr_for(request.viewer, pk)
    subject = get_object_or_404(Person, pk=pk)
    requirement = get_object_or_404(Requirement, code=code)
    scope = request.GET.get("scope", "")[:2].upper()
    form = ExceptionForm(request.POST or None, initial={"starts_on": request.today})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            act(subject, requirement, scope=scope, by=request.viewer, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, done)
            return redirect("standing:person", pk=pk)
    context = {"form": form, "subject": subject, "requirement": requirement, "scope": scope, "title": title}
    return render(request, "standing/excuse.html", context)


@login_required
@require_POST
def withdraw_exception(request: PortalRequest, kind: str, row: int) -> HttpResponse:
    models: dict[str, Any] = {"waiver": Waiver, "extension": Extension}
    if kind not in models:
        raise Http404
    fact = get_object_or_404(models[kind].objects.current(), pk=row)
    require_hr_for(request.viewer, fact.person_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Say why it is withdrawn."))
    withdraw_fact(fact, reason=form.cleaned_data["reason"], by=request.viewer)
    messages.success(request, _("Withdrawn."))
    return redirect("standing:person", pk=fact.person_id)
