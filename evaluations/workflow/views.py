"""The pages of evaluations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from evaluations.documents.render import current_document
from evaluations.errors import ChangedElsewhere, Closed, NotComplete, WrongMove
from evaluations.models import Evaluation, Part
from evaluations.ratings.answer import Given, is_open, missing
from evaluations.ratings.forms import Beside, as_written, beside, given_in, revision_in
from evaluations.ratings.layout import sections_of, sign_words, steps_of
from evaluations.signatures.sign import signatures_of
from evaluations.workflow import rounds, transitions
from evaluations.workflow.access import get_evaluation_for, reads_words, sees_part
from evaluations.workflow.forms import LaunchForm
from evaluations.workflow.launch import launch_many
from evaluations.workflow.lifecycle import MOVES, Move, MoveName, find_move, may_ever, moves_for
from evaluations.workflow.other_rounds import other_rounds
from evaluations.workflow.raters import rater_today, rates, write_part
from evaluations.workflow.waiting import waiting_for
from portal.audit.log import read
from portal.errors import NotAllowed, Refused
from portal.people.access.reading import read_list
from portal.people.access.requests import PortalRequest
from portal.people.access.viewer import Viewer
from portal.people.models import Person
from portal.ui.form_kit import refusals_into
from portal.ui.posts.kept import Kept, keep

PAGE = 50


@login_required
@require_GET
def evaluation_list(request: PortalRequest) -> HttpResponse:
    """What waits for me, my own, and those of my line."""
    viewer = request.viewer
    read_list(request, "evaluations")
    rows = Evaluation.objects.visible_to(viewer).select_related("person")
    state = request.GET.get("state", "")
    others = rows.exclude(person=viewer.person)
    if state in Evaluation.State.values:
        others = others.filter(state=state)
    waiting = list(waiting_for(viewer))
    page = Paginator(others, PAGE).get_page(request.GET.get("page"))
    count = page.paginator.count
    context = {
        "waiting": waiting,
        "lead": _waiting_words(len(waiting)),
        "mine": rows.filter(person=viewer.person),
        "page": page,
        "count_words": ngettext("%(count)d evaluation", "%(count)d evaluations", count) % {"count": count},
        "late": {row.pk for row in page if row.due_on < request.today and row.state in _OPEN},
        "sees_others": bool(viewer.roles & {"supervisor", "hr", "auditor"}),
        "states": Evaluation.State.choices,
        "state": state,
        "may_launch": bool(viewer.roles & {"supervisor", "hr"}),
    }
    return render(request, "evaluations/list.html", context)


_OPEN = (Evaluation.State.SELF, Evaluation.State.RATING, Evaluation.State.SHARED)


def _waiting_words(count: int) -> str:
    if not count:
        return _("No evaluation waits for you.")
    return ngettext("One evaluation waits for you.", "%(count)d evaluations wait for you.", count) % {
        "count": count
    }


def _people_to_evaluate(viewer: Viewer) -> Any:
    """Those a viewer may open an evaluation for: the own line; for HR, the scope. Never oneself."""
    people = Person.objects.filter(viewer.line_q("pk") | viewer.role_q(["hr"], "pk"))
    return people.employed(viewer.on).exclude(pk=viewer.person.pk)


@login_required
def launch_form(request: PortalRequest) -> HttpResponse:
    viewer = request.viewer
    viewer.require("supervisor", "hr")
    year = request.today.year
    initial = {
        "period_from": date(year, 1, 1),
        "period_to": date(year, 12, 31),
        "people": request.GET.getlist("person"),
    }
    form = LaunchForm(request.POST or None, people=_people_to_evaluate(viewer), initial=initial)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("period_from", "period_to", "due_on")}
        with refusals_into(form):
            opened = launch_many(
                form.cleaned_data["people"],
                form.cleaned_data["template"],
                on=request.today,
                by=viewer,
                **values,
            )
        if form.is_valid():
            text = ngettext("%(count)d evaluation is open.", "%(count)d evaluations are open.", len(opened))
            messages.success(request, text % {"count": len(opened)})
            return redirect("evaluations:list")
    return render(request, "evaluations/launch.html", {"form": form})


@login_required
@require_GET
def detail(request: PortalRequest, code: str) -> HttpResponse:
    """One evaluation, as this viewer may see it now: to write, to read, to sign."""
    evaluation = get_evaluation_for(request.viewer, code)
    if evaluation.person_id != request.user.pk:
        read(request.user, "evaluation", person=evaluation.person, detail=evaluation.code)
    else:
        rounds.opened_by_the_person(evaluation)
    return _page(request, evaluation)


def _page(
    request: PortalRequest,
    evaluation: Evaluation,
    *,
    status: int = 200,
    lacks: Any = (),
    given: Mapping[MoveName, Any] | None = None,
    said: str = "",
    unsent: Kept | None = None,
    beside: Mapping[str, Beside] | None = None,
    refused: Refused | None = None,
    given_answers: Mapping[str, Given] | None = None,
) -> HttpResponse:
    """`said`: why nothing was done; with `unsent` to copy, or with what was sent `beside` what is saved.

    `given_answers`: a part as it was sent, with what was `refused` at its field.
    """
    viewer = request.viewer
    rows = evaluation.parts.current().prefetch_related("answers").select_related("rater")
    parts = {p.role: p for p in rows}
    for part in parts.values():
        part.evaluation = evaluation
    seen = {role: part for role, part in parts.items() if sees_part(viewer, evaluation, part)}
    mine = next((p for p in parts.values() if is_open(p) and rates(viewer, p)), None)
    taking_over = _taking_over_words(mine, viewer)
    for part in parts.values():
        # For the words of the page alone: nothing is saved here.
        part.rater = rater_today(part, request.today)
    sections = as_written(sections_of(evaluation, seen, mine), given_answers or {})
    at_fault = [(f"{refused.field}", _("See"), refused.message)] if refused and refused.field else []
    present = rounds.present_round(evaluation)
    context = {
        "evaluation": evaluation,
        "parts": parts,
        "seen": seen,
        # Ratings and comments, in signatures and documents too; an auditor may see only that they exist.
        "reads_words": reads_words(viewer, evaluation),
        "my_part": mine,
        "taking_over": taking_over,
        "steps": steps_of(evaluation, parts, request.today),
        "sign_words": sign_words(evaluation, mine, parts) if mine else "",
        "lacks": [*((f"item-{item}", title, words) for item, title, words in lacks), *at_fault],
        "said": said or (refused.message if refused and not refused.field else ""),
        "unsent": unsent,
        "beside": beside or {},
        "refused": {refused.field: refused.message} if refused else {},
        "sections": sections,
        "signatures": signatures_of(evaluation, evaluation.round),
        "round_reason": present.reason if reads_words(viewer, evaluation) else "",
        **_offers(evaluation, viewer, mine, given or {}),
        "document": current_document(evaluation),
        "other_rounds": other_rounds(evaluation, request.today),
    }
    template = "evaluations/write.html" if mine else "evaluations/read.html"
    return render(request, template, context, status=status)


def _taking_over_words(mine: Part | None, viewer: Viewer) -> str:
    """To who rates because the rater has left."""
    if mine is None or mine.rater_id == viewer.person.pk:
        return ""
    return _(
        "%(name)s, who was to rate, does not work here any more. You can go on with what is written. As soon "
        "as you write or sign, you are the rater; that is put on record."
    ) % {"name": mine.rater}


@dataclass(frozen=True)
class Offer:
    """A move on the page, with its form: empty, or as it was refused."""

    move: Move
    form: Any


def _offers(
    evaluation: Evaluation, viewer: Viewer, mine: Part | None, given: Mapping[MoveName, Any]
) -> dict[str, list[Offer]]:
    """The moves this viewer may make now: those that sign the part being written, those with a section, others."""
    offers = [
        Offer(move, given.get(move.name) or move.form_for(evaluation, viewer))
        for move in moves_for(evaluation, viewer)
        if move.offered_if is None or move.offered_if(evaluation, viewer)
    ]
    return {
        "signing": [offer for offer in offers if mine and offer.move.signs == mine.role],
        "main_moves": [offer for offer in offers if offer.move.is_main],
        "other_moves": [offer for offer in offers if not offer.move.is_main and not offer.move.signs],
    }


@login_required
def save(request: PortalRequest, code: str) -> HttpResponse:
    """Save the viewer's part: autosave answers in JSON, a plain submit comes back to the page."""
    evaluation = get_evaluation_for(request.viewer, code)
    if request.method != "POST":  # A page with errors was loaded again.
        return redirect("evaluations:detail", code=code)
    own = evaluation.parts.current().select_related("evaluation").order_by("role")
    rows = [part for part in own if rates(request.viewer, part)]
    if not rows:
        raise PermissionDenied
    part = next(filter(is_open, rows), rows[0])
    given = given_in(part, request.POST)
    try:
        part = write_part(part, given, by=request.viewer, revision=revision_in(request.POST))
    except NotAllowed:
        raise
    except Refused as error:
        return _save_refused(request, part, given, error)
    if request.headers.get("X-Autosave"):
        at = timezone.localtime().strftime("%H:%M")
        return HttpResponse(status=204, headers={"X-Saved": at, "X-Revision": str(part.revision)})
    then = request.POST.get("then", "")
    if any(row.name == then and row.signs for row in MOVES.values()):
        return _sign(request, evaluation, MOVES[MoveName(then)])
    messages.success(request, _("Saved."))
    return redirect("evaluations:detail", code=code)


def _sign(request: PortalRequest, evaluation: Evaluation, chosen: Move) -> HttpResponse:
    """Sign what was just saved; where it cannot simply be undone, what follows is shown and asked first."""
    if not chosen.confirm:
        return move(request, evaluation.code, chosen.name)
    # Only looked at here: the move asks its guards again, with everything locked.
    part = evaluation.parts.current().select_related("evaluation").get(role=chosen.signs)
    if lacks := list(missing(part)):
        return _page(request, evaluation, status=422, lacks=lacks)
    return redirect("evaluations:confirm", code=evaluation.code, name=chosen.name)


@login_required
@require_GET
def confirm(request: PortalRequest, code: str, name: str) -> HttpResponse:
    """What a step means, asked once more before it is done. Not open any more: back to the evaluation."""
    evaluation, viewer = get_evaluation_for(request.viewer, code), request.viewer
    if name not in set(MoveName) or not MOVES[MoveName(name)].confirm:
        raise Http404
    if not may_ever(evaluation, viewer, MoveName(name)):
        raise PermissionDenied
    chosen = find_move(evaluation, viewer, MoveName(name))
    if chosen is None:
        return redirect("evaluations:detail", code=code)
    part = evaluation.parts.current().get(role=chosen.signs)
    context = {
        "evaluation": evaluation,
        "move": chosen,
        "words": chosen.confirm % {"name": evaluation.person},
        "part": part,
        "count_words": _given_words(part),
    }
    return render(request, "evaluations/confirm.html", context)


def _given_words(part: Part) -> str:
    """5 ratings, 7 comments."""
    rows = part.answers
    ratings, texts = rows.filter(rating__isnull=False).count(), rows.exclude(text="").count()
    said = ngettext("%(count)d rating", "%(count)d ratings", ratings) % {"count": ratings}
    return said + ", " + ngettext("%(count)d comment", "%(count)d comments", texts) % {"count": texts}


def _save_refused(
    request: PortalRequest, part: Part, given: Mapping[str, Given], error: Refused
) -> HttpResponse:
    """Nothing typed is lost: it comes back in the form, beside what was saved meanwhile, or to copy."""
    status = 409 if isinstance(error, Closed | ChangedElsewhere) else 422
    if request.headers.get("X-Autosave"):
        return JsonResponse({"error": error.message, "field": error.field}, status=status)
    evaluation = part.evaluation
    if isinstance(error, ChangedElsewhere):
        return _page(request, evaluation, status=status, said=error.message, beside=beside(part, given))
    if isinstance(error, Closed):
        return _page(request, evaluation, status=status, said=error.message, unsent=keep(request))
    return _page(request, evaluation, status=status, refused=error, given_answers=given)


@login_required
def move(request: PortalRequest, code: str, name: str) -> HttpResponse:
    """Make one move of the lifecycle. Who may not see it gets 404; who may not move it, 403."""
    evaluation, viewer = get_evaluation_for(request.viewer, code), request.viewer
    if name not in set(MoveName):
        raise Http404
    if request.method != "POST":  # A page with errors was loaded again.
        return redirect("evaluations:detail", code=code)
    chosen = MOVES[MoveName(name)]
    if not may_ever(evaluation, viewer, chosen.name):
        raise PermissionDenied
    form = chosen.form_for(evaluation, viewer, request.POST)
    if form is not None and not form.is_valid():
        return _page(request, evaluation, status=422, given={chosen.name: form})
    try:
        transitions.move(evaluation, viewer, chosen.name, **(form.cleaned_data if form else {}))
    except NotComplete as error:  # The summary on the page says it.
        return _page(request, evaluation, status=422, lacks=error.missing)
    except WrongMove as error:  # Made in another window, or by somebody else.
        evaluation = get_evaluation_for(viewer, code)
        return _page(request, evaluation, status=422, said=error.message, unsent=keep(request))
    except NotAllowed:
        raise
    except Refused as error:
        if form is None:
            raise
        with refusals_into(form):
            raise error
        return _page(request, evaluation, status=422, given={chosen.name: form})
    messages.success(request, chosen.done)
    return redirect("evaluations:detail", code=code)
