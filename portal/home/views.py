"""The first pages: my work, the team board, compliance; each by role."""

from datetime import date
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from certifications.credentials.terms import Term, held_by
from certifications.verification.queue import waiting_for_verification
from portal.home.board import Board, make_board, not_cleared_words, people_words
from portal.home.compliance import (
    Filters,
    barred,
    count,
    exceptions,
    expirations,
    items_words,
    word_choices,
    words_named,
)
from portal.home.roster import roster, rows_of
from portal.home.work import my_work as find_my_work
from portal.home.work import supervision_words
from portal.people.access.reading import read_list
from portal.people.access.requests import PortalRequest
from portal.people.access.viewer import Viewer
from portal.people.models import Person, Position, Team, TeamPlace, TeamTree
from portal.people.organization.supervision import supervisor_on
from portal.standing.items import items_of, records_begin
from portal.standing.models import AlertRun, Requirement, SpanQuerySet
from portal.ui.notation import amount, day_long
from portal.ui.query import day_in_query, number_in_query

PAGE = 50


@login_required
@require_GET
def home(request: PortalRequest) -> HttpResponse:
    """Where the person begins: by the most demanding role."""
    roles = request.viewer.roles
    for role, url in (("hr", "compliance"), ("auditor", "compliance"), ("supervisor", "team_board")):
        if role in roles:
            return redirect(url)
    return redirect("my_work")


@login_required
@require_GET
def my_work(request: PortalRequest) -> HttpResponse:
    """What needs the person, and whether they are cleared."""
    viewer: Viewer = request.viewer
    work = find_my_work(viewer)
    context = {
        "work": work,
        "credentials": held_by(viewer.person, request.today),
        "supervision": (found := supervisor_on(viewer.person, request.today) if viewer.is_employed else None),
        "supervision_words": supervision_words(found.via, leads=bool(viewer.line.teams)) if found else "",
    }
    return render(request, "home/my_work.html", context)


# ---- the team board ---------------------------------------------------------------------------


def as_of(request: PortalRequest) -> date:
    """The day to show: what the address says, if it is a day, else today."""
    return day_in_query(request, "as_of", request.today)


def board_teams(viewer: Viewer, on: date) -> tuple[list[Team], TeamTree]:
    """The teams a viewer may choose (those in the line; all for HR and auditors), and how they lay. One query."""
    places = TeamPlace.objects.current().on(on).filter(team=OuterRef("pk"))
    placed = Team.objects.annotate(above=Subquery(places.values("parent_id")[:1]))
    teams: list[Any] = list(placed)
    tree = TeamTree({team.pk: team.above for team in teams})
    if not viewer.roles & {"hr", "auditor"}:
        teams = [team for team in teams if team.pk in viewer.line.teams]
    return teams, tree


def board_people(viewer: Viewer, team: Team | None, tree: TeamTree, on: date) -> QuerySet[Person]:
    """Whom the board of a day shows: who was employed then, as far as today's access goes.

    Narrowed to a team and those below it, as they were on the day.
    """
    people = roster(viewer, on).exclude(pk=viewer.person.pk)
    if team is None:
        return people
    held = Position.objects.current().on(on).filter(team_id__in=tree.below([team.pk]))
    return people.filter(pk__in=held.values("person_id"))


def _on_board(request: PortalRequest, on: date) -> tuple[QuerySet[Person], list[Team], Team | None]:
    """Whom the board of the day shows, the teams to choose from, and the one that the address chose."""
    viewer: Viewer = request.viewer
    teams, tree = board_teams(viewer, on)
    chosen = next((team for team in teams if team.pk == number_in_query(request, "team")), None)
    if chosen is None and "supervisor" not in viewer.roles:
        chosen = teams[0] if teams else None
    return board_people(viewer, chosen, tree, on), teams, chosen


def board_of(request: PortalRequest, *, page: str | None) -> tuple[Board, dict[str, Any]]:
    viewer: Viewer = request.viewer
    viewer.require("supervisor", "hr", "auditor")
    on = as_of(request)
    people, teams, chosen = _on_board(request, on)
    group = request.GET.get("group", "")
    options = {
        "group": group if group in Requirement.Group.values else "",
        "only_exceptions": request.GET.get("show") == "exceptions",
        "by_name": request.GET.get("order") == "name",
    }
    board = make_board(on, people, page=page, **options)  # type: ignore[arg-type]
    # Who leads nobody looks at one team at a time: the whole organization is the compliance page.
    everyone = "supervisor" in viewer.roles
    return board, {"teams": teams, "team": chosen, "offers_everyone": everyone, **options}


@login_required
@require_GET
def team_board(request: PortalRequest) -> HttpResponse:
    """People by requirements, on a day they choose; exceptions first."""
    board, options = board_of(request, page=request.GET.get("page", "1"))
    read_list(request, "board")
    context = {
        "board": board,
        "groups": Requirement.Group.choices,
        "orders": [("", _("Most urgent first")), ("name", _("By name"))],
        "shows": [("", _("Everyone")), ("exceptions", _("Only exceptions"))],
        "no_record": no_record_words(board.on, request.today),
        **options,
    }
    return render(request, "home/team_board.html", context)


# ---- compliance -------------------------------------------------------------------------------


def required_day(request: PortalRequest, *roles: str) -> date:
    """The day to show, to who holds one of the roles."""
    request.viewer.require(*roles)
    return as_of(request)


def no_record_words(on: date, today: date) -> str:
    """Of a day before the records begin there is no answer, and the page says so instead of counting."""
    begin = records_begin() if on < today else None
    if begin is None or on >= begin:
        return ""
    return _("There is no record before %(day)s.") % {"day": day_long(begin)}


@login_required
@require_GET
def compliance(request: PortalRequest) -> HttpResponse:
    """The organization's counts on a day; each opens its list."""
    viewer: Viewer = request.viewer
    on = required_day(request, "hr", "auditor")
    read_list(request, "compliance")
    people = roster(viewer, on)
    queue = waiting_for_verification(viewer)
    waiting = queue.count()
    counts = count(on, people)
    worst = exceptions(on, people, Filters(words_named("late")))[:8]
    context = {
        "counts": counts,
        "lead": not_cleared_words(counts.not_cleared),
        "chart": expirations(counts, on),
        "queue": [Term(period, request.today) for period in queue[:5]],
        "queue_words": ngettext("One waiting", "%(count)s waiting", waiting) % {"count": amount(waiting)},
        "last_run": AlertRun.objects.order_by("-on").first(),
        "worst": list(items_of(worst, on)),
        "no_record": no_record_words(on, request.today),
        "on": on,
        "as_of": f"as_of={on:%Y-%m-%d}",
    }
    return render(request, "home/compliance.html", context)


def filters_of(request: PortalRequest) -> Filters:
    return Filters(
        words_named(request.GET.get("word", "")),
        number_in_query(request, "requirement"),
        request.GET.get("q", ""),
    )


@login_required
@require_GET
def compliance_items(request: PortalRequest) -> HttpResponse:
    """The items behind a count: filtered by word, requirement and name."""
    on = required_day(request, "hr", "auditor")
    read_list(request, "compliance-items")
    chosen = request.GET.get("word", "")
    filters = filters_of(request)
    found = exceptions(on, roster(request.viewer, on), filters)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "lead": items_words(page.paginator.count, on),
        "page": page,
        "items": list(items_of(cast(SpanQuerySet, page.object_list), on)),
        "filters": filters,
        "narrowed": bool(chosen or filters.requirement or filters.text),
        "word": chosen,
        "words": word_choices(),
        "requirements": Requirement.objects.all(),
        "no_record": no_record_words(on, request.today),
        "on": on,
    }
    return render(request, "home/compliance_items.html", context)


def listed(request: PortalRequest, on: date) -> tuple[QuerySet[Person], Team | None]:
    """Who is on the list of clearance, by name: who is not cleared, or everybody; the team it is narrowed to.

    With `team` in the address, as the board links here, exactly those whom that board shows.
    """
    people, team = roster(request.viewer, on), None
    if "team" in request.GET:
        people, _teams, team = _on_board(request, on)
    chosen = people if request.GET.get("show") == "all" else barred(on, people)
    return chosen.order_by("last_name", "first_name", "pk"), team


@login_required
@require_GET
def not_cleared(request: PortalRequest) -> HttpResponse:
    """Who may not work with patients on the day, in which states, and why not; or everybody on the roster."""
    on = required_day(request, "supervisor", "hr", "auditor")
    read_list(request, "not-cleared")
    everyone = request.GET.get("show") == "all"
    people, team = listed(request, on)
    page = Paginator(people, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": rows_of(page.object_list, on),
        "everyone": everyone,
        "of_board": "team" in request.GET,
        "team": team,
        "lead": people_words(page.paginator.count) if everyone else not_cleared_words(page.paginator.count),
        "shows": [("", _("Not cleared")), ("all", _("Everyone"))],
        "no_record": no_record_words(on, request.today),
        "on": on,
    }
    return render(request, "home/not_cleared.html", context)
