"""Opening and closing an account: by the link in a mail, or by the code on paper."""

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from portal.addresses import client_address
from portal.audit.log import read
from portal.errors import NotAllowed, Refused
from portal.limits import within_limit
from portal.people.access.guards import require_hr_for
from portal.people.access.requests import PortalRequest
from portal.people.accounts.email import masked
from portal.people.accounts.forms import CodeForm, NewPasswordForm
from portal.people.accounts.invitations import (
    close_account,
    find_by_code,
    find_by_link,
    invite,
    is_usable,
    mail_invitation,
    open_account,
)
from portal.people.accounts.privilege import is_open, may_invite
from portal.people.models import Invitation, Person
from portal.ui.form_kit import refusals_into

# ---- HR and site admins ------------------------------------------------------------------------


def _require_may_invite(request: PortalRequest, person: Person) -> None:
    """HR within its scope, and site admins for everybody but themselves. Raises Http404, PermissionDenied."""
    if not may_invite(request.viewer, person):
        require_hr_for(request.viewer, person.pk)
        raise PermissionDenied


@login_required
@require_POST
@never_cache
def send_invitation(request: PortalRequest, pk: int, kind: str) -> HttpResponse:
    """A link or a code to open the account, shown once, to be handed over; or a link by mail."""
    person = get_object_or_404(Person, pk=pk)
    _require_may_invite(request, person)
    if kind not in Invitation.Kind.values:
        raise Http404
    try:
        secret = invite(person, kind, by=request.viewer)
    except NotAllowed:
        raise
    except Refused as error:
        messages.error(request, error.message)
        return redirect("people:detail", pk=pk)
    if kind == Invitation.Kind.MAIL:
        _say_mailed(request, person)
        return redirect("people:detail", pk=pk)
    read(request.user, "invitation", person=person)
    where = settings.SITE_URL + reverse("open_by_code")
    return render(request, "people/invited.html", {"person": person, "secret": secret, "where": where})


@login_required
@require_POST
def send_by_mail(request: PortalRequest, pk: int, invitation: int) -> HttpResponse:
    """The link that was shown also goes out by mail."""
    row = get_object_or_404(Invitation.objects.select_related("person"), pk=invitation, person_id=pk)
    _require_may_invite(request, row.person)
    try:
        mail_invitation(row, by=request.viewer)
    except Refused as error:
        messages.error(request, error.message)
    else:
        _say_mailed(request, row.person)
    return redirect("people:detail", pk=pk)


def _say_mailed(request: HttpRequest, person: Person) -> None:
    where = masked(person.email or "")
    messages.success(request, _("The invitation goes out by mail to %(where)s.") % {"where": where})


@login_required
@require_POST
def close(request: PortalRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    require_hr_for(request.viewer, pk)
    try:
        close_account(person, by=request.viewer)
    except Refused as error:
        messages.error(request, error.message)
        return redirect("people:detail", pk=pk)
    messages.success(request, _("The account is closed. What is on record stays."))
    return redirect("people:detail", pk=pk)


# ---- whoever holds a link or a code ------------------------------------------------------------

CODES_PER_MINUTE = 6
# How long a right code keeps the door open. It is open in that page only: nothing stays in the
# session of a shared browser.
DOOR_SECONDS = 600
_DOOR = "people.invitation.door"


@never_cache
@sensitive_post_parameters()
def open_by_link(request: HttpRequest, secret: str) -> HttpResponse:
    invitation = find_by_link(secret)
    if invitation is None:
        return render(request, "people/invitation_dead.html", status=404)
    if request.user.is_authenticated:
        return _somebody_is_signed_in(request)
    return _set_password(request, invitation)


@never_cache
@sensitive_post_parameters()
def open_by_code(request: HttpRequest) -> HttpResponse:
    """First the code, then the password, whose form carries the signed invitation between the two."""
    if request.user.is_authenticated:
        return _somebody_is_signed_in(request)
    form = CodeForm(request.POST if "code" in request.POST else None)
    if "door" in request.POST:
        if invitation := _behind_door(request.POST["door"]):
            return _set_password(request, invitation, by_code=True)
        messages.error(request, _("More than ten minutes have passed. Type the code once more."))
    elif form.is_valid():
        if _too_fast(request):
            form.add_error(None, _("Too many tries. Wait a minute."))
        elif found := _find(request, form):
            return _set_password(request, found, by_code=True)
    return render(request, "people/open_by_code.html", {"form": form})


def _find(request: HttpRequest, form: CodeForm) -> Invitation | None:
    try:
        found = find_by_code(**form.cleaned_data, address=get_adapter().get_client_ip(request))
    except Refused as error:
        form.add_error(None, error.message)
        return None
    if found is None:
        form.add_error(None, _("Number and code do not fit, or the code was used or has run out. Ask HR."))
    return found


def _too_fast(request: HttpRequest) -> bool:
    who = client_address(request)
    return not within_limit("open-by-code", who, times=CODES_PER_MINUTE, seconds=60)


def _behind_door(door: str) -> Invitation | None:
    try:
        pk = signing.loads(door, salt=_DOOR, max_age=DOOR_SECONDS)
    except signing.BadSignature:
        return None
    row = Invitation.objects.select_related("person").filter(pk=pk).first()
    return row if row is not None and is_usable(row) else None


def _set_password(request: HttpRequest, invitation: Invitation, *, by_code: bool = False) -> HttpResponse:
    """The password; then allauth's stages of signing in, so that a second factor that exists is asked."""
    door = signing.dumps(invitation.pk, salt=_DOOR) if by_code else ""
    form = NewPasswordForm(request.POST if "password" in request.POST else None, initial={"door": door})
    was_open = is_open(invitation.person)
    if form.is_bound and form.is_valid():
        with refusals_into(form):
            open_account(invitation, password=form.cleaned_data["password"])
        if form.is_valid():
            said = _("Your new password is set.") if was_open else _("Your account is open.")
            messages.success(request, said)
            invitation.person.refresh_from_db()
            return perform_login(request, invitation.person)
    context = {"form": form, "person": invitation.person, "by_code": by_code, "was_open": was_open}
    return render(request, "people/set_password.html", context)


def _somebody_is_signed_in(request: HttpRequest) -> HttpResponse:
    """No account is opened inside another person's session, nor inside one's own."""
    context = {"back_here": request.path, "go_on": reverse("home"), "opening": True}
    return render(request, "account/signed_in_already.html", context)
