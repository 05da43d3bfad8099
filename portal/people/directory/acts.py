"""What HR (and for some acts the supervisor or the person) does to a person's facts: one page per act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.log import read
from portal.people.access.forms import EndRoleForm, RoleForm
from portal.people.access.guards import require_hr_for
from portal.people.access.requests import PortalRequest
from portal.people.access.roles import end_role, grant_role, may_end, may_grant_to
from portal.people.access.viewer import Viewer
from portal.people.accounts.email import set_email
from portal.people.accounts.forms import EmailForm
from portal.people.accounts.privilege import may_change_address
from portal.people.directory.withdraw import WITHDRAWABLE
from portal.people.employment.details import change_name
from portal.people.employment.end import end_employment
from portal.people.employment.forms import (
    AbsenceForm,
    EndForm,
    HireForm,
    NameForm,
    PositionForm,
    RemovalForm,
    changes_of,
    initial_position,
)
from portal.people.employment.handover import handover_of
from portal.people.employment.hire import hire
from portal.people.employment.leave import record_absence, remove_from_patient_work
from portal.people.employment.positions import take_position
from portal.people.models import Person, RoleGrant
from portal.people.organization.delegation import delegate
from portal.people.organization.forms import DelegationForm
from portal.ui.form_kit import ReasonForm, refusals_into

type Do = Callable[[Person, Any, Viewer], Any]


@dataclass(frozen=True)
class Act:
    """One act: its title, its form, what it does (person, data, viewer), who besides HR may.

    `extra`: what else the form is made with (person, viewer). `initial`: what it is opened with.
    `before`: what the page shows above the form.
    """

    title: Any
    form: type[forms.Form]
    do: Do
    line_may: bool = False
    self_may: bool = False
    extra: tuple[str, ...] = ()
    initial: Callable[[Person, Viewer], dict[str, Any]] | None = None
    before: Callable[[Person, Viewer], Any] | None = None
    before_title: Any = ""


ACTS: dict[str, Act] = {
    "hire": Act(gettext_lazy("Hire or rehire"), HireForm, lambda p, d, v: hire(p, by=v, **d)),
    "end": Act(
        gettext_lazy("End employment"),
        EndForm,
        lambda p, d, v: end_employment(p, by=v, **d),
        before=lambda p, v: handover_of(p, v.on),
        before_title=gettext_lazy("What ends with it, and what must be handed over"),
    ),
    "position": Act(
        gettext_lazy("New position"),
        PositionForm,
        lambda p, d, v: take_position(p, by=v, **d),
        extra=("person", "viewer"),
        initial=initial_position,
    ),
    "absence": Act(
        gettext_lazy("Record an absence"),
        AbsenceForm,
        lambda p, d, v: record_absence(p, by=v, **d),
        line_may=True,
    ),
    "removal": Act(
        gettext_lazy("Remove from patient work"),
        RemovalForm,
        lambda p, d, v: remove_from_patient_work(p, by=v, **d),
        line_may=True,
    ),
    "delegation": Act(
        gettext_lazy("Name who stands in"),
        DelegationForm,
        lambda p, d, v: delegate(p, by=v, **d),
        self_may=True,
        extra=("person", "viewer"),
    ),
    "name": Act(gettext_lazy("Change the name"), NameForm, lambda p, d, v: change_name(p, by=v, **d)),
    "email": Act(
        gettext_lazy("Change the e-mail"), EmailForm, lambda p, d, v: set_email(p, d["email"], by=v)
    ),
    "role": Act(
        gettext_lazy("Grant a role"),
        RoleForm,
        lambda p, d, v: grant_role(p, by=v, **d),
        extra=("viewer",),
    ),
}


def _may(request: PortalRequest, act: Act, person: Person) -> None:
    """A stranger gets 404, an insider without the right 403."""
    viewer = request.viewer
    if act.self_may and viewer.person.pk == person.pk and viewer.is_employed:
        return
    if act.line_may and viewer.leads(person.pk):
        return
    if act is ACTS["role"] and may_grant_to(viewer, person.pk):
        return
    if act is ACTS["email"] and may_change_address(viewer, person):
        return
    require_hr_for(viewer, person.pk)


@login_required
def act(request: PortalRequest, pk: int, act: str) -> HttpResponse:
    chosen = ACTS.get(act)
    if chosen is None:
        raise Http404
    person = get_object_or_404(Person, pk=pk)
    _may(request, chosen, person)
    # The form shows what is on record: the address, the position, what is to be handed over.
    read(request.user, "act", person=person, detail=act)
    made_with: dict[str, Any] = {"person": person, "viewer": request.viewer}
    initial = {"starts_on": request.today, "on": request.today, "email": person.email}
    initial |= {"first_name": person.first_name, "last_name": person.last_name}
    if chosen.initial:
        initial |= chosen.initial(person, request.viewer)
    form = chosen.form(
        request.POST or None, initial=initial, **{name: made_with[name] for name in chosen.extra}
    )
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            chosen.do(person, form.cleaned_data, request.viewer)
        if form.is_valid():
            messages.success(request, _said(chosen, form))
            return redirect("people:detail", pk=pk)
    context = {"form": form, "person": person, "title": chosen.title, "before_title": chosen.before_title}
    context["before"] = chosen.before(person, request.viewer) if chosen.before else ()
    return render(request, "people/act.html", context)


def _said(chosen: Act, form: forms.Form) -> str:
    """Recorded; of what was opened with the present values, which of them changed."""
    changed = changes_of(form) if chosen.initial else []
    if not changed:
        return _("Recorded.")
    return _("Recorded. Changed: %(what)s.") % {"what": get_text_list(changed, _("and"))}


@login_required
def end_grant(request: PortalRequest, pk: int, row: int) -> HttpResponse:
    """End a role on a day. Who may not see the person gets 404, who holds too little 403."""
    person = get_object_or_404(Person, pk=pk)
    grant = get_object_or_404(RoleGrant.objects.current().filter(person=person), pk=row)
    viewer = request.viewer
    if not may_end(viewer, grant):
        if not viewer.sees_standing_of(pk):
            raise Http404
        raise PermissionDenied
    form = EndRoleForm(request.POST or None, initial={"last_day": request.today})
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            end_role(grant, last_day=form.cleaned_data["last_day"], by=viewer)
        if form.is_valid():
            messages.success(request, _("Recorded."))
            return redirect("people:detail", pk=pk)
    title = _("End the role: %(role)s") % {"role": grant.get_role_display()}
    return render(request, "people/act.html", {"form": form, "person": person, "title": title})


@login_required
def withdraw_fact(request: PortalRequest, pk: int, kind: str, row: int) -> HttpResponse:
    """Take back a fact entered by mistake; the row stays on record, closed."""
    if kind not in WITHDRAWABLE:
        raise Http404
    model, do = WITHDRAWABLE[kind]
    person = get_object_or_404(Person, pk=pk)
    if not (kind == "rolegrant" and request.viewer.has("site_admin") and may_grant_to(request.viewer, pk)):
        require_hr_for(request.viewer, pk)
    fact = get_object_or_404(model.objects.current().filter(person=person), pk=row)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            do(fact, form.cleaned_data["reason"], request.viewer)
        if form.is_valid():
            messages.success(request, _("Withdrawn."))
            return redirect("people:detail", pk=pk)
    context = {"form": form, "person": person, "title": _("Withdraw: %(fact)s") % {"fact": fact}}
    return render(request, "people/act.html", context)
