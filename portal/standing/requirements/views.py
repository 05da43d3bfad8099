"""Pages of requirements and their versions."""

from collections.abc import Mapping
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.people.access.requests import PortalRequest
from portal.standing.models import Requirement, RequirementVersion
from portal.standing.requirements.forms import RuleForm
from portal.standing.requirements.job import ask_for_change
from portal.standing.requirements.preview import preview_change
from portal.standing.requirements.wording import rule_sentence, weight_sentence
from portal.ui.status import STYLES, style_of


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


@login_required
@require_GET
def requirement_detail(request: PortalRequest, code: str) -> HttpResponse:
    """All versions of a requirement, the corrected ones too."""
    request.viewer.require("hr", "auditor", "supervisor", "site_admin")
    requirement = get_object_or_404(Requirement, code=code)
    versions = requirement.versions.prefetch_related("accepted__qualification").select_related("recorded_by")
    current = versions.filter(superseded_at__isnull=True).order_by("-starts_on")
    context = {
        "requirement": requirement,
        "versions": [(row, rule_sentence(row, request.today), weight_sentence(row)) for row in current],
        "is_hr": request.viewer.keeps_organization,
    }
    return render(request, "standing/requirement.html", context)


def _counts_words(counts: Mapping[str, int]) -> str:
    """3 overdue, 12 met: the most urgent first, before as after."""
    urgent = sorted(counts.items(), key=lambda pair: list(STYLES.values()).index(style_of(pair[0])))
    return ", ".join(f"{count} {style_of(state).word}".lower() for state, count in urgent)


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
        shifts = [(shift, _counts_words(shift.before), _counts_words(shift.after)) for shift in found]
    context = {"form": form, "requirement": requirement, "shifts": shifts}
    return render(request, "standing/requirement_change.html", context)
