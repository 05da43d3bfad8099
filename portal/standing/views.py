"""The pages of standing: a person on a day, one item explained, requirements and their versions."""

from datetime import date, datetime, time

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.audit.log import read
from portal.people.access.guards import get_person_for
from portal.people.access.requests import PortalRequest
from portal.standing.alerts.told import told_about
from portal.standing.explain import explain, source_of
from portal.standing.items import standing_as_known, standing_on
from portal.standing.models import Extension, Requirement, Waiver
from portal.ui.notation import day_long
from portal.ui.query import day_in_query

MOST_COLUMNS = 100


def _as_of_words(on: date, shown: date | None) -> str:
    """As of which day; and, if asked, by what our records showed on another."""
    if shown is None:
        return _("As of %(day)s") % {"day": day_long(on)}
    return _("As of %(day)s, as our records showed on %(shown)s") % {
        "day": day_long(on),
        "shown": day_long(shown),
    }


def _columns(request: PortalRequest) -> int:
    """How many columns the detail row spans: those of the table that asks. More would squeeze the others."""
    asked = request.GET.get("columns", "")[:3]
    return min(int(asked), MOST_COLUMNS) if asked.isdecimal() else 1


def _moment(day: date) -> datetime:
    """The end of a day in the organization's zone: what our records showed that evening."""
    return timezone.make_aware(datetime.combine(day, time.max))


@login_required
@require_GET
def mine(request: PortalRequest) -> HttpResponse:
    return redirect("standing:person", pk=request.user.pk)


@login_required
@require_GET
def person(request: PortalRequest, pk: int) -> HttpResponse:
    """A person's items on a day; or as our records showed them on another."""
    subject = get_person_for(request.viewer, pk)
    read(request.user, "standing", person=subject)
    on, shown = day_in_query(request, "as_of", request.today), day_in_query(request, "as_shown", None)
    standing = standing_as_known(subject, on, _moment(shown)) if shown else standing_on(subject, on)
    context = {
        "subject": subject,
        "standing": standing,
        "items": sorted(standing.items, key=lambda item: (item.word.rank, item.due_key)),
        "on": on,
        "as_shown": shown,
        "as_of_words": _as_of_words(on, shown),
        "days": urlencode({"as_of": on.isoformat()} | ({"as_shown": shown.isoformat()} if shown else {})),
    }
    return render(request, "standing/person.html", context)


@login_required
@require_GET
def item(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    """One item explained: why this state, which rows, which rule; who was told."""
    subject = get_person_for(request.viewer, pk)
    requirement = get_object_or_404(Requirement, code=code)
    read(request.user, "standing-item", person=subject, detail=code)
    on, shown = day_in_query(request, "as_of", request.today), day_in_query(request, "as_shown", None)
    scope = request.GET.get("scope", "")[:2].upper()
    found = explain(subject, requirement, scope, on, known_at=_moment(shown) if shown else None)
    now = [i for i in standing_on(subject, on).items if i.requirement == requirement and i.scope == scope]
    context = {
        "subject": subject,
        "requirement": requirement,
        "scope": scope,
        "on": on,
        "as_of_words": _as_of_words(on, shown),
        "explanation": found,
        "item": now[0] if now and not shown else None,
        "rows": [(verdict, source_of(verdict.row)) for verdict in found.rows],
        "told": told_about(subject, requirement, scope),
        "is_hr": request.viewer.is_hr_for(subject.pk),
        "columns": _columns(request),
        "waivers": Waiver.objects.current().filter(person=subject, requirement=requirement),
        "extensions": Extension.objects.current().filter(person=subject, requirement=requirement),
    }
    part = request.htmx and request.GET.get("part") == "row"
    return render(request, "standing/_detail_row.html" if part else "standing/item.html", context)


# ---- exceptions -------------------------------------------------------------------------------
