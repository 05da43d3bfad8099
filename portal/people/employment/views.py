"""The page that adds a person."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.people.access.requests import PortalRequest
from portal.people.employment.forms import AddPersonForm
from portal.people.employment.hire import add_employee
from portal.people.models import Person
from portal.ui.form_kit import refusals_into


@login_required
def add(request: PortalRequest) -> HttpResponse:
    """A new person, employed in a first position; HR of a scope adds people to that scope only."""
    request.viewer.require("hr")
    form = AddPersonForm(request.POST or None, initial={"starts_on": request.today}, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        person: Person | None = None
        with refusals_into(form):
            person = add_employee(by=request.viewer, **form.cleaned_data)
        if person is not None:
            messages.success(request, _("Added. Invite the person to open an account."))
            return redirect("people:detail", pk=person.pk)
    return render(request, "people/act.html", {"form": form, "title": _("Add a person")})
