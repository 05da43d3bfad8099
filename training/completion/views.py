"""Certificates: the public check, and revoking."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portal.addresses import client_address
from portal.codes import code_from
from portal.errors import Refused
from portal.people.access.requests import PortalRequest
from portal.ui.status import StrOrPromise
from training.completion import revoke as revoking
from training.completion.check import certificate_of, is_superseded, may_check
from training.completion.forms import RevokeForm
from training.models import Certificate


@dataclass(frozen=True)
class Verdict:
    """What the public page says about a certificate; without a state, that there is none to speak of."""

    title: StrOrPromise
    lead: StrOrPromise
    state: str = ""
    word: StrOrPromise = ""


_ASKS = Verdict(
    gettext_lazy("Check a certificate"),
    gettext_lazy("Enter the verification code printed beside the QR code."),
)
_TOO_MANY = Verdict(gettext_lazy("Too many checks"), gettext_lazy("Wait a minute, then try again."))
_UNKNOWN = Verdict(
    gettext_lazy("No certificate has this code"),
    gettext_lazy("Look at it once more: letters and digits are easily mistaken."),
)


def _verdict(certificate: Certificate, on: date) -> Verdict:
    """Genuine; and revoked, superseded, expired or in force."""
    title = _("This certificate is genuine")
    if certificate.revoked_at:
        lead = _("It was issued here and later revoked: it no longer counts.")
        return Verdict(title, lead, "overdue", _("Revoked"))
    if is_superseded(certificate):
        lead = _("It was issued here. A later one of the same person and course takes its place.")
        return Verdict(title, lead, "not_required", _("Superseded"))
    if certificate.good_through and certificate.good_through < on:
        return Verdict(title, _("It was issued here. It has expired."), "overdue", _("Expired"))
    return Verdict(title, _("It was issued here and is in force."), "met", _("In force"))


@require_GET
def verify_form(request: PortalRequest) -> HttpResponse:
    """Public: asks for the code on a paper."""
    code = code_from(request.GET.get("code", ""))[:16]
    if code:
        return redirect("training:verify", code=code)
    return render(request, "training/verify.html", {"verdict": _ASKS})


@require_GET
def verify(request: PortalRequest, code: str) -> HttpResponse:
    """Public: is a certificate genuine? What, issued when, valid until, superseded or revoked; no name."""
    if not may_check(client_address(request)):
        response = render(
            request, "training/verify.html", {"too_many": True, "verdict": _TOO_MANY}, status=429
        )
        response["Retry-After"] = "60"
        return response
    certificate = certificate_of(code)
    context: dict[str, Any] = {
        "certificate": certificate,
        "code": code_from(code)[:16],
        "verdict": _UNKNOWN,
    }
    if certificate:
        context["verdict"] = _verdict(certificate, request.today)
    return render(request, "training/verify.html", context, status=200 if certificate else 404)


@login_required
def revoke(request: PortalRequest, pk: int) -> HttpResponse:
    """Withdraw a certificate, with a reason; the public page says so from then on."""
    certificate = _revocable(request, pk)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            revoking.revoke(certificate, reason=form.cleaned_data["reason"], actor=request.user)
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("Revoked. Its public page says so, and it no longer counts."))
            return redirect("people:detail", pk=certificate.completion.person_id)
    status = 422 if form.errors else 200
    return render(request, "training/revoke.html", {"certificate": certificate, "form": form}, status=status)


def _revocable(request: PortalRequest, pk: int) -> Certificate:
    """Http404 for a stranger to the record, PermissionDenied for an insider who may not."""
    rows = Certificate.objects.select_related("completion__edition", "completion__person")
    certificate = get_object_or_404(rows, pk=pk)
    person_id = certificate.completion.person_id
    if not request.viewer.sees_standing_of(person_id):
        raise Http404
    if not revoking.may_revoke(request.viewer, person_id):
        raise PermissionDenied
    return certificate
