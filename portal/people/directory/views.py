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
from portal.people.access.requests import PortalRequest
from portal.people.accounts.privilege import account_panel
from portal.people.directory.panels import panels_for
from portal.people.models import Person, Position, Team, TeamTree
from portal.people.organization.primary import primary_positions
from portal.people.organization.supervision import OrgChart
from portal.ui.query import number_in_query

PAGE = 50


@login_required
@require_GET
def person_list(request: PortalRequest) -> HttpResponse:
    """The directory: name, title and team are every colleague's."""
    people = Person.objects.on_card()
    if "former" not in request.GET or not request.viewer.has("hr"):
        people = people.employed(request.today)
    text, team = request.GET.get("q", ""), number_in_query(request, "team")
    if text:
        people = people.matching(text)
    if team is not None:
        below = TeamTree.load().below([team])
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
    positions = primary_positions(request.today, [person.pk for person in people])
    return [(person, positions.get(person.pk)) for person in people]


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
        **account_panel(viewer, person),
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
