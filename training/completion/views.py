"""Revoking a certificate."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from portal.people.access.requests import PortalRequest
from portal.people.facts.call import Call
from portal.people.record.asking import ask_first
from training.completion import revoke as revoking
from training.completion.forms import RevokeForm
from training.models import Certificate


@login_required
def revoke(request: PortalRequest, pk: int) -> HttpResponse:
    """A certificate should not have been given: first what follows; its public page says so from then on."""
    certificate = _revocable(request, pk)
    form = RevokeForm(request.POST or None)

    def call() -> Call:
        return Call(revoking.revoke, (certificate,), {**form.cleaned_data, "by": request.viewer})

    answer = ask_first(request, form, call, {"certificate": certificate}, template="training/revoke.html")
    if answer is not None:
        return answer
    messages.success(request, _("Revoked. Its public page says so, and it no longer counts."))
    return redirect("people:detail", pk=certificate.completion.person_id)


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
