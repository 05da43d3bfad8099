"""What may be done with a fact on a person's page: correct it, end it, take it back; each asks first."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.errors import NotAllowed
from portal.people.access.requests import PortalRequest
from portal.people.access.viewer import Viewer
from portal.people.directory.acts import ACTS, form_of
from portal.people.directory.kinds import CORRECTED_BY, KINDS
from portal.people.employment.end import end_employment
from portal.people.facts.call import Call
from portal.people.facts.ending import ending_of
from portal.people.facts.guards import demand_rights
from portal.people.facts.taking_back import first_change, withdraw_fact
from portal.people.facts.wording import days_words, what_of
from portal.people.models import Person
from portal.people.models.fact import DatedFact
from portal.people.record.asking import ask_first
from portal.ui.form_kit import ReasonForm, day_field
from portal.ui.forms import PortalForm


def _corrected_by(kind: str, fact: DatedFact) -> str:
    """An employment that was ended is corrected by ending it otherwise."""
    change = first_change(fact)
    if kind == "employment" and change is not None and change.act == end_employment.name:
        return "end"
    return CORRECTED_BY[kind]


class EndFactForm(PortalForm):
    last_day = day_field(gettext_lazy("Last day"))


def may_change(viewer: Viewer, fact: DatedFact) -> bool:
    """May the viewer correct, end or take back this fact?"""
    try:
        demand_rights(viewer, [fact])
    except NotAllowed:
        return False
    return True


def _fact(request: PortalRequest, pk: int, kind: str, row: int) -> tuple[Person, DatedFact]:
    """The person and the fact. A stranger gets 404, an insider without the right 403."""
    if kind not in KINDS:
        raise Http404
    person = get_object_or_404(Person, pk=pk)
    model: Any = KINDS[kind]
    viewer = request.viewer
    fact = model.objects.current().filter(person=person, pk=row).first()
    if fact is None or not may_change(viewer, fact):
        if fact is None or not viewer.sees_standing_of(pk):
            raise Http404
        raise PermissionDenied
    return person, fact


def _page(
    request: PortalRequest,
    person: Person,
    form: forms.Form,
    call: Callable[[], Call],
    words: dict[str, Any],
    done: str,
) -> HttpResponse:
    answer = ask_first(request, form, call, {"person": person, **words})
    if answer is not None:
        return answer
    messages.success(request, done)
    return redirect("people:detail", pk=person.pk)


@login_required
def withdraw(request: PortalRequest, pk: int, kind: str, row: int) -> HttpResponse:
    """Take back a fact entered by mistake: it never was; what it had closed counts again."""
    person, fact = _fact(request, pk, kind, row)
    form = ReasonForm(request.POST or None)

    def call() -> Call:
        values = {"reason": form.cleaned_data["reason"], "by": request.viewer}
        return Call(withdraw_fact, (fact,), values)

    return _page(request, person, form, call, _titled(_("Withdraw an entry"), fact), _("Withdrawn."))


@login_required
def end(request: PortalRequest, pk: int, kind: str, row: int) -> HttpResponse:
    """The fact was true until a day: the days before stay as they are."""
    person, fact = _fact(request, pk, kind, row)
    form = EndFactForm(request.POST or None, initial={"last_day": request.today})

    def call() -> Call:
        return ending_of(fact, form.cleaned_data["last_day"], request.viewer)

    return _page(request, person, form, call, _titled(_("End an entry"), fact), _("Recorded."))


@login_required
def correct(request: PortalRequest, pk: int, kind: str, row: int) -> HttpResponse:
    """The fact was meant otherwise: the form it was entered with, filled with what it says."""
    person, fact = _fact(request, pk, kind, row)
    if kind not in CORRECTED_BY:
        raise Http404
    chosen = ACTS[_corrected_by(kind, fact)]
    form = form_of(chosen, request, person, _as_said(fact))

    def call() -> Call:
        said: Any = chosen.do(person, form.cleaned_data, request.viewer)
        return replace(said, instead_of=fact)

    return _page(request, person, form, call, _titled(_("Correct an entry"), fact), _("Corrected."))


def _titled(title: str, fact: DatedFact) -> dict[str, str]:
    """The heading, and below it which entry: Position: Case manager, North, from Jan 3, 2026."""
    return {"title": title, "lead": f"{what_of(fact)}, {days_words(fact)}"}


def _as_said(fact: Any) -> dict[str, Any]:
    """What the fact says, by the names of its form's fields."""
    values = {field.name: getattr(fact, field.attname) for field in fact._meta.concrete_fields}
    values["on"] = fact.starts_on
    values["to"] = values.get("delegate")
    if isinstance(values.get("states_served"), list):
        values["states_served"] = ", ".join(values["states_served"])
    values["primary"] = values.pop("is_primary", True)
    return values
