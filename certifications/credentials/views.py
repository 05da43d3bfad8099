"""The pages of credentials: one's own, the queue, verification."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from certifications.credentials.evidence import renewed_from
from certifications.credentials.forms import RenewForm, SubmitForm
from certifications.credentials.submit import may_submit_for, submit
from certifications.credentials.terms import held_by, terms_of, with_terms
from certifications.credentials.withdraw import withdraw_credential
from certifications.models import Credential, CredentialType, Period
from portal.audit.log import read
from portal.files.access import reads_documents_of
from portal.files.staging import claim
from portal.people.access.guards import get_person_for, require_hr_for
from portal.people.access.requests import PortalRequest
from portal.people.access.viewer import Viewer
from portal.people.facts.call import Call
from portal.people.models import Person
from portal.people.record.asking import ask_first
from portal.standing.items import standing_on
from portal.standing.models import Requirement
from portal.ui.form_kit import ReasonForm, refusals_into

CARD = "credential-card"
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
        request,
        "certifications/mine.html",
        {"lead": _record_words(len({row.credential.pk for row in rows})), "rows": rows, "items": items},
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
    rows = Credential.objects.visible_to(viewer).select_related("person", "type__issuer")
    row: Credential | None = with_terms(rows, "proof").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


# ---- entering ---------------------------------------------------------------------------------


@login_required
def add(request: PortalRequest) -> HttpResponse:
    return _enter(request, request.user)


@login_required
def add_for(request: PortalRequest, person: int) -> HttpResponse:
    """A supervisor or HR enters what they saw on a card."""
    subject = get_person_for(request.viewer, person)
    if not may_submit_for(request.viewer, subject.pk):
        raise PermissionDenied
    return _enter(request, subject)


def _enter(request: PortalRequest, person: Person) -> HttpResponse:
    form = SubmitForm(request.POST or None, request.FILES or None, request=request)
    if request.method == "POST" and form.is_valid():
        period = _claim(request, form, person, form.cleaned_data["type"], form.cleaned_data["number"])
        if period:
            return _entered(request, period)
    words = _entry_words(_("Add a credential"), _("For %(name)s") % {"name": person})
    context = {"form": form, "person": person, "words": words}
    return render(request, "certifications/submit.html", context)


def _entry_words(title: str, heading: str) -> dict[str, str]:
    lead = _("Write what stands on it. HR checks it at the source, usually within two working days.")
    return {"title": title, "heading": heading, "lead": lead, "submit": _("Send")}


@login_required
def renew(request: PortalRequest, pk: int) -> HttpResponse:
    """The next term of a credential that is there."""
    credential = _get_credential(request.viewer, pk)
    if credential.withdrawn_at:
        raise Http404
    if not may_submit_for(request.viewer, credential.person_id):
        raise PermissionDenied
    initial = {"issued_on": renewed_from(credential)}
    form = RenewForm(request.POST or None, request.FILES or None, request=request, initial=initial)
    if request.method == "POST" and form.is_valid():
        period = _claim(request, form, credential.person, credential.type, credential.number)
        if period:
            return _entered(request, period)
    words = _entry_words(_("Renew %(credential)s") % {"credential": credential}, _("The new term"))
    context = {"form": form, "person": credential.person, "words": words}
    return render(request, "certifications/submit.html", context)


def _claim(
    request: PortalRequest, form: Any, person: Person, kind: CredentialType, number: str
) -> Period | None:
    """Claim the card and record what was submitted, both or neither; a refusal goes to its field."""
    data, card = form.cleaned_data, None
    with refusals_into(form), transaction.atomic():
        if data.get("file"):
            card = claim(data["file"], kind=CARD, person=person, actor=request.user)
        return submit(
            person,
            kind,
            number=number,
            issued_on=data["issued_on"],
            expires_on=data["expires_on"],
            never_expires=data["never_expires"],
            name_on_it=data["name_on_it"],
            card=card,
            on=request.today,
            by=request.viewer,
        )
    return None


def _entered(request: PortalRequest, period: Period) -> HttpResponse:
    messages.success(request, _("Sent. HR checks it at the source, usually within two working days."))
    return redirect("certifications:detail", pk=period.credential_id)


# ---- looking ----------------------------------------------------------------------------------


@login_required
@require_GET
def detail(request: PortalRequest, pk: int) -> HttpResponse:
    """A credential with its terms and every look at the source."""
    credential = _get_credential(request.viewer, pk)
    read(request.user, "credential", person=credential.person, detail=str(credential.pk))
    context = {
        "credential": credential,
        "terms": terms_of(credential, request.today),
        "is_hr": request.viewer.is_hr_for(credential.person_id),
        "may_enter": may_submit_for(request.viewer, credential.person_id),
        "reads_documents": reads_documents_of(request.viewer, credential.person_id),
    }
    return render(request, "certifications/detail.html", context)


@login_required
def withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    """Entered by mistake: first what follows, then all its terms never were."""
    credential = _get_credential(request.viewer, pk)
    require_hr_for(request.viewer, credential.person_id)
    if credential.withdrawn_at:
        messages.info(request, _("It was withdrawn before."))
        return redirect("certifications:detail", pk=pk)
    form = ReasonForm(request.POST or None)

    def call() -> Call:
        values = {"reason": form.cleaned_data["reason"], "by": request.viewer}
        return Call(withdraw_credential, (credential,), values)

    context = {
        "person": credential.person,
        "title": _("Withdraw %(credential)s") % {"credential": credential},
        "lead": _("For what was entered by mistake. All its terms stop counting, on every day."),
        "back": reverse("certifications:detail", args=[pk]),
    }
    answer = ask_first(request, form, call, context)
    if answer is not None:
        return answer
    messages.success(request, _("Withdrawn: it never counted."))
    return redirect("standing:person", pk=credential.person_id)
