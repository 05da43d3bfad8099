"""What HR (and for absences the supervisor) does to a person's facts: one page per act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.errors import Refused
from portal.people.access.forms import RoleForm
from portal.people.access.guards import require_hr_for
from portal.people.access.requests import PortalRequest
from portal.people.access.roles import grant_role
from portal.people.accounts.email import set_email
from portal.people.accounts.forms import EmailForm
from portal.people.employment.details import change_name
from portal.people.employment.end import end_employment
from portal.people.employment.forms import AbsenceForm, EndForm, HireForm, NameForm, PositionForm, RemovalForm
from portal.people.employment.hire import hire
from portal.people.employment.leave import record_absence, remove_from_patient_work
from portal.people.employment.positions import take_position
from portal.people.facts.batches import fact_models
from portal.people.facts.record import withdraw
from portal.people.models import Person
from portal.people.models.fact import DatedFact
from portal.people.organization.delegation import delegate
from portal.people.organization.forms import DelegationForm
from portal.ui.form_kit import ReasonForm

type Do = Callable[[Person, Any, Person, Any], Any]


@dataclass(frozen=True)
class Act:
    """One act: its title, its form, what it does (person, data, actor, today), who besides HR may."""

    title: Any
    form: type[forms.Form]
    do: Do
    line_may: bool = False
    self_may: bool = False
    needs_person: bool = False


ACTS: dict[str, Act] = {
    "hire": Act(gettext_lazy("Hire or rehire"), HireForm, lambda p, d, a, t: hire(p, actor=a, **d)),
    "end": Act(
        gettext_lazy("End employment"),
        EndForm,
        lambda p, d, a, t: end_employment(p, actor=a, **d),
    ),
    "position": Act(
        gettext_lazy("New position"),
        PositionForm,
        lambda p, d, a, t: take_position(p, actor=a, **d),
        needs_person=True,
    ),
    "absence": Act(
        gettext_lazy("Record an absence"),
        AbsenceForm,
        lambda p, d, a, t: record_absence(p, actor=a, **d),
        line_may=True,
    ),
    "removal": Act(
        gettext_lazy("Remove from patient work"),
        RemovalForm,
        lambda p, d, a, t: remove_from_patient_work(p, actor=a, **d),
        line_may=True,
    ),
    "delegation": Act(
        gettext_lazy("Name who stands in"),
        DelegationForm,
        lambda p, d, a, t: delegate(p, actor=a, **d),
        self_may=True,
        needs_person=True,
    ),
    "name": Act(
        gettext_lazy("Change the name"),
        NameForm,
        lambda p, d, a, t: change_name(p, actor=a, **d),
    ),
    "email": Act(
        gettext_lazy("Change the e-mail"),
        EmailForm,
        lambda p, d, a, t: set_email(p, d["email"], actor=a),
    ),
    "role": Act(
        gettext_lazy("Grant a role"),
        RoleForm,
        lambda p, d, a, t: grant_role(p, actor=a, on=t, **d),
    ),
}


def _may(request: PortalRequest, act: Act, person: Person) -> None:
    """A stranger gets 404, an insider without the right 403."""
    viewer = request.viewer
    if act.self_may and viewer.person.pk == person.pk:
        return
    if act.line_may and viewer.leads(person.pk):
        return
    if act is ACTS["role"] and viewer.has("site_admin") and viewer.person.pk != person.pk:
        return
    require_hr_for(viewer, person.pk)


@login_required
def act(request: PortalRequest, pk: int, act: str) -> HttpResponse:
    chosen = ACTS.get(act)
    if chosen is None:
        raise Http404
    person = get_object_or_404(Person, pk=pk)
    _may(request, chosen, person)
    extra: dict[str, Any] = {"person": person} if chosen.needs_person else {}
    initial = {"starts_on": request.today, "on": request.today, "email": person.email}
    initial |= {"first_name": person.first_name, "last_name": person.last_name}
    form = chosen.form(request.POST or None, initial=initial, **extra)
    if request.method == "POST" and form.is_valid():
        try:
            chosen.do(person, form.cleaned_data, request.user, request.today)
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("Recorded."))
            return redirect("people:detail", pk=pk)
    return render(request, "people/act.html", {"form": form, "person": person, "title": chosen.title})


@login_required
def withdraw_fact(request: PortalRequest, pk: int, kind: str, row: int) -> HttpResponse:
    """Take back a fact entered by mistake; the row stays on record, closed."""
    require_hr_for(request.viewer, pk)
    person = get_object_or_404(Person, pk=pk)
    models = {m._meta.model_name: m for m in fact_models() if issubclass(m, DatedFact)}
    model = models.get(kind)
    if model is None or not hasattr(model, "person"):
        raise Http404
    facts: Any = model.objects.current()
    fact = get_object_or_404(facts.filter(person=person), pk=row)
    if kind in ("waiver", "extension"):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdraw(fact, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("Withdrawn."))
        return redirect("people:detail", pk=pk)
    context = {"form": form, "person": person, "title": _("Withdraw: %(fact)s") % {"fact": fact}}
    return render(request, "people/act.html", context)
