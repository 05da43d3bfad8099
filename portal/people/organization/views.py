"""Pages of teams and their leads."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.people.access.reading import read_list, require_colleague
from portal.people.access.requests import PortalRequest
from portal.people.access.rights import is_hr_over
from portal.people.access.viewer import Viewer
from portal.people.models import Position, Team, TeamLead
from portal.people.organization.forms import LeadForm
from portal.people.organization.teams import set_lead
from portal.ui.form_kit import refusals_into


@login_required
@require_GET
def teams(request: PortalRequest) -> HttpResponse:
    """The teams as a tree, with who leads or acts today; a vacant place says so."""
    require_colleague(request.viewer)
    read_list(request, "teams")
    leads: dict[int, list[TeamLead]] = {}
    for lead in (
        TeamLead.objects.current().on(request.today).select_related("person").order_by("acting", "id")
    ):
        leads.setdefault(lead.team_id, []).append(lead)
    sizes: dict[int, int] = {}
    for team_id in Position.objects.current().on(request.today).values_list("team_id", flat=True):
        sizes[team_id] = sizes.get(team_id, 0) + 1
    rows = _tree(list(Team.objects.all()), leads, sizes, request.viewer)
    return render(request, "people/teams.html", {"rows": rows})


def _lead_words(lead: TeamLead) -> str:
    return _("%(name)s (acting)") % {"name": lead.person} if lead.acting else str(lead.person)


def _tree(
    teams: list[Team], leads: dict[int, list[TeamLead]], sizes: dict[int, int], viewer: Viewer
) -> list[dict[str, Any]]:
    children: dict[int | None, list[Team]] = {}
    for team in teams:
        children.setdefault(team.parent_id, []).append(team)
    rows: list[dict[str, Any]] = []

    def walk(parent: int | None, depth: int) -> None:
        for team in children.get(parent, ()):
            rows.append(
                {
                    "team": team,
                    "depth": depth,
                    "lead_words": [_lead_words(lead) for lead in leads.get(team.pk, [])],
                    "size": sizes.get(team.pk, 0),
                    "may_change": is_hr_over(viewer, team),
                }
            )
            walk(team.pk, depth + 1)

    walk(None, 0)
    return rows


@login_required
def team_lead(request: PortalRequest, pk: int) -> HttpResponse:
    """Who leads the team from a day on: for HR whose scope holds the team."""
    viewer = request.viewer
    viewer.require("hr")
    team = get_object_or_404(Team, pk=pk)
    if not is_hr_over(viewer, team):
        raise PermissionDenied
    form = LeadForm(request.POST or None, initial={"starts_on": request.today}, viewer=viewer)
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            set_lead(team, by=viewer, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Recorded."))
            return redirect("people:teams")
    return render(request, "people/act.html", {"form": form, "title": _("Lead of %(team)s") % {"team": team}})
