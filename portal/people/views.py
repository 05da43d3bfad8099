"""People, for everyone: the directory, a person, the teams."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from portal.audit.log import read
from portal.people.access import descendants, team_children
from portal.people.models import Person, Position, Team, TeamLead
from portal.people.panels import panels_for
from portal.people.requests import PortalRequest
from portal.people.supervision import OrgChart

PAGE = 50


@login_required
@require_GET
def person_list(request: PortalRequest) -> HttpResponse:
    """The directory: name, title and team are every colleague's."""
    people = Person.objects.on_card()
    if "former" not in request.GET or not request.viewer.has("hr"):
        people = people.employed(request.today)
    text, team = request.GET.get("q", ""), request.GET.get("team", "")
    if text:
        people = people.matching(text)
    if team.isdecimal():
        below = descendants([int(team)], team_children())
        held = Position.objects.current().on(request.today).filter(team_id__in=below)
        people = people.filter(pk__in=held.values("person_id"))
    page = Paginator(people, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lead": ngettext("One person.", "%(count)d people.", page.paginator.count)
        % {"count": page.paginator.count},
        "rows": _with_positions(list(page.object_list), request),
        "teams": Team.objects.all(),
        "text": text,
        "team": team,
        "is_hr": request.viewer.has("hr"),
    }
    return render(request, "people/list.html", context)


def _with_positions(people: list[Person], request: PortalRequest) -> list[tuple[Person, Position | None]]:
    held = Position.objects.current().on(request.today).filter(person__in=people)
    rows = held.select_related("team").order_by("is_primary", "-id")
    primary = {row.person_id: row for row in rows}
    return [(person, primary.get(person.pk)) for person in people]


@login_required
@require_GET
def detail(request: PortalRequest, pk: int) -> HttpResponse:
    """A person: the card for a colleague; more for the own line, HR and auditors."""
    person = get_object_or_404(Person.objects.on_card(), pk=pk)
    viewer = request.viewer
    positions = Position.objects.current().on(request.today).filter(person=person).select_related("team")
    sees = viewer.sees_standing_of(person.pk)
    chart = OrgChart(request.today)
    context: dict[str, Any] = {
        "person": person,
        "positions": positions,
        "lead": "; ".join(f"{row.title}, {row.team}" for row in positions) or _("No position today."),
        "supervision": chart.supervisor_of(person.pk) if chart.position_of(person.pk) else None,
        "sees_standing": sees,
    }
    if sees:
        read(request.user, "person", person=person)
        context |= _standing_circle(request, person)
    return render(request, "people/detail.html", context)


def _standing_circle(request: PortalRequest, person: Person) -> dict[str, Any]:
    def current(rows: Any) -> Any:
        return rows.filter(superseded_at__isnull=True).order_by("-starts_on", "-id")

    viewer = request.viewer
    return {
        "employments": current(person.employments),
        "history": [
            (row, _position_words(row))
            for row in current(person.positions).select_related("team", "supervisor")
        ],
        "absences": current(person.absences).select_related("kind"),
        "removals": current(person.removals),
        "names": current(person.names),
        "identifiers": current(person.identifiers),
        "grants": current(person.grants),
        "delegations": current(person.delegations).select_related("delegate"),
        "panels": panels_for(request, person),
        "is_hr": viewer.is_hr_for(person.pk),
        "may_record_absence": viewer.is_hr_for(person.pk) or viewer.leads(person.pk),
        "is_self": viewer.person.pk == person.pk,
    }


def _position_words(row: Position) -> str:
    """What a position says besides its title, team and days."""
    parts = [
        _("Primary") if row.is_primary else "",
        _("Serves %(states)s") % {"states": ", ".join(row.states_served)} if row.states_served else "",
        _("Own supervisor: %(name)s") % {"name": row.supervisor} if row.supervisor else "",
    ]
    return ". ".join(filter(None, parts))


@login_required
@require_GET
def teams(request: PortalRequest) -> HttpResponse:
    """The teams as a tree, with who leads or acts today; a vacant place says so."""
    leads: dict[int, list[TeamLead]] = {}
    for lead in (
        TeamLead.objects.current().on(request.today).select_related("person").order_by("acting", "id")
    ):
        leads.setdefault(lead.team_id, []).append(lead)
    sizes: dict[int, int] = {}
    for team_id in Position.objects.current().on(request.today).values_list("team_id", flat=True):
        sizes[team_id] = sizes.get(team_id, 0) + 1
    rows = _tree(list(Team.objects.all()), leads, sizes)
    return render(request, "people/teams.html", {"rows": rows, "is_hr": request.viewer.has("hr")})


def _lead_words(lead: TeamLead) -> str:
    return _("%(name)s (acting)") % {"name": lead.person} if lead.acting else str(lead.person)


def _tree(teams: list[Team], leads: dict[int, list[TeamLead]], sizes: dict[int, int]) -> list[dict[str, Any]]:
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
                }
            )
            walk(team.pk, depth + 1)

    walk(None, 0)
    return rows
