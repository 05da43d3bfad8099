"""The verification queue and its form."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from certifications.credentials.submit import submit
from certifications.credentials.terms import Term
from certifications.credentials.views import PAGE
from certifications.models import CredentialType, Period
from certifications.verification.forms import SubmitVerifiedForm, VerifyForm, initial_of
from certifications.verification.queue import waiting_for_verification
from certifications.verification.verify import verify
from portal.audit.log import read
from portal.files.staging import claim
from portal.people.access.guards import require_hr_for
from portal.people.access.reading import read_list
from portal.people.access.requests import PortalRequest
from portal.people.models import Person
from portal.ui.form_kit import refusals_into
from portal.ui.notation import amount

PROOF = "verification-proof"


@login_required
def add_verified(request: PortalRequest, person: int) -> HttpResponse:
    """Verify first: HR keys a credential together with the source's answer."""
    require_hr_for(request.viewer, person)
    subject = get_object_or_404(Person, pk=person)
    form = SubmitVerifiedForm(
        request.POST or None,
        request.FILES or None,
        request=request,
        today=request.today,
        initial={"verified_on": request.today},
    )
    if request.method == "POST" and form.is_valid():
        credential = _enter_verified(request, form, subject)
        if credential:
            messages.success(request, _("Entered and verified."))
            return redirect("certifications:detail", pk=credential)
    words = {
        "title": _("Enter and verify a credential"),
        "lead": _("Look it up first; what you key here is what the source says."),
        "heading": _("For %(name)s") % {"name": subject},
        "submit": _("Enter as verified"),
    }
    context = {"form": form, "person": subject, "words": words}
    return render(request, "certifications/submit.html", context)


def _enter_verified(request: PortalRequest, form: SubmitVerifiedForm, person: Person) -> int | None:
    data = form.cleaned_data
    with refusals_into(form), transaction.atomic():
        proof = claim(data["file"], kind=PROOF, person=person, actor=request.user)
        period = submit(
            person,
            data["type"],
            number=data["number"],
            issued_on=data["issued_on"],
            expires_on=data["expires_on"],
            never_expires=data["never_expires"],
            name_on_it=data["name_on_it"],
            on=request.today,
            by=request.viewer,
            tell_hr=False,
        )
        verify(period, form.finding(), by=request.viewer, proof=proof)
        return period.credential_id
    return None


@login_required
@require_GET
def queue(request: PortalRequest) -> HttpResponse:
    """What waits to be checked at the source, oldest first."""
    request.viewer.require("hr", "auditor")
    read_list(request, "verification-queue")
    rows = waiting_for_verification(request.viewer)
    waiting = rows.count()
    kind = request.GET.get("kind", "")
    if kind in CredentialType.Kind.values:
        rows = rows.filter(credential__type__kind=kind)
    if text := request.GET.get("q", ""):
        rows = rows.filter(credential__person__in=Person.objects.matching(text))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [Term(period, request.today) for period in page],
        "lead": _waiting_words(waiting),
        "kinds": CredentialType.Kind.choices,
        "kind": kind,
        "text": text,
        "is_hr": request.viewer.has("hr"),
    }
    return render(request, "certifications/queue.html", context)


def _waiting_words(count: int) -> str:
    if not count:
        return _("Nothing waits to be checked.")
    return ngettext(
        "One credential waits to be checked at its source.",
        "%(count)s credentials wait to be checked at their source.",
        count,
    ) % {"count": amount(count)}


@login_required
def verify_period(request: PortalRequest, pk: int) -> HttpResponse:
    """The submit beside the source's answer."""
    rows = Period.objects.select_related(
        "credential__person", "credential__type__issuer", "card", "submitted_by"
    )
    period = get_object_or_404(rows.filter(pk__in=Period.objects.standing()), pk=pk)
    require_hr_for(request.viewer, period.credential.person_id)
    read(request.user, "credential", person=period.credential.person, detail=f"term {period.pk}")
    seen = period.verifications.count()
    form = VerifyForm(
        request.POST or None,
        request.FILES or None,
        request=request,
        today=request.today,
        initial=initial_of(period, request.today, seen),
    )
    if request.method == "POST" and form.is_valid() and _verify(request, form, period):
        messages.success(request, _("Recorded. Standing follows what the source said."))
        return redirect("certifications:queue")
    context = {
        "form": form,
        "term": Term(period, request.today),
        "verifications": period.verifications.standing().select_related("verified_by"),
    }
    return render(request, "certifications/verify.html", context)


def _verify(request: PortalRequest, form: VerifyForm, period: Period) -> bool:
    data = form.cleaned_data
    with refusals_into(form, proof="file"), transaction.atomic():
        proof = None
        if data.get("file"):
            person = period.credential.person
            proof = claim(data["file"], kind=PROOF, person=person, actor=request.user)
        verify(period, form.finding(), by=request.viewer, proof=proof, seen=data["seen"])
    return form.is_valid()
