"""Asking before it is done: the form again with what follows, and a button that does exactly that."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.errors import Stale
from portal.people.access.requests import PortalRequest
from portal.people.errors import Conflict
from portal.people.facts.act import recording
from portal.people.facts.call import Call
from portal.people.facts.wording import change_words
from portal.people.record.preview import Preview, preview_of
from portal.ui.form_kit import refusals_into


def ask_first(
    request: PortalRequest,
    form: forms.Form,
    call: Callable[[], Call],
    context: dict[str, Any],
    *,
    template: str = "people/act.html",
) -> HttpResponse | None:
    """The page to answer with, or None when it is done.

    First the form, then the form with what follows; `seen` in the POST is the fingerprint of the
    plan that was shown. Where the record changed meanwhile, what follows is shown again.
    """
    preview: Preview | None = None
    conflicts: list[tuple[int, str]] = []
    in_the_way = stale = ""
    if request.method == "POST" and form.is_valid():
        with refusals_into(form):
            try:
                if seen := request.POST.get("seen"):
                    with recording(expected=seen):
                        call()()
                    return None
                preview = preview_of(call().plan(), request.today)
            except Stale as error:
                stale = error.message
                preview = preview_of(call().plan(), request.today)
            except Conflict as conflict:
                # One note says it, with the changes; the form does not say it again.
                in_the_way = conflict.message
                conflicts = [(change.pk, change_words(change)) for change in conflict.changes]
    asks_again = preview is None or preview.is_empty
    return render(
        request,
        template,
        {
            **context,
            "form": form,
            "preview": preview if form.is_valid() or not form.is_bound else None,
            "stale": stale,
            "conflicts": conflicts,
            "in_the_way": in_the_way,
            "submit": _("Show what follows") if asks_again else _("Record it"),
            "asks": True,
        },
    )
