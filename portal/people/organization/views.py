"""Pages of teams and their leads."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.people.access.reading import read_list, require_colleague
from portal.people.access.requests import PortalRequest
from portal.people.access.rights import is_hr_over
from portal.people.access.viewer import Viewer
from portal.people.facts.call import Call
from portal.people.models import Position, Team, TeamLead, TeamPlace
from portal.people.organization.forms import LeadForm, MoveTeamForm, TeamForm
from portal.people.organization.teams import make_team, move_team, set_lead
from portal.people.record.asking import ask_first
from portal.people.record.kept import Kept, ask_to_take_back, kept
from portal.people.record.views import planned_changes


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
    return render(request, "people/teams.html", {"rows": rows, "may_add": request.viewer.is_hr_for_all})


@login_required
def add_team(request: PortalRequest) -> HttpResponse:
    """A new team, by HR for everybody; first what follows."""
    if not request.viewer.is_hr_for_all:
        raise PermissionDenied
    form = TeamForm(request.POST or None)

    def call() -> Call:
        return Call(make_team, (), {**form.cleaned_data, "by": request.viewer})

    context = {"title": _("Add a team"), "back": reverse("people:teams")}
    answer = ask_first(request, form, call, context)
    if answer is not None:
        return answer
    messages.success(request, _("Added. Say who leads it."))
    return redirect("people:team", pk=Team.objects.get(code=form.cleaned_data["code"]).pk)


def _lead_words(lead: TeamLead) -> str:
    return _("%(name)s (acting)") % {"name": lead.person} if lead.acting else str(lead.person)


def _tree(
    teams: list[Team], leads: dict[int, list[TeamLead]], sizes: dict[int, int], viewer: Viewer
) -> list[dict[str, Any]]:
    children: dict[int | None, list[Team]] = {}
    for team in teams:
        children.setdefault(viewer.tree.parents.get(team.pk), []).append(team)
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
@require_GET
def team(request: PortalRequest, pk: int) -> HttpResponse:
    """One team: where it lies and who leads it, over time; for HR whose scope holds it."""
    found = _team(request, pk)
    of_team = TeamLead.objects.current().filter(team=found).select_related("person")
    leads, places = list(of_team.order_by("-starts_on", "-id")), _places(found, request.viewer)
    context = {
        "team": found,
        "leads": [(row, _lead_words(row)) for row in leads],
        "places": places,
        "planned": planned_changes(request.viewer, [*leads, *(place.row for place in places)]),
        "may_move": request.viewer.is_hr_for_all,
    }
    return render(request, "people/team.html", context)


def _places(team: Team, viewer: Viewer) -> list[Kept]:
    lies = TeamPlace.objects.current().filter(team=team).select_related("team", "parent")
    rows = list(lies.select_related("inserted_in", "origin__inserted_in").order_by("-starts_on", "-id"))
    return kept(rows, _place_words, may=viewer.is_hr_for_all, born=make_team.name)


def _place_words(place: TeamPlace) -> str:
    return _("Below %(team)s") % {"team": place.parent} if place.parent else _("At the top")


def _team(request: PortalRequest, pk: int) -> Team:
    request.viewer.require("hr")
    found = get_object_or_404(Team, pk=pk)
    if not is_hr_over(request.viewer, found):
        raise PermissionDenied
    return found


def _asked(request: PortalRequest, form: Any, call: Call | Any, title: str, team: Team) -> HttpResponse:
    context = {"title": title, "back": reverse("people:team", args=[team.pk])}
    answer = ask_first(request, form, call, context)
    if answer is not None:
        return answer
    messages.success(request, _("Recorded."))
    return redirect("people:team", pk=team.pk)


@login_required
def team_lead(request: PortalRequest, pk: int) -> HttpResponse:
    """Who leads the team from a day on: for HR whose scope holds the team."""
    found = _team(request, pk)
    form = LeadForm(request.POST or None, initial={"starts_on": request.today}, viewer=request.viewer)

    def call() -> Call:
        values = {**form.cleaned_data, "by": request.viewer}
        return Call(set_lead, (found, values.pop("person")), values)

    return _asked(request, form, call, _("Lead of %(team)s") % {"team": found}, found)


@login_required
def move(request: PortalRequest, pk: int) -> HttpResponse:
    """Hang the team below another from a day on: for HR of everybody. Its days before stay where they were."""
    found = _team(request, pk)
    if not request.viewer.is_hr_for_all:
        raise PermissionDenied
    form = MoveTeamForm(request.POST or None, initial={"starts_on": request.today}, team=found)

    def call() -> Call:
        return Call(move_team, (found,), {**form.cleaned_data, "by": request.viewer})

    return _asked(request, form, call, _("Move %(team)s") % {"team": found}, found)


@login_required
def withdraw_place(request: PortalRequest, pk: int) -> HttpResponse:
    """A move of a team never was: first what follows, then a job does it, since it concerns everybody."""
    place = get_object_or_404(TeamPlace.objects.current().select_related("team", "parent"), pk=pk)
    found = _team(request, place.team_id)
    if not request.viewer.is_hr_for_all:
        raise PermissionDenied
    return ask_to_take_back(request, place, back=reverse("people:team", args=[found.pk]), born=make_team.name)
