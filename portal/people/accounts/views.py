"""Opening and closing an account: by the link in a mail, or by the code on paper."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from portal.audit.log import read
from portal.errors import Refused
from portal.people.access.guards import require_hr_for
from portal.people.access.requests import PortalRequest
from portal.people.accounts.forms import CodeForm, NewPasswordForm
from portal.people.accounts.invitations import close_account, find_by_code, find_by_link, invite, open_account
from portal.people.models import Invitation, Person


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
    key = f"open-by-code:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, timeout=60)
    return cache.incr(key) > CODES_PER_MINUTE


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
