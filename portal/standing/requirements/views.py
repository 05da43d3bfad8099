"""Pages of requirements and their versions."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.people.access.requests import PortalRequest
from portal.people.facts.call import Call
from portal.people.facts.taking_back import first_change
from portal.people.facts.wording import what_of
from portal.people.record.asking import ask_first
from portal.people.record.later import Told, taking_back, told_of
from portal.standing.models import Requirement, RequirementVersion
from portal.standing.requirements.forms import RuleForm
from portal.standing.requirements.job import ask_for_change
from portal.standing.requirements.preview import preview_change
from portal.standing.requirements.wording import counts_phrase, named_effects, rule_sentence, weight_sentence
from portal.ui.form_kit import ReasonForm


@login_required
@require_GET
def requirement_list(request: PortalRequest) -> HttpResponse:
    """What people must keep current, and the rule in force, in sentences."""
    request.viewer.require("hr", "auditor", "supervisor", "site_admin")
    rows = RequirementVersion.objects.current().select_related("requirement")
    rows = rows.prefetch_related("accepted__qualification").order_by(
        "requirement__group", "requirement__position", "starts_on"
    )
    in_force = {row.requirement_id: row for row in rows.filter(starts_on__lte=request.today)}
    shown = [(row, rule_sentence(row, request.today)) for row in in_force.values()]
    return render(request, "standing/requirements.html", {"rows": shown})


@dataclass(frozen=True)
class Listed:
    """A version on the page; `told`: what became of a taking back that was asked for."""

    version: RequirementVersion
    sentence: str
    weight: str
    told: Told | None
    may_take_back: bool


@login_required
@require_GET
def requirement_detail(request: PortalRequest, code: str) -> HttpResponse:
    """All versions of a requirement that count, the latest first, each with what may be done with it."""
    request.viewer.require("hr", "auditor", "supervisor", "site_admin")
    requirement = get_object_or_404(Requirement, code=code)
    context = {
        "requirement": requirement,
        "versions": _versions(requirement, request),
        "is_hr": request.viewer.keeps_organization,
    }
    return render(request, "standing/requirement.html", context)


def _versions(requirement: Requirement, request: PortalRequest) -> list[Listed]:
    rows = requirement.versions.filter(superseded_at__isnull=True).order_by("-starts_on")
    versions = list(
        rows.prefetch_related("accepted__qualification").select_related("inserted_in", "origin__inserted_in")
    )
    made_by = {row: change for row in versions if (change := first_change(row)) is not None}
    keeps = request.viewer.keeps_organization
    told = told_of(made_by.values()) if keeps else {}
    found = []
    for row in versions:
        change = made_by.get(row)
        said = told.get(change) if change is not None else None
        # Of a rule without any version nothing would be left to change.
        may = keeps and change is not None and len(versions) > 1 and not (said and said.waits)
        sentence = rule_sentence(row, request.today)
        found.append(Listed(row, sentence, weight_sentence(row), said, may))
    return found


@login_required
def take_back_version(request: PortalRequest, code: str, row: int) -> HttpResponse:
    """The change that put the version on record never was: first what follows, then a job does it."""
    request.viewer.require_keeper()
    requirement = get_object_or_404(Requirement, code=code)
    version = get_object_or_404(requirement.versions.filter(superseded_at__isnull=True), pk=row)
    change = first_change(version)
    if change is None:
        raise Http404
    form = ReasonForm(request.POST or None)

    def call() -> Call:
        return taking_back(change, reason=form.cleaned_data["reason"], by=request.viewer)

    context = {
        "title": _("Take back: %(version)s") % {"version": what_of(version)},
        "back": reverse("standing:requirement", args=[code]),
        "told": told_of([change]).get(change),
    }
    answer = ask_first(request, form, call, context)
    if answer is not None:
        return answer
    messages.success(request, _("It is being taken back. It shows here in a moment."))
    return redirect("standing:requirement", code=code)


@login_required
def requirement_change(request: PortalRequest, code: str) -> HttpResponse:
    """Change a rule from a day on: first what it would do, then a job does it."""
    request.viewer.require_keeper()
    requirement = get_object_or_404(Requirement, code=code)
    form = RuleForm(request.POST or None, requirement=requirement, today=request.today)
    shifts = None
    if request.method == "POST" and form.is_valid():
        draft = form.draft()
        if "apply" in request.POST:
            ask_for_change(requirement, draft, by=request.viewer)
            messages.success(request, _("The change is being made. It shows here in a moment."))
            return redirect("standing:requirement", code=code)
        days = [draft.starts_on, draft.starts_on + timedelta(30), draft.starts_on + timedelta(90)]
        found = preview_change(requirement, draft, on=days, by=request.viewer)
        shifts = [
            (shift.on, counts_phrase(shift.before), counts_phrase(shift.after), list(named_effects(shift)))
            for shift in found
        ]
    context = {"form": form, "requirement": requirement, "shifts": shifts}
    return render(request, "standing/requirement_change.html", context)
