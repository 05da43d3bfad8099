"""The pages of standing: a person on a day, one item explained, requirements and their versions."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.audit.log import read
from portal.errors import Refused
from portal.people.access import get_person_for, require_hr_for
from portal.people.models import Person
from portal.people.requests import PortalRequest
from portal.standing.excusing import grant_extension, grant_waiver, withdraw
from portal.standing.explain import explain, rule_sentence, source_of, weight_sentence
from portal.standing.forms import ExcuseForm, ReasonForm, RuleForm
from portal.standing.models import Extension, LadderStage, Requirement, RequirementVersion, Waiver
from portal.standing.reading import Standing, clearance_of, items_as_known, standing_on
from portal.standing.ruling import preview_change
from portal.ui.notation import day_long
from portal.ui.states import look_of

MOST_COLUMNS = 100


def _day(request: PortalRequest, name: str) -> Any:
    try:
        return parse_date(request.GET.get(name, ""))
    except ValueError:
        return None


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


def _moment(day: Any) -> datetime:
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
    on, shown = _day(request, "as_of") or request.today, _day(request, "as_shown")
    if shown:
        known = items_as_known(subject, on, _moment(shown))
        standing = Standing(subject, on, tuple(known), clearance_of(known, employed=True, removed=False))
    else:
        standing = standing_on(subject, on)
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
    on, shown = _day(request, "as_of") or request.today, _day(request, "as_shown")
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
        "told": LadderStage.objects.filter(person=subject, requirement=requirement, scope=scope, sent=True)
        .select_related("recipient")
        .order_by("-told_on", "stage")[:12],
        "is_hr": request.viewer.is_hr_for(subject.pk),
        "columns": _columns(request),
        "waivers": Waiver.objects.current().filter(person=subject, requirement=requirement),
        "extensions": Extension.objects.current().filter(person=subject, requirement=requirement),
    }
    part = request.htmx and request.GET.get("part") == "row"
    return render(request, "standing/_detail_row.html" if part else "standing/item.html", context)


# ---- exceptions -------------------------------------------------------------------------------


@login_required
def waive(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    return _excuse(request, pk, code, grant_waiver, _("Waive with a reason"), _("Waived."))


@login_required
def extend(request: PortalRequest, pk: int, code: str) -> HttpResponse:
    return _excuse(request, pk, code, grant_extension, _("Give more time"), _("More time given."))


def _excuse(request: PortalRequest, pk: int, code: str, act: Any, title: str, done: str) -> HttpResponse:
    require_hr_for(request.viewer, pk)
    subject = get_object_or_404(Person, pk=pk)
    requirement = get_object_or_404(Requirement, code=code)
    scope = request.GET.get("scope", "")[:2].upper()
    form = ExcuseForm(request.POST or None, initial={"starts_on": request.today})
    if request.method == "POST" and form.is_valid():
        try:
            act(subject, requirement, scope=scope, actor=request.user, **form.cleaned_data)
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, done)
            return redirect("standing:person", pk=pk)
    context = {"form": form, "subject": subject, "requirement": requirement, "scope": scope, "title": title}
    return render(request, "standing/excuse.html", context)


@login_required
@require_POST
def withdraw_exception(request: PortalRequest, kind: str, row: int) -> HttpResponse:
    models: dict[str, Any] = {"waiver": Waiver, "extension": Extension}
    if kind not in models:
        raise Http404
    fact = get_object_or_404(models[kind].objects.current(), pk=row)
    require_hr_for(request.viewer, fact.person_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Say why it is withdrawn."))
    withdraw(fact, reason=form.cleaned_data["reason"], actor=request.user)
    messages.success(request, _("Withdrawn."))
    return redirect("standing:person", pk=fact.person_id)


# ---- requirements -----------------------------------------------------------------------------


@login_required
@require_GET
def requirement_list(request: PortalRequest) -> HttpResponse:
    """What people must keep current, and the rule in force, in sentences."""
    request.viewer.require("hr", "auditor", "supervisor")
    rows = RequirementVersion.objects.current().select_related("requirement")
    rows = rows.prefetch_related("accepted__qualification").order_by(
        "requirement__group", "requirement__position", "valid_from"
    )
    shown = [(row, rule_sentence(row, request.today)) for row in rows if row.in_force(request.today)]
    return render(request, "standing/requirements.html", {"rows": shown})


@login_required
@require_GET
def requirement_detail(request: PortalRequest, code: str) -> HttpResponse:
    """All versions of a requirement, the corrected ones too."""
    request.viewer.require("hr", "auditor", "supervisor")
    requirement = get_object_or_404(Requirement, code=code)
    versions = requirement.versions.prefetch_related("accepted__qualification").select_related("recorded_by")
    current = versions.filter(superseded_at__isnull=True).order_by("-valid_from")
    context = {
        "requirement": requirement,
        "versions": [(row, rule_sentence(row, request.today), weight_sentence(row)) for row in current],
        "is_hr": request.viewer.has("hr"),
    }
    return render(request, "standing/requirement.html", context)


def _counts_words(counts: Mapping[str, int]) -> str:
    """12 met, 3 overdue."""
    return ", ".join(f"{count} {look_of(state).word}".lower() for state, count in counts.items())


@login_required
def requirement_change(request: PortalRequest, code: str) -> HttpResponse:
    """Change a rule from a day on: first what it would do, then a job does it."""
    from portal.standing.jobs import ask_for_change

    request.viewer.require("hr")
    if any(grant.role == "hr" and grant.scope != "all" for grant in request.viewer.grants):
        raise PermissionDenied
    requirement = get_object_or_404(Requirement, code=code)
    form = RuleForm(request.POST or None, requirement=requirement, today=request.today)
    shifts = None
    if request.method == "POST" and form.is_valid():
        draft = form.draft()
        if "apply" in request.POST:
            ask_for_change(requirement, draft, actor=request.user)
            messages.success(request, _("The change is being made. It shows here in a moment."))
            return redirect("standing:requirement", code=code)
        days = [draft.valid_from, draft.valid_from + timedelta(30), draft.valid_from + timedelta(90)]
        found = preview_change(requirement, draft, on=days, actor=request.user)
        shifts = [(shift, _counts_words(shift.before), _counts_words(shift.after)) for shift in found]
    context = {"form": form, "requirement": requirement, "shifts": shifts}
    return render(request, "standing/requirement_change.html", context)
