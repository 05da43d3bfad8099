"""Pages that grant and withdraw waivers and extensions."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.people.access.guards import require_hr_for
from portal.people.access.requests import PortalRequest
from portal.people.facts.call import Call
from portal.people.facts.taking_back import withdraw_fact
from portal.people.facts.wording import days_words, what_of
from portal.people.models import Person
from portal.people.record.asking import ask_first
from portal.standing.exceptions.forms import ExceptionForm
from portal.standing.exceptions.grant import grant_extension, grant_waiver
from portal.standing.models import Extension, Requirement, Waiver
from portal.ui.form_kit import ReasonForm


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

    def call() -> Call:
        values = {**form.cleaned_data, "scope": scope, "by": request.viewer}
        return Call(act, (subject, requirement), values)

    context = {"subject": subject, "requirement": requirement, "scope": scope, "title": title}
    answer = ask_first(request, form, call, context, template="standing/excuse.html")
    if answer is not None:
        return answer
    messages.success(request, done)
    return redirect("standing:person", pk=pk)


@login_required
def withdraw_exception(request: PortalRequest, kind: str, row: int) -> HttpResponse:
    """A waiver or more time that was entered by mistake: first what follows."""
    models: dict[str, Any] = {"waiver": Waiver, "extension": Extension}
    if kind not in models:
        raise Http404
    fact = get_object_or_404(models[kind].objects.current().select_related("person", "requirement"), pk=row)
    require_hr_for(request.viewer, fact.person_id)
    form = ReasonForm(request.POST or None)

    def call() -> Call:
        return Call(withdraw_fact, (fact,), {**form.cleaned_data, "by": request.viewer})

    item = reverse("standing:item", args=[fact.person_id, fact.requirement.code])
    context = {
        "person": fact.person,
        "title": _("Withdraw an entry"),
        "lead": f"{what_of(fact)}, {days_words(fact)}",
        "back": f"{item}?scope={fact.scope}",
    }
    answer = ask_first(request, form, call, context)
    if answer is not None:
        return answer
    messages.success(request, _("Withdrawn."))
    return redirect("standing:person", pk=fact.person_id)
