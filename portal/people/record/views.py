"""Pages of what was done to the record: the list of changes, one change, batches; with taking back."""

from dataclasses import dataclass
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
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from portal.people.access.reading import read_list
from portal.people.access.requests import PortalRequest
from portal.people.access.viewer import Viewer
from portal.people.facts.act import label_of
from portal.people.facts.call import Call
from portal.people.facts.plan import recorded
from portal.people.facts.taking_back import closed_by, fact_models, inserted_by, undo, withdraw
from portal.people.facts.wording import days_words, other_rows, what_of
from portal.people.models import Batch, Change, ChangePerson, Person
from portal.people.record.asking import ask_first
from portal.ui.form_kit import ReasonForm
from portal.ui.query import number_in_query

PAGE = 50
NAMES = 3


@dataclass(frozen=True)
class Row:
    """A change in the list."""

    change: Change
    what: str
    who: str
    state: str


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
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": _rows(list(page.object_list)), "person": person}
    return render(request, "people/changes.html", context)


def _rows(changes: list[Change]) -> list[Row]:
    names: dict[int, list[str]] = {}
    about = ChangePerson.objects.filter(change__in=changes).select_related("person").order_by("id")
    for row in about:
        names.setdefault(row.change_id, []).append(str(row.person))
    for pk, words in _subjects([change for change in changes if change.pk not in names]).items():
        names[pk] = words
    return [
        Row(change, label_of(change.act), _names(names.get(change.pk, [])), _state(change))
        for change in changes
    ]


def _subjects(changes: list[Change]) -> dict[int, list[str]]:
    """What changes about nobody put on record: a version of a rule, the place of a team."""
    found: dict[int, list[str]] = {}
    if not changes:
        return found
    for model in fact_models():
        links = [field.name for field in model._meta.concrete_fields if field.many_to_one]
        if "person" in links:
            continue
        for row in recorded(model).filter(inserted_in__in=changes).select_related(*links).order_by("pk"):
            found.setdefault(row.inserted_in_id, []).append(what_of(row))
    return found


def _names(names: list[str]) -> str:
    """Dana Whitfield, Sol Reyes and 4 more."""
    shown = ", ".join(names[:NAMES])
    if len(names) <= NAMES:
        return shown
    more = len(names) - NAMES
    return ngettext("%(names)s and one more", "%(names)s and %(count)d more", more) % {
        "names": shown,
        "count": more,
    }


def _state(change: Change) -> str:
    return "" if change.stands else _("Taken back")


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
        return Call(withdraw, (change,), {"reason": form.cleaned_data["reason"], "by": request.viewer})

    row = _rows([change])[0]
    context = {
        "change": change,
        "row": row,
        "title": row.what,
        "inserted": [_words(fact) for fact in [*inserted_by(change), *other_rows(change)]],
        "closed": [_words(fact) for fact in closed_by(change)],
        "withdrawn_by": change.withdrawn_by.filter(stands=True).select_related("made_by").first(),
        "ask_title": _("Take it back"),
    }
    return _asked(request, form, call, context, "people/change.html", _("Taken back."), "people:changes")


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
    return render(request, "people/batches.html", {"page": page})


@login_required
def batch(request: PortalRequest, pk: int) -> HttpResponse:
    """One batch: its changes, and undoing all of them as one."""
    request.viewer.require("hr")
    if not request.viewer.is_hr_for_all:
        raise Http404
    found = get_object_or_404(Batch.objects.select_related("created_by"), pk=pk)
    form = ReasonForm(request.POST or None)

    def call() -> Call:
        return Call(undo, (found,), {"reason": form.cleaned_data["reason"], "by": request.viewer})

    changes = found.changes.select_related("made_by").order_by("-pk")
    page = Paginator(changes, PAGE).get_page(request.GET.get("page"))
    standing = changes.filter(stands=True).count()
    made = date_format(timezone.localtime(found.created_at), "M j, Y")
    context = {
        "batch": found,
        "page": page,
        "rows": _rows(list(page.object_list)),
        "standing": standing,
        "title": _("Batch of %(day)s") % {"day": made},
        "lead": " ".join(
            filter(None, (_sentence(found.reason), _batch_words(page.paginator.count, standing)))
        ),
        "ask_title": _("Undo the batch"),
    }
    return _asked(request, form, call, context, "people/batch.html", _("Undone."), "people:batches")


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
    done: str,
    then: str,
) -> HttpResponse:
    answer = ask_first(request, form, call, context, template=template)
    if answer is not None:
        return answer
    messages.success(request, done)
    return redirect(then)
