"""Revoking a certificate."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from portal.people.access.requests import PortalRequest
from portal.ui.form_kit import refusals_into
from training.completion import revoke as revoking
from training.completion.forms import RevokeForm
from training.models import Certificate


@login_required
def revoke(request: PortalRequest, pk: int) -> HttpResponse:
    """Withdraw a certificate, with a reason; the public page says so from then on."""
    certificate = _revocable(request, pk)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            revoking.revoke(certificate, reason=form.cleaned_data["reason"], by=request.viewer)
        if form.is_valid():
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
