"""People, for everyone who works here: the directory, a person."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from portal.audit.log import read
from portal.people.access.place import places
from portal.people.access.reading import read_list, require_colleague
from portal.people.access.requests import PortalRequest
from portal.people.access.roles import may_end, may_grant_to
from portal.people.access.viewer import Viewer
from portal.people.accounts.privilege import account_panel
from portal.people.directory.kinds import CORRECTED_BY
from portal.people.directory.panels import panels_for
from portal.people.directory.personal import personal_facts
from portal.people.employment.away import away_from
from portal.people.models import Person, Position, RoleGrant, Team
from portal.people.organization.primary import primary_positions
from portal.people.organization.supervision import supervisor_on
from portal.people.record.views import planned_changes
from portal.ui.notation import amount
from portal.ui.query import number_in_query

PAGE = 50


@dataclass(frozen=True)
class Listed:
    """A person in the directory; `starts`: the words for somebody who begins later."""

    person: Person
    position: Position | None
    starts: str = ""


@login_required
@require_GET
def person_list(request: PortalRequest) -> HttpResponse:
    """The directory: name, title and team are every colleague's; who starts soon is the line's and HR's."""
    viewer = request.viewer
    require_colleague(viewer)
    read_list(request, "directory")
    people = Person.objects.on_card()
    if "former" not in request.GET or not viewer.has("hr"):
        people = people.filter(Q(pk__in=Person.objects.employed(viewer.on)) | _starting(viewer))
    else:
        people = people.filter(Q(pk__in=Person.objects.employed(viewer.on)) | viewer.role_q(["hr"], "pk"))
    text, team = request.GET.get("q", ""), number_in_query(request, "team")
    if text:
        people = people.matching(text)
    if team is not None:
        held = places(Position, viewer.on).filter(team_id__in=viewer.tree.below([team]))
        people = people.filter(pk__in=held.values("person_id"))
    page = Paginator(people, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lead": _people_words(page.paginator.count),
        "rows": _listed(list(page.object_list), viewer.on),
        "teams": Team.objects.all(),
        "text": text,
        "team": team,
        "is_hr": viewer.has("hr"),
    }
    return render(request, "people/list.html", context)


def _people_words(count: int) -> str:
    if not count:
        return _("Nobody.")
    return ngettext("One person.", "%(count)s people.", count) % {"count": amount(count)}


def _starting(viewer: Viewer) -> Q:
    """Who is hired and not here yet: in the viewer's line to be, and in HR's scope."""
    coming = places(Position, viewer.on).filter(starts_on__gt=viewer.on)
    line = viewer.line
    in_line = coming.filter(Q(team_id__in=line.teams) | Q(supervisor_id__in=line.supervisors))
    seen = Q(pk__in=in_line.values("person_id")) | viewer.role_q(["hr"], "pk")
    hired = Q(pk__in=coming.values("person_id"))
    return hired & seen


def _listed(people: list[Person], on: date) -> list[Listed]:
    ids = [person.pk for person in people]
    now = primary_positions(on, ids)
    there = set(now) | set(Person.objects.employed(on).filter(pk__in=ids).values_list("pk", flat=True))
    missing = [pk for pk in ids if pk not in there]
    rows = places(Position, on).filter(person_id__in=missing, starts_on__gt=on).select_related("team")
    coming = {row.person_id: row for row in rows.order_by("is_primary", "-id")}
    return [
        Listed(person, now.get(person.pk) or coming.get(person.pk), _starts(coming.get(person.pk), on))
        for person in people
    ]


def _starts(position: Position | None, on: date) -> str:
    """Starts Nov 30; nothing for who is here."""
    if position is None:
        return ""
    style = "M j" if position.starts_on.year == on.year else "M j, Y"
    return _("Starts %(day)s") % {"day": date_format(position.starts_on, style)}


@login_required
@require_GET
def detail(request: PortalRequest, pk: int) -> HttpResponse:
    """A person: the card for a colleague; more for the own line, HR and auditors."""
    viewer = request.viewer
    if pk != viewer.person.pk:
        require_colleague(viewer)
    person = get_object_or_404(Person.objects.on_card(), pk=pk)
    positions = Position.objects.current().on(request.today).filter(person=person).select_related("team")
    sees = viewer.sees_standing_of(person.pk)

    context: dict[str, Any] = {
        "person": person,
        "positions": positions,
        "lead": "; ".join(f"{row.title}, {row.team}" for row in positions) or _("No position today."),
        "supervision": supervisor_on(person, request.today) if positions else None,
        "sees_standing": sees,
        **account_panel(viewer, person),
        "may_grant": may_grant_to(viewer, person.pk),
        "grants": _grants(viewer, person),
    }
    if sees:
        read(request.user, "person", person=person)
        context |= _standing_circle(request, person)
    return render(request, "people/detail.html", context)


@dataclass(frozen=True)
class Granted:
    """A role on the page; `may_end`: it is within the viewer's reach and not over."""

    grant: RoleGrant
    may_end: bool


def _grants(viewer: Viewer, person: Person) -> list[Granted]:
    rows = RoleGrant.objects.current().filter(person=person).select_related("team")
    return [
        Granted(row, (row.last_day is None or row.last_day >= viewer.on) and may_end(viewer, row))
        for row in rows.order_by("-starts_on", "-id")
    ]


def _standing_circle(request: PortalRequest, person: Person) -> dict[str, Any]:
    def current(rows: Any) -> Any:
        return rows.filter(superseded_at__isnull=True).order_by("-starts_on", "-id")

    viewer = request.viewer
    is_hr = viewer.is_hr_for(person.pk)
    employments, removals = list(current(person.employments)), list(current(person.removals))
    positions = list(current(person.positions).select_related("team", "supervisor"))
    absences = list(current(person.absences).select_related("kind"))
    personal = personal_facts(viewer, person)
    facts = [*employments, *removals, *positions, *absences, *(fact.row for fact in personal)]
    return {
        "employments": employments,
        "history": [(row, _position_words(row)) for row in positions],
        # Kind, reason and history of an absence are HR's alone.
        "absences": absences if is_hr else (),
        "away": [] if is_hr else [away.words(viewer.on) for away in away_from(absences, viewer.on)],
        "removals": removals,
        "personal": personal,
        "planned": planned_changes(viewer, facts) if is_hr else {},
        "correctable": CORRECTED_BY,
        "keeps_kinds": viewer.is_hr_for_all,
        "panels": panels_for(request, person),
        "is_hr": is_hr,
        "may_record_absence": is_hr or viewer.leads(person.pk),
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
