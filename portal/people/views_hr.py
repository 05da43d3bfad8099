"""What HR (and for absences the supervisor) does to a person's facts: one page per act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from portal.audit.log import read
from portal.errors import Refused
from portal.people import forms as people_forms
from portal.people.absences import delegate, record_absence, remove_from_patient_work
from portal.people.access import require_hr_for
from portal.people.accounts import close_account, invite
from portal.people.adding import add_person, change_name, set_email
from portal.people.batches import fact_models
from portal.people.employing import end_employment, hire, take_position
from portal.people.facts import DatedFact
from portal.people.models import Invitation, Person, Team
from portal.people.recording import withdraw
from portal.people.requests import PortalRequest
from portal.people.roles import grant_role
from portal.people.teams import set_lead

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
    "hire": Act(
        gettext_lazy("Hire or rehire"), people_forms.HireForm, lambda p, d, a, t: hire(p, actor=a, **d)
    ),
    "end": Act(
        gettext_lazy("End employment"),
        people_forms.EndForm,
        lambda p, d, a, t: end_employment(p, actor=a, **d),
    ),
    "position": Act(
        gettext_lazy("New position"),
        people_forms.PositionForm,
        lambda p, d, a, t: take_position(p, actor=a, **d),
        needs_person=True,
    ),
    "absence": Act(
        gettext_lazy("Record an absence"),
        people_forms.AbsenceForm,
        lambda p, d, a, t: record_absence(p, actor=a, **d),
        line_may=True,
    ),
    "removal": Act(
        gettext_lazy("Remove from patient work"),
        people_forms.RemovalForm,
        lambda p, d, a, t: remove_from_patient_work(p, actor=a, **d),
        line_may=True,
    ),
    "delegation": Act(
        gettext_lazy("Name who stands in"),
        people_forms.DelegationForm,
        lambda p, d, a, t: delegate(p, actor=a, **d),
        self_may=True,
        needs_person=True,
    ),
    "name": Act(
        gettext_lazy("Change the name"),
        people_forms.NameForm,
        lambda p, d, a, t: change_name(p, actor=a, **d),
    ),
    "email": Act(
        gettext_lazy("Change the e-mail"),
        people_forms.EmailForm,
        lambda p, d, a, t: set_email(p, d["email"], actor=a),
    ),
    "role": Act(
        gettext_lazy("Grant a role"),
        people_forms.RoleForm,
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
def add(request: PortalRequest) -> HttpResponse:
    """A new person, employed in a first position."""
    request.viewer.require("hr")
    form = people_forms.AddPersonForm(request.POST or None, initial={"starts_on": request.today})
    if request.method == "POST" and form.is_valid():
        try:
            person = _add(form.cleaned_data, request.user)
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("Added. Invite the person to open an account."))
            return redirect("people:detail", pk=person.pk)
    return render(request, "people/act.html", {"form": form, "title": _("Add a person")})


@transaction.atomic
def _add(data: dict[str, Any], actor: Person) -> Person:
    person = add_person(
        employee_number=data["employee_number"],
        first_name=data["first_name"],
        last_name=data["last_name"],
        email=data["email"],
        on=data["starts_on"],
        actor=actor,
    )
    hire(person, starts_on=data["starts_on"], last_day=data["last_day"], kind=data["kind"], actor=actor)
    names = ("team", "title", "discipline", "work_setting", "employment_type", "states_served", "supervisor")
    position = {name: data[name] for name in names}
    take_position(person, starts_on=data["starts_on"], last_day=data["last_day"], actor=actor, **position)
    return person


@login_required
@require_POST
def send_invitation(request: PortalRequest, pk: int, kind: str) -> HttpResponse:
    """A link or a code to open the account: shown once, to be handed over."""
    person = get_object_or_404(Person, pk=pk)
    require_hr_for(request.viewer, pk)
    if kind not in Invitation.Kind.values:
        raise Http404
    try:
        secret = invite(person, kind, actor=request.user)
    except Refused as error:
        messages.error(request, error.message)
        return redirect("people:detail", pk=pk)
    read(request.user, "invitation", person=person)
    return render(request, "people/invited.html", {"person": person, "secret": secret})


@login_required
@require_POST
def close(request: PortalRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    require_hr_for(request.viewer, pk)
    close_account(person, actor=request.user)
    messages.success(request, _("The account is closed. What is on record stays."))
    return redirect("people:detail", pk=pk)


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
    form = people_forms.WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        withdraw(fact, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("Withdrawn."))
        return redirect("people:detail", pk=pk)
    context = {"form": form, "person": person, "title": _("Withdraw: %(fact)s") % {"fact": fact}}
    return render(request, "people/act.html", context)


@login_required
def team_lead(request: PortalRequest, pk: int) -> HttpResponse:
    request.viewer.require("hr")
    team = get_object_or_404(Team, pk=pk)
    form = people_forms.LeadForm(request.POST or None, initial={"starts_on": request.today})
    if request.method == "POST" and form.is_valid():
        try:
            set_lead(team, form.cleaned_data.pop("person"), actor=request.user, **form.cleaned_data)
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("Recorded."))
            return redirect("people:teams")
    return render(request, "people/act.html", {"form": form, "title": _("Lead of %(team)s") % {"team": team}})
