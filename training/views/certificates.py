"""Certificates: the public check, and revoking."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.addresses import client_address
from portal.errors import Refused
from portal.people.requests import PortalRequest
from training import certificates
from training.forms import RevokeForm
from training.models import Certificate


@require_GET
def verify_form(request: PortalRequest) -> HttpResponse:
    """Public: asks for the code on a paper."""
    code = certificates.code_from(request.GET.get("code", ""))[:16]
    if code:
        return redirect("training:verify", code=code)
    return render(request, "training/verify.html", {"asks": True})


@require_GET
def verify(request: PortalRequest, code: str) -> HttpResponse:
    """Public: is a certificate genuine? What, issued when, valid until, superseded or revoked; no name."""
    if not certificates.may_check(client_address(request)):
        response = render(request, "training/verify.html", {"too_many": True}, status=429)
        response["Retry-After"] = "60"
        return response
    certificate = certificates.certificate_of(code)
    context: dict[str, Any] = {"certificate": certificate, "code": certificates.code_from(code)[:16]}
    if certificate:
        context["superseded"] = certificates.is_superseded(certificate)
    return render(request, "training/verify.html", context, status=200 if certificate else 404)


@login_required
def revoke(request: PortalRequest, pk: int) -> HttpResponse:
    """Withdraw a certificate, with a reason; the public page says so from then on."""
    certificate = _revocable(request, pk)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            certificates.revoke(certificate, reason=form.cleaned_data["reason"], actor=request.user)
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
    if not certificates.may_revoke(request.viewer, person_id):
        raise PermissionDenied
    return certificate
