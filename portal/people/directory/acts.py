"""What HR (and for some acts the supervisor or the person) does to a person's facts: one page per act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.audit.log import read
from portal.people.access.forms import RoleForm
from portal.people.access.guards import require_hr_for
from portal.people.access.requests import PortalRequest
from portal.people.access.roles import grant_role, may_grant_to
from portal.people.access.viewer import Viewer
from portal.people.accounts.email import set_email
from portal.people.accounts.forms import EmailForm
from portal.people.accounts.privilege import may_change_address
from portal.people.employment.details import change_name, set_home_state, set_profession
from portal.people.employment.end import end_employment
from portal.people.employment.forms import (
    AbsenceForm,
    EndForm,
    HireForm,
    HomeStateForm,
    NameForm,
    PositionForm,
    ProfessionForm,
    RemovalForm,
    changes_of,
    initial_position,
)
from portal.people.employment.handover import handover_of
from portal.people.employment.hire import hire
from portal.people.employment.leave import record_absence, remove_from_patient_work
from portal.people.employment.positions import take_position
from portal.people.facts.act import Act as RecordAct
from portal.people.facts.call import Call
from portal.people.models import Person
from portal.people.organization.delegation import delegate
from portal.people.organization.forms import DelegationForm
from portal.people.record.asking import ask_first
from portal.ui.form_kit import refusals_into

type Do = Callable[[Person, Any, Viewer], Callable[[], Any]]


@dataclass(frozen=True)
class Act:
    """One act: its title, its form, what it does (person, data, viewer), who besides HR may.

    `extra`: what else the form is made with (person, viewer). `initial`: what it is opened with.
    `before`: what the page shows above the form. `asks`: what follows is shown before it is done.
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
    asks: bool = False


def _on_person(act: RecordAct[..., Any]) -> Do:
    """The act about the person, with the form's fields as its own."""
    return lambda person, data, viewer: Call(act, (person,), {**data, "by": viewer})


ACTS: dict[str, Act] = {
    "hire": Act(gettext_lazy("Hire or rehire"), HireForm, _on_person(hire)),
    "end": Act(
        gettext_lazy("End employment"),
        EndForm,
        _on_person(end_employment),
        before=lambda p, v: handover_of(p, v.on),
        before_title=gettext_lazy("What ends with it, and what must be handed over"),
        asks=True,
    ),
    "position": Act(
        gettext_lazy("New position"),
        PositionForm,
        _on_person(take_position),
        extra=("person", "viewer"),
        initial=initial_position,
        asks=True,
    ),
    "absence": Act(gettext_lazy("Record an absence"), AbsenceForm, _on_person(record_absence), line_may=True),
    "removal": Act(
        gettext_lazy("Remove from patient work"),
        RemovalForm,
        _on_person(remove_from_patient_work),
        line_may=True,
    ),
    "delegation": Act(
        gettext_lazy("Name who stands in"),
        DelegationForm,
        _on_person(delegate),
        self_may=True,
        extra=("person", "viewer"),
    ),
    "name": Act(gettext_lazy("Change the name"), NameForm, _on_person(change_name)),
    "profession": Act(gettext_lazy("Change the profession"), ProfessionForm, _on_person(set_profession)),
    "home-state": Act(gettext_lazy("Change the home state"), HomeStateForm, _on_person(set_home_state)),
    "email": Act(
        gettext_lazy("Change the e-mail"), EmailForm, lambda p, d, v: lambda: set_email(p, d["email"], by=v)
    ),
    "role": Act(gettext_lazy("Grant a role"), RoleForm, _on_person(grant_role), extra=("viewer",)),
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


def form_of(
    chosen: Act, request: PortalRequest, person: Person, values: dict[str, Any] | None = None
) -> forms.Form:
    """The act's form, opened with what holds today and with `values`."""
    made_with: dict[str, Any] = {"person": person, "viewer": request.viewer}
    initial = {"starts_on": request.today, "on": request.today, "email": person.email}
    initial |= {"first_name": person.first_name, "last_name": person.last_name}
    if chosen.initial:
        initial |= chosen.initial(person, request.viewer)
    extra = {name: made_with[name] for name in chosen.extra}
    return chosen.form(request.POST or None, initial=initial | (values or {}), **extra)


@login_required
def act(request: PortalRequest, pk: int, act: str) -> HttpResponse:
    chosen = ACTS.get(act)
    if chosen is None:
        raise Http404
    person = get_object_or_404(Person, pk=pk)
    _may(request, chosen, person)
    # The form shows what is on record: the address, the position, what is to be handed over.
    read(request.user, "act", person=person, detail=act)
    form = form_of(chosen, request, person)
    context: dict[str, Any] = {
        "person": person,
        "title": chosen.title,
        "before_title": chosen.before_title,
        "before": chosen.before(person, request.viewer) if chosen.before else (),
    }
    if chosen.asks:

        def call() -> Call:
            found: Any = chosen.do(person, form.cleaned_data, request.viewer)
            asked: Call = found
            return asked

        done = ask_first(request, form, call, context)
        if done is not None:
            return done
        messages.success(request, _said(chosen, form))
        return redirect("people:detail", pk=pk)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            chosen.do(person, form.cleaned_data, request.viewer)()
        if form.is_valid():
            messages.success(request, _said(chosen, form))
            return redirect("people:detail", pk=pk)
    return render(request, "people/act.html", {**context, "form": form})


def _said(chosen: Act, form: forms.Form) -> str:
    """Recorded; of what was opened with the present values, which of them changed."""
    changed = changes_of(form) if chosen.initial else []
    if not changed:
        return _("Recorded.")
    return _("Recorded. Changed: %(what)s.") % {"what": get_text_list(changed, _("and"))}
