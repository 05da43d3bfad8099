"""What concerns everybody, dated, as its page lists it: where a team lies, what a kind of absence does.

Each row is taken back by its change: the page asks, a job does it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.people.access.requests import PortalRequest
from portal.people.facts.call import Call
from portal.people.facts.taking_back import first_change
from portal.people.facts.wording import what_of
from portal.people.models import Batch, Change
from portal.people.models.fact import DatedFact
from portal.people.record.asking import ask_first
from portal.people.record.later import Told, taking_back, told_of
from portal.ui.form_kit import ReasonForm


@dataclass(frozen=True)
class Kept:
    """A row in words. `told`: that it is being taken back, or why it was not."""

    row: DatedFact
    words: str
    change: Change | None
    told: Told | None
    may_take_back: bool


def kept(rows: Sequence[DatedFact], words: Callable[[Any], str], *, may: bool, born: str) -> list[Kept]:
    """The rows, the latest first, loaded with their changes.

    `may`: the viewer may take back. `born`: the act that made what they are about; without it there
    would be nothing to say anything of, so it is not taken back here.
    """
    made_by = {row: change for row in rows if (change := first_change(row)) is not None}
    # A change also shortens the row before its own: it is taken back where it began, the later row.
    began = {change: row for row, change in reversed(made_by.items())}
    own = {row: change for change, row in began.items()}
    told = told_of(began)
    return [_kept(row, words(row), own.get(row), told, may=may, born=born) for row in rows]


def _kept(
    row: DatedFact,
    words: str,
    change: Change | None,
    told: Mapping[Change | Batch, Told],
    *,
    may: bool,
    born: str,
) -> Kept:
    if change is None:
        return Kept(row, words, None, None, False)
    said = told.get(change)
    return Kept(row, words, change, said, may and change.act != born and not (said and said.waits))


def ask_to_take_back(request: PortalRequest, row: DatedFact, *, back: str, born: str) -> HttpResponse:
    """The page that takes the row's change back: first what follows. Http404 for what is not taken back here."""
    change = first_change(row)
    if change is None or change.act == born:
        raise Http404
    form = ReasonForm(request.POST or None)

    def call() -> Call:
        return taking_back(change, reason=form.cleaned_data["reason"], by=request.viewer)

    context = {
        "title": _("Take back: %(what)s") % {"what": what_of(row)},
        "back": back,
        "told": told_of([change]).get(change),
    }
    answer = ask_first(request, form, call, context)
    if answer is not None:
        return answer
    messages.success(request, _("It is being taken back. It shows here in a moment."))
    return redirect(back)
