"""The page that adds a person."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.errors import Refused
from portal.people.access.requests import PortalRequest
from portal.people.employment.forms import AddPersonForm
from portal.people.employment.hire import add_person, hire
from portal.people.employment.positions import take_position
from portal.people.models import Person


@login_required
def add(request: PortalRequest) -> HttpResponse:
    """A new person, employed in a first position."""
    request.viewer.require("hr")
    form = AddPersonForm(request.POST or None, initial={"starts_on": request.today})
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
    names = ("team", "title", "profession", "work_setting", "employment_type", "states_served", "supervisor")
    position = {name: data[name] for name in names}
    take_position(person, starts_on=data["starts_on"], last_day=data["last_day"], actor=actor, **position)
    return person
