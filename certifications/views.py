"""The pages of credentials: one's own, the queue, verification."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from certifications.claiming import claim
from certifications.forms import (
    ClaimForm,
    RenewForm,
    VerifiedClaimForm,
    VerifyForm,
    WithdrawForm,
    initial_of,
)
from certifications.models import Credential, CredentialType, Period
from certifications.panels import Term, held_by
from certifications.queue import waiting_for_verification
from certifications.verifying import verify, withdraw_credential
from portal.audit.log import read
from portal.errors import Refused
from portal.files.intake import store_upload
from portal.people.access import Viewer, get_person_for, require_hr_for
from portal.people.models import Person
from portal.people.requests import PortalRequest
from portal.standing.models import Requirement
from portal.standing.reading import standing_on

CARD = "credential-card"
PROOF = "verification-proof"
PAGE = 40


@login_required
@require_GET
def mine(request: PortalRequest) -> HttpResponse:
    """What I hold, and what is needed."""
    rows = held_by(request.user, request.today)
    items = [
        item
        for item in standing_on(request.user, request.today).items
        if item.requirement.group == Requirement.Group.LICENSE
    ]
    return render(
        request, "certifications/mine.html", {"lead": _record_words(len(rows)), "rows": rows, "items": items}
    )


def _record_words(count: int) -> str:
    if not count:
        return _("No license or certification is on your record.")
    return ngettext(
        "One license or certification is on your record.",
        "%(count)d licenses and certifications are on your record.",
        count,
    ) % {"count": count}


def _get_credential(viewer: Viewer, pk: int) -> Credential:
    row: Credential | None = (
        Credential.objects.visible_to(viewer).select_related("person", "type__issuer").filter(pk=pk).first()
    )
    if row is None:
        raise Http404
    return row


def _may_enter_for(viewer: Viewer, person_id: int) -> bool:
    """The person, the own line upward, and HR may enter what stands on a card."""
    return viewer.person.pk == person_id or viewer.leads(person_id) or viewer.is_hr_for(person_id)


# ---- entering ---------------------------------------------------------------------------------


@login_required
def add(request: PortalRequest) -> HttpResponse:
    return _enter(request, request.user)


@login_required
def add_for(request: PortalRequest, person: int) -> HttpResponse:
    """A supervisor or HR enters what they saw on a card."""
    subject = get_person_for(request.viewer, person)
    if not _may_enter_for(request.viewer, subject.pk):
        raise PermissionDenied
    return _enter(request, subject)


def _enter(request: PortalRequest, person: Person) -> HttpResponse:
    form = ClaimForm(request.POST or None, request.FILES or None, request=request)
    if request.method == "POST" and form.is_valid():
        period = _claim(request, form, person, form.cleaned_data["type"], form.cleaned_data["number"])
        if period:
            return _entered(request, period)
    words = _entry_words(_("Add a credential"), _("For %(name)s") % {"name": person})
    context = {"form": form, "person": person, "words": words}
    return render(request, "certifications/claim.html", context)


def _entry_words(title: str, heading: str) -> dict[str, str]:
    lead = _("Write what stands on it. HR checks it at the source, usually within two working days.")
    return {"title": title, "heading": heading, "lead": lead, "submit": _("Send")}


@login_required
def renew(request: PortalRequest, pk: int) -> HttpResponse:
    """The next term of a credential that is there."""
    credential = _get_credential(request.viewer, pk)
    if credential.withdrawn_at:
        raise Http404
    if not _may_enter_for(request.viewer, credential.person_id):
        raise PermissionDenied
    form = RenewForm(request.POST or None, request.FILES or None, request=request)
    if request.method == "POST" and form.is_valid():
        period = _claim(request, form, credential.person, credential.type, credential.number)
        if period:
            return _entered(request, period)
    words = _entry_words(_("Renew %(credential)s") % {"credential": credential}, _("The new term"))
    context = {"form": form, "person": credential.person, "words": words}
    return render(request, "certifications/claim.html", context)


def _claim(
    request: PortalRequest, form: Any, person: Person, kind: CredentialType, number: str
) -> Period | None:
    """Store the card and record the claim, both or neither; a refusal goes to its field."""
    data = form.cleaned_data
    try:
        with transaction.atomic():
            card = None
            if data.get("file"):
                card = store_upload(data["file"], kind=CARD, person=person, actor=request.user)
            return claim(
                person,
                kind,
                number=number,
                issued_on=data["issued_on"],
                expires_on=data["expires_on"],
                never_expires=data["never_expires"],
                name_on_it=data["name_on_it"],
                card=card,
                on=request.today,
                actor=request.user,
            )
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None


def _entered(request: PortalRequest, period: Period) -> HttpResponse:
    messages.success(request, _("Sent. HR checks it at the source, usually within two working days."))
    return redirect("certifications:detail", pk=period.credential_id)


@login_required
def add_verified(request: PortalRequest, person: int) -> HttpResponse:
    """Verify first: HR keys a credential together with the source's answer."""
    require_hr_for(request.viewer, person)
    subject = get_object_or_404(Person, pk=person)
    form = VerifiedClaimForm(
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
    return render(request, "certifications/claim.html", context)


def _enter_verified(request: PortalRequest, form: VerifiedClaimForm, person: Person) -> int | None:
    data = form.cleaned_data
    try:
        with transaction.atomic():
            proof = store_upload(data["file"], kind=PROOF, person=person, actor=request.user)
            period = claim(
                person,
                data["type"],
                number=data["number"],
                issued_on=data["issued_on"],
                expires_on=data["expires_on"],
                never_expires=data["never_expires"],
                name_on_it=data["name_on_it"],
                on=request.today,
                actor=request.user,
                tell_hr=False,
            )
            verify(period, form.finding(), actor=request.user, proof=proof)
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None
    return period.credential_id


# ---- looking ----------------------------------------------------------------------------------


@login_required
@require_GET
def detail(request: PortalRequest, pk: int) -> HttpResponse:
    """A credential with its terms and every look at the source."""
    credential = _get_credential(request.viewer, pk)
    read(request.user, "credential", person=credential.person, detail=str(credential.pk))
    periods = credential.periods.select_related("card", "claimed_by")
    context = {
        "credential": credential,
        "terms": [
            Term(period, request.today)
            for period in periods.prefetch_related("verifications__verified_by", "verifications__proof")
        ],
        "is_hr": request.viewer.is_hr_for(credential.person_id),
        "may_enter": _may_enter_for(request.viewer, credential.person_id),
        "withdraw_form": WithdrawForm(),
    }
    return render(request, "certifications/detail.html", context)


@login_required
@require_POST
def withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    credential = _get_credential(request.viewer, pk)
    require_hr_for(request.viewer, credential.person_id)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why it is withdrawn."))
        return redirect("certifications:detail", pk=pk)
    withdraw_credential(credential, reason=form.cleaned_data["reason"], actor=request.user)
    messages.success(request, _("Withdrawn: it never counted."))
    return redirect("standing:person", pk=credential.person_id)


# ---- verifying --------------------------------------------------------------------------------


@login_required
@require_GET
def queue(request: PortalRequest) -> HttpResponse:
    """What waits to be checked at the source, oldest first."""
    request.viewer.require("hr", "auditor")
    rows = waiting_for_verification(request.viewer)
    kind = request.GET.get("kind", "")
    if kind in CredentialType.Kind.values:
        rows = rows.filter(credential__type__kind=kind)
    if text := request.GET.get("q", ""):
        rows = rows.filter(credential__person__in=Person.objects.matching(text))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [Term(period, request.today) for period in page],
        "lead": _waiting_words(page.paginator.count),
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
        "%(count)d credentials wait to be checked at their source.",
        count,
    ) % {"count": count}


@login_required
def verify_period(request: PortalRequest, pk: int) -> HttpResponse:
    """The claim beside the source's answer."""
    rows = Period.objects.select_related(
        "credential__person", "credential__type__issuer", "card", "claimed_by"
    )
    period = get_object_or_404(rows, pk=pk)
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
        "verifications": period.verifications.select_related("verified_by"),
    }
    return render(request, "certifications/verify.html", context)


def _verify(request: PortalRequest, form: VerifyForm, period: Period) -> bool:
    data = form.cleaned_data
    try:
        with transaction.atomic():
            proof = None
            if data.get("file"):
                proof = store_upload(
                    data["file"], kind=PROOF, person=period.credential.person, actor=request.user
                )
            verify(period, form.finding(), actor=request.user, proof=proof, seen=data["seen"])
    except Refused as error:
        field = "file" if error.field == "proof" else error.field
        form.add_error(field if field in form.fields else None, error.message)
        return False
    return True
