"""Pages of what was done to the record: the list of changes, one change, batches; with taking back."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portal.people.access.reading import read_list
from portal.people.access.requests import PortalRequest
from portal.people.access.viewer import Viewer
from portal.people.facts.call import Call
from portal.people.facts.taking_back import closed_by, inserted_by
from portal.people.facts.wording import days_words, other_rows, what_of
from portal.people.models import Batch, Change, ChangePerson, Person
from portal.people.models.fact import DatedFact
from portal.people.record.asking import ask_first
from portal.people.record.later import is_done_later, taking_back, told_of
from portal.people.record.listed import Row, rows_of
from portal.people.record.planned import Doing, changes_ahead, planned_ids, what_it_does
from portal.ui.form_kit import ReasonForm
from portal.ui.query import number_in_query

PAGE = 50


def visible_changes(viewer: Viewer) -> Any:
    """HR of all: every change but those about oneself. HR of a scope: those that concern only people inside it."""
    people = ChangePerson.objects.filter(change=OuterRef("pk"))
    rows = Change.objects.select_related("made_by", "batch").exclude(
        Exists(people.filter(person=viewer.person))
    )
    if viewer.is_hr_for_all:
        return rows
    inside = Person.objects.filter(viewer.role_q(["hr"], "pk"))
    return rows.filter(Exists(people), ~Exists(people.exclude(person__in=inside)))


@login_required
@require_GET
def change_list(request: PortalRequest) -> HttpResponse:
    """What HR and others put on record, newest first; of one person, or of all in HR's scope."""
    viewer = request.viewer
    viewer.require("hr")
    read_list(request, "changes")
    rows, person = visible_changes(viewer), None
    if (number := number_in_query(request, "person")) is not None:
        person = get_object_or_404(Person.objects.filter(viewer.role_q(["hr"], "pk")), pk=number)
        rows = rows.about([person.pk])
    if planned := "planned" in request.GET:
        rows = rows.standing().filter(pk__in=list(planned_ids(request.today)))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = rows_of(list(page.object_list), request.today)
    none = _("No change says anything for later days.") if planned else _("Nothing has been changed yet.")
    context = {"page": page, "rows": shown, "person": person, "planned": planned, "none": none}
    return render(request, "people/changes.html", context)


def _change(request: PortalRequest, pk: int) -> Change:
    request.viewer.require("hr")
    if ChangePerson.objects.filter(change=pk, person=request.viewer.person).exists():
        raise PermissionDenied
    change: Change = get_object_or_404(visible_changes(request.viewer), pk=pk)
    return change


@login_required
def detail(request: PortalRequest, pk: int) -> HttpResponse:
    """One change: what it put on record and what it closed; HR takes it back here, after seeing what follows."""
    change = _change(request, pk)
    form = ReasonForm(request.POST or None)

    def call() -> Call:
        return taking_back(change, reason=form.cleaned_data["reason"], by=request.viewer)

    row = rows_of([change], request.today)[0]
    context = {
        "change": change,
        "row": row,
        "title": row.what,
        "inserted": [_words(fact) for fact in [*inserted_by(change), *other_rows(change)]],
        "closed": [_words(fact) for fact in closed_by(change)],
        # A rule is computed for everybody: shown when it is asked for.
        "doing": _doing(row, request) if not is_done_later(change) else None,
        "told": told_of([change]).get(change),
        "withdrawn_by": change.withdrawn_by.filter(stands=True).select_related("made_by").first(),
        "ask_title": _("Take it back"),
    }
    return _asked(request, form, call, context, "people/change.html", change)


def _doing(row: Row, request: PortalRequest) -> Doing | None:
    """What the change will do, where it says something for later days and nothing else is being asked."""
    if not row.is_planned or request.method == "POST":
        return None
    return what_it_does(row.change, request.today)


@login_required
@require_GET
def doing(request: PortalRequest, pk: int) -> HttpResponse:
    """What a change does from today on: a part that a list asks for when it is unfolded, or a page."""
    change = _change(request, pk)
    template = "people/_doing.html" if request.htmx else "people/doing.html"
    row = rows_of([change], request.today)[0]
    found = what_it_does(change, request.today) if change.stands else Doing(why_not=_("It was taken back."))
    return render(request, template, {"change": change, "row": row, "title": row.what, "doing": found})


def planned_changes(viewer: Viewer, rows: Iterable[DatedFact]) -> dict[DatedFact, int]:
    """Of the facts that begin or end later, the change that says so, by id, where the viewer may see it."""
    found = changes_ahead(rows, viewer.on)
    if not found:
        return {}
    seen = set(visible_changes(viewer).filter(pk__in=found.values()).values_list("pk", flat=True))
    return {row: change for row, change in found.items() if change in seen}


def _words(fact: Any) -> str:
    return f"{what_of(fact)}, {days_words(fact)}".removesuffix(", ")


@login_required
@require_GET
def batch_list(request: PortalRequest) -> HttpResponse:
    """Imports and mass changes, newest first."""
    request.viewer.require("hr")
    if not request.viewer.is_hr_for_all:
        raise Http404
    read_list(request, "batches")
    standing = Count("changes", filter=Q(changes__stands=True))
    rows = Batch.objects.select_related("created_by").annotate(total=Count("changes"), standing=standing)
    rows = rows.order_by("-created_at", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    told = told_of(found)
    context = {"page": page, "rows": [(row, told.get(row)) for row in found]}
    return render(request, "people/batches.html", context)


@login_required
def batch(request: PortalRequest, pk: int) -> HttpResponse:
    """One batch: its changes, and undoing all of them as one."""
    request.viewer.require("hr")
    if not request.viewer.is_hr_for_all:
        raise Http404
    found = get_object_or_404(Batch.objects.select_related("created_by"), pk=pk)
    form = ReasonForm(request.POST or None)

    def call() -> Call:
        return taking_back(found, reason=form.cleaned_data["reason"], by=request.viewer)

    changes = found.changes.select_related("made_by").order_by("-pk")
    page = Paginator(changes, PAGE).get_page(request.GET.get("page"))
    standing = changes.filter(stands=True).count()
    made = date_format(timezone.localtime(found.created_at), "M j, Y")
    context = {
        "batch": found,
        "page": page,
        "rows": rows_of(list(page.object_list), request.today),
        "standing": standing,
        "title": _("Batch of %(day)s") % {"day": made},
        "lead": " ".join(
            filter(None, (_sentence(found.reason), _batch_words(page.paginator.count, standing)))
        ),
        "told": told_of([found]).get(found),
        "ask_title": _("Undo the batch"),
    }
    return _asked(request, form, call, context, "people/batch.html", found)


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."


def _batch_words(count: int, standing: int) -> str:
    if count == 1:
        return _("One change, in force.") if standing else _("One change, taken back.")
    return _("%(count)d changes, %(standing)d of them in force.") % {"count": count, "standing": standing}


def _asked(
    request: PortalRequest,
    form: ReasonForm,
    call: Any,
    context: dict[str, Any],
    template: str,
    subject: Change | Batch,
) -> HttpResponse:
    is_batch = isinstance(subject, Batch)
    answer = ask_first(request, form, call, context, template=template)
    if answer is not None:
        return answer
    if is_done_later(subject):
        messages.success(request, _("It is being taken back. It shows here in a moment."))
        return redirect("people:batch" if is_batch else "people:change", pk=subject.pk)
    messages.success(request, _("Undone.") if is_batch else _("Taken back."))
    return redirect("people:batches" if is_batch else "people:changes")
