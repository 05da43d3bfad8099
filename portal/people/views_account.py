"""Opening an account: by the link in a mail, or by the code on paper."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from portal.addresses import client_address
from portal.errors import Refused
from portal.limits import within_limit
from portal.people.accounts import find_by_code, find_by_link, open_account
from portal.people.forms import CodeForm, NewPasswordForm
from portal.people.models import Invitation

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CODES_PER_MINUTE = 6


@never_cache
@sensitive_post_parameters()
def open_by_link(request: HttpRequest, secret: str) -> HttpResponse:
    invitation = find_by_link(secret)
    if invitation is None:
        return render(request, "people/invitation_dead.html", status=404)
    return _set_password(request, invitation)


@never_cache
@sensitive_post_parameters()
def open_by_code(request: HttpRequest) -> HttpResponse:
    """First the code, then the password; the code stays in the session between the two."""
    pk = request.session.get("invitation")
    if pk and (invitation := Invitation.objects.filter(pk=pk).first()):
        return _set_password(request, invitation)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _too_fast(request):
            form.add_error(None, _("Too many tries. Wait a minute."))
        elif found := find_by_code(**form.cleaned_data):
            request.session["invitation"] = found.pk
            return redirect("open_by_code")
        else:
            form.add_error(
                None, _("Number and code do not fit, or the code was used or has run out. Ask HR.")
            )
    return render(request, "people/open_by_code.html", {"form": form})


def _too_fast(request: HttpRequest) -> bool:
    who = client_address(request)
    return not within_limit("open-by-code", who, times=CODES_PER_MINUTE, seconds=60)


def _set_password(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = NewPasswordForm(request.POST if "password" in request.POST else None)
    if form.is_bound and form.is_valid():
        try:
            person = open_account(invitation, password=form.cleaned_data["password"])
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            request.session.pop("invitation", None)
            login(request, person, backend=BACKEND)
            messages.success(request, _("Your account is open."))
            return redirect("home")
    return render(request, "people/set_password.html", {"form": form, "person": invitation.person})
